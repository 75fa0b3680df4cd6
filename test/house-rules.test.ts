// Rules about files and folders that no compiler or linter knows: names, sizes, what a folder holds, which calls the
// running server must not make, and the entries of the lock file that npm loses.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow, foldersBelow, isFolder, isTest, ROOT, readSources } from './source-tree.ts'

const OURS = ['packages', 'test', 'bench', 'scripts', 'examples', 'docs']

describe('files and folders', () => {
  const folders = OURS.filter(isFolder)

  it('have names that say what is inside', () => {
    const empty = /^(utils?|common|helpers?|misc|managers?|base|shared|internal)$/i
    const bad = folders.flatMap(foldersBelow).concat(folders.flatMap(filesBelow))
    expect(bad.filter((path) => empty.test(basename(path).replace(/\..*$/, '')))).toEqual([])
  })

  it('are written in kebab-case', () => {
    const sources = filesBelow('packages').filter((path) => path.includes('/src/') && /\.(ts|tsx|css|sql)$/.test(path))
    expect(sources.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(basename(path)))).toEqual([])
  })

  it('are never empty', () => {
    const bare = folders.flatMap(foldersBelow).filter((folder) => !filesBelow(folder).length && !hasSkipped(folder))
    expect(bare).toEqual([])
  })

  it('begin with a comment that says what they are', () => {
    const silent = readSources('packages')
      .filter((file) => file.path.includes('/src/') && !isTest(file.path))
      .filter((file) => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(file.text))
    expect(silent.map((file) => file.path)).toEqual([])
  })

  it('stay short: half of them below 100 lines, nine of ten below 300', () => {
    const lines = readSources('packages')
      .filter((file) => file.path.includes('/src/') && !isTest(file.path))
      .map((file) => file.text.split('\n').length)
      .sort((a, b) => a - b)
    expect(lines[Math.floor(lines.length * 0.5)]).toBeLessThan(100)
    expect(lines[Math.floor(lines.length * 0.9)]).toBeLessThan(300)
  })

  it('leave nothing open and nothing switched off', () => {
    const left = OURS.filter(isFolder)
      .flatMap(readSources)
      .filter(({ path }) => path !== 'test/house-rules.test.ts')
      .filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b|\b(it|test|describe)\.(only|todo)\(/.test(text))
    expect(left.map((file) => file.path)).toEqual([])
  })
})

/** A folder that only holds samples, fixtures or generated files is not empty. */
function hasSkipped(folder: string): boolean {
  return ['samples', 'fixtures', 'generated'].some((name) => isFolder(posix.join(folder, name)))
}

describe('plural folders', () => {
  it('give every dialect a page that maps its words to ours, and a line in the registry', () => {
    const dialects = foldersBelow('packages/server/src/dialects')
      .map((folder) => /\/dialects\/([^/]+)$/.exec(folder)?.[1])
      .filter((name) => name !== undefined)
    const files = new Set(filesBelow('packages/server/src/dialects'))
    const registry = read('packages/server/src/dialects/registry.ts')
    expect(dialects.filter((name) => !files.has(`packages/server/src/dialects/${name}/README.md`))).toEqual([])
    expect(dialects.filter((name) => !registry.includes(`./${name}/`))).toEqual([])
  })
})

/** A synchronous write stops every request until the disk has answered. Reading a file at start is no harm. */
const SYNCHRONOUS_WRITES =
  /\b(append|write|copy|fsync|fdatasync|ftruncate|truncate|rename|unlink|rm|rmdir|mkdir|mkdtemp|link|symlink|chmod)(File|v)?Sync\(/
/** `query` and `insert` of chdb that are not awaited block the thread for the whole query. */
const SYNCHRONOUS_ENGINE = /\b(session|chdb|connection)\.(query|queryBind|querySync|insertSync)\(/

/** Files that may, with the reason. */
const MAY_BLOCK: Record<string, string> = {
  'packages/server/src/main.ts': 'before the first door opens, and when the process ends',
  'packages/server/src/store/block-worker.ts': 'its own thread: nobody waits for it there',
}

describe('documents', () => {
  it('have every decision in the index', () => {
    const index = read('docs/adr/README.md')
    const decisions = filesBelow('docs/adr').filter((path) => /\/\d{4}-[^/]+\.md$/.test(path))
    expect(decisions.filter((path) => !index.includes(`(${basename(path)})`))).toEqual([])
  })

  it('link only to files that are there', () => {
    const pages = [
      'README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      ...filesBelow('docs').filter((path) => path.endsWith('.md')),
    ]
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map(([, target]) => posix.join(posix.dirname(page), target!))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${page} → ${target}`),
    )
    expect(broken).toEqual([])
  })
})

describe('the running server', () => {
  const sources = readSources('packages/server/src').filter((file) => !isTest(file.path))

  it('writes no file synchronously', () => {
    const blocking = sources.filter((file) => SYNCHRONOUS_WRITES.test(file.text) && MAY_BLOCK[file.path] === undefined)
    expect(blocking.map((file) => file.path)).toEqual([])
  })

  it('asks the engine nothing synchronously', () => {
    const blocking = sources.filter((file) => SYNCHRONOUS_ENGINE.test(file.text) && MAY_BLOCK[file.path] === undefined)
    expect(blocking.map((file) => file.path)).toEqual([])
  })

  it('writes to the log, not to the console', () => {
    const loud = sources.filter((file) => /\bconsole\.\w+\(/.test(file.text) && !/\/(cli\/|main\.ts)/.test(file.path))
    expect(loud.map((file) => file.path)).toEqual([])
  })
})

describe('package-lock.json', () => {
  it('holds the engine of every platform, which npm drops when it cannot resolve one', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> }
    const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64-gnu', 'linux-x64-gnu']
    const missing = platforms.filter((platform) => lock.packages[`node_modules/@chdb/lib-${platform}`] === undefined)
    expect(missing).toEqual([])
  })
})

describe('package.json', () => {
  it('names every version exactly', () => {
    const loose = filesBelow('packages')
      .filter((path) => path.endsWith('package.json'))
      .concat('package.json')
      .flatMap((path) => {
        const { dependencies = {}, devDependencies = {} } = JSON.parse(read(path)) as Record<
          string,
          Record<string, string>
        >
        return Object.entries({ ...dependencies, ...devDependencies })
          .filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))
          .map(([name, version]) => `${path}: ${name}@${version}`)
      })
    expect(loose).toEqual([])
  })
})

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
