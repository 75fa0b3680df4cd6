// Holds every file to the dependency table. Tests and contract suites may reach further, since they tie parts together on
// purpose.
import { describe, expect, it } from 'vitest'
import { ROOMS, type Room } from './dependency-table.ts'
import { type Import, importsOf, isTest, readSources, type SourceFile } from './source-tree.ts'

const PACKAGES: Record<string, string> = {
  '@clew/model': 'model',
  '@clew/codecs': 'codecs',
  '@clew/analysis': 'analysis',
  '@clew/server': 'server',
  '@clew/web': 'web',
}

function roomOf(path: string): Room | undefined {
  return ROOMS.find((room) => room.files.test(path))
}

/** The line a failure shows for one import, or undefined when the table allows it. */
function violation(file: SourceFile, imported: Import): string | undefined {
  const room = roomOf(file.path)
  if (room === undefined) return `${shorten(file.path)} is in no room of the table`
  const packageName = imported.target.split('/').slice(0, 2).join('/')
  const target = imported.target.startsWith('packages/') ? roomOf(imported.target) : undefined
  const targetName = target?.name ?? PACKAGES[packageName]
  if (targetName === undefined) return undefined
  if (targetName === room.name && sameDialect(file.path, imported.target)) return undefined
  const allowed = room.imports.some(
    (entry) => entry === '*' || entry === targetName || (entry === `${targetName} (types)` && imported.typeOnly),
  )
  if (allowed) return undefined
  const shown =
    targetName === 'server/dialects/*' ? shorten(imported.target).split('/').slice(0, 3).join('/') : targetName
  return `${shorten(file.path)} imports ${shown}${imported.typeOnly ? ' (types)' : ''} (allowed: ${room.imports.join(', ') || 'nothing'})`
}

/** Two dialects share a line of the table and must still not know each other. */
function sameDialect(from: string, to: string): boolean {
  const dialect = /\/dialects\/([^/]+)\//
  return dialect.exec(from)?.[1] === dialect.exec(to)?.[1]
}

function shorten(path: string): string {
  return path.replace(/^packages\/([^/]+)\/src\//, '$1/')
}

describe('architecture', () => {
  it('lets every folder import only what the table names', () => {
    const violations = readSources('packages')
      .filter((file) => file.path.includes('/src/') && !isTest(file.path))
      .flatMap((file) => importsOf(file).map((imported) => violation(file, imported)))
      .filter((line) => line !== undefined)
    expect(violations).toEqual([])
  })

  it('keeps a page or a codec free of the server, also in its tests', () => {
    const reaching = readSources('packages')
      .filter((file) => /^packages\/(model|codecs|analysis|web)\//.test(file.path))
      .filter((file) => importsOf(file).some(({ target }) => /^(@clew|packages)\/server/.test(target)))
      .map((file) => file.path)
    expect(reaching).toEqual([])
  })

  it('says which file reaches where it must not', () => {
    const file = {
      path: 'packages/server/src/dialects/zipkin/receive.ts',
      text: "import { x } from '../../store/writer.ts'\nimport type { Journal } from '../../pipeline/journal/journal.ts'\n",
    }
    expect(importsOf(file).map((imported) => violation(file, imported))).toEqual([
      expect.stringMatching(
        /^server\/dialects\/zipkin\/receive\.ts imports server\/store \(allowed: .*server\/pipeline \(types\)/,
      ),
      undefined,
    ])
  })

  it('sees one dialect reach into another, and a value where only types are allowed', () => {
    const file = {
      path: 'packages/server/src/dialects/jaeger/render.ts',
      text: "import { render } from '../zipkin/render.ts'\nimport { QueryService } from '../../query/query-service.ts'\n",
    }
    expect(importsOf(file).map((imported) => violation(file, imported))).toEqual([
      expect.stringMatching(/imports server\/dialects\/zipkin \(allowed/),
      expect.stringMatching(/imports server\/query \(allowed/),
    ])
  })
})
