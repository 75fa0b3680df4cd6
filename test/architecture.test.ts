// The dependency table of the house. A folder may import what its line names, and nothing else: this is what keeps the
// two waists narrow. Tests and contract suites may reach further, since they tie parts together on purpose.
import { describe, expect, it } from 'vitest'
import { type Import, importsOf, isTest, readSources, type SourceFile } from './source-tree.ts'

interface Room {
  /** Where the files are; the first room whose pattern fits is a file's room. */
  readonly files: RegExp
  readonly name: string
  /** Names of rooms it may import; `x (types)` allows only what is erased. Its own room is always allowed. */
  readonly imports: readonly string[]
}

const EVERYTHING = ['*']

const ROOMS: readonly Room[] = [
  { name: 'model', files: /^packages\/model\/src\//, imports: [] },
  { name: 'codecs/wire', files: /^packages\/codecs\/src\/wire\//, imports: ['model'] },
  { name: 'codecs/otlp', files: /^packages\/codecs\/src\/otlp\//, imports: ['model', 'codecs/codec', 'codecs/wire'] },
  { name: 'codecs/codec', files: /^packages\/codecs\/src\/codec\.ts$/, imports: ['model'] },
  {
    // What the formats of Jaeger share: its words as objects, and the mapping between them and OTLP.
    name: 'codecs/jaeger-model',
    files: /^packages\/codecs\/src\/jaeger-model\//,
    imports: ['model', 'codecs/codec', 'codecs/wire', 'codecs/otlp'],
  },
  {
    name: 'codecs/jaeger-…',
    files: /^packages\/codecs\/src\/jaeger-(proto|json)\//,
    imports: ['model', 'codecs/codec', 'codecs/wire', 'codecs/otlp', 'codecs/jaeger-model'],
  },
  {
    // A message to Jaeger's agent may hold spans of Zipkin.
    name: 'codecs/jaeger-thrift',
    files: /^packages\/codecs\/src\/jaeger-thrift\//,
    imports: ['model', 'codecs/codec', 'codecs/wire', 'codecs/otlp', 'codecs/jaeger-model', 'codecs/zipkin-…'],
  },
  {
    name: 'codecs/infinite-tracing',
    files: /^packages\/codecs\/src\/infinite-tracing\//,
    imports: ['model', 'codecs/codec', 'codecs/wire', 'codecs/otlp'],
  },
  {
    name: 'codecs/newrelic',
    files: /^packages\/codecs\/src\/newrelic\//,
    imports: ['model', 'codecs/codec', 'codecs/wire', 'codecs/otlp'],
  },
  {
    // What the formats of Zipkin share: the span of version 2, that of version 1, and the mapping between them and OTLP.
    name: 'codecs/zipkin-model',
    files: /^packages\/codecs\/src\/zipkin-model\//,
    imports: ['model', 'codecs/codec', 'codecs/wire', 'codecs/otlp'],
  },
  {
    name: 'codecs/zipkin-…',
    files: /^packages\/codecs\/src\/zipkin-(json-v1|json-v2|proto|thrift)\//,
    imports: ['model', 'codecs/codec', 'codecs/wire', 'codecs/otlp', 'codecs/zipkin-model'],
  },
  {
    name: 'codecs/chrome-trace',
    files: /^packages\/codecs\/src\/chrome-trace\//,
    imports: ['model', 'codecs/codec', 'codecs/wire'],
  },
  {
    name: 'codecs/registry',
    files: /^packages\/codecs\/src\/registry\.ts$/,
    imports: [
      'codecs/codec',
      'codecs/otlp',
      'codecs/jaeger-…',
      'codecs/jaeger-thrift',
      'codecs/newrelic',
      'codecs/zipkin-…',
    ],
  },
  {
    // From any format into any other: streams taken apart, formats told apart, documents put together.
    name: 'codecs/conversion',
    files: /^packages\/codecs\/src\/conversion\//,
    imports: [
      'model',
      'codecs/codec',
      'codecs/wire',
      'codecs/otlp',
      'codecs/registry',
      'codecs/newrelic',
      'codecs/zipkin-model',
      'codecs/chrome-trace',
    ],
  },
  {
    name: 'codecs',
    files: /^packages\/codecs\/src\/index\.ts$/,
    imports: [
      'codecs/registry',
      'codecs/conversion',
      'codecs/chrome-trace',
      'codecs/codec',
      'codecs/wire',
      'codecs/otlp',
      'codecs/infinite-tracing',
      'codecs/jaeger-…',
      'codecs/jaeger-thrift',
      'codecs/newrelic',
      'codecs/zipkin-model',
      'codecs/zipkin-…',
    ],
  },
  { name: 'analysis', files: /^packages\/analysis\/src\//, imports: ['model'] },
  { name: 'web', files: /^packages\/web\/src\//, imports: ['model', 'analysis'] },
  { name: 'server/errors', files: /^packages\/server\/src\/errors\.ts$/, imports: ['model'] },
  { name: 'server/config', files: /^packages\/server\/src\/config\//, imports: ['model', 'server/errors'] },
  { name: 'server/telemetry', files: /^packages\/server\/src\/telemetry\//, imports: ['model', 'server/errors'] },
  {
    name: 'server/access',
    files: /^packages\/server\/src\/access\//,
    imports: ['model', 'server/errors', 'server/config (types)'],
  },
  {
    name: 'server/http',
    files: /^packages\/server\/src\/http\//,
    imports: [
      'model',
      'server/errors',
      'server/access',
      'server/telemetry',
      'server/config (types)',
      'server/pipeline (types)',
    ],
  },
  {
    name: 'server/tls',
    files: /^packages\/server\/src\/tls\//,
    imports: ['model', 'server/telemetry (types)', 'server/config (types)'],
  },
  {
    name: 'server/grpc',
    files: /^packages\/server\/src\/grpc\//,
    imports: [
      'server/tls (types)',
      'server/http',
      'codecs',
      'model',
      'server/errors',
      'server/access',
      'server/telemetry',
      'server/config (types)',
      'server/pipeline (types)',
    ],
  },
  {
    // Pure: reads and writes the bytes of a segment. The store reads segments with it, so it is a room of its own.
    name: 'server/pipeline/journal/segment-format',
    files: /^packages\/server\/src\/pipeline\/journal\/segment-format\.ts$/,
    imports: ['model', 'codecs', 'server/pipeline (types)'],
  },
  {
    name: 'server/pipeline',
    files: /^packages\/server\/src\/pipeline\//,
    imports: ['model', 'codecs', 'server/errors', 'server/telemetry', 'server/pipeline/journal/segment-format'],
  },
  {
    name: 'server/query/languages',
    files: /^packages\/server\/src\/query\/languages\//,
    imports: ['model', 'server/errors'],
  },
  {
    name: 'server/query',
    files: /^packages\/server\/src\/query\//,
    imports: ['model', 'codecs', 'analysis', 'server/errors', 'server/telemetry', 'server/query/languages'],
  },
  {
    name: 'server/store',
    files: /^packages\/server\/src\/store\//,
    imports: [
      'model',
      'codecs',
      'server/errors',
      'server/telemetry',
      'server/pipeline (types)',
      'server/query (types)',
      'server/pipeline/journal/segment-format',
    ],
  },
  {
    name: 'server/udp',
    files: /^packages\/server\/src\/udp\//,
    imports: [
      'model',
      'server/http',
      'server/errors',
      'server/access',
      'server/telemetry (types)',
      'server/pipeline (types)',
    ],
  },
  {
    // What a dialect is, and what every one that takes spans does with them.
    name: 'server/dialects/dialect',
    files: /^packages\/server\/src\/dialects\/(dialect|receive-spans)\.ts$/,
    imports: [
      'model',
      'codecs',
      'server/http (types)',
      'server/grpc (types)',
      'server/udp (types)',
      'server/errors',
      'server/telemetry (types)',
      'server/config (types)',
      'server/pipeline (types)',
      'server/query (types)',
    ],
  },
  {
    name: 'server/dialects',
    files: /^packages\/server\/src\/dialects\/[^/]+\.ts$/,
    imports: ['model', 'server/errors', 'server/dialects/dialect', 'server/dialects/*'],
  },
  {
    name: 'server/dialects/*',
    files: /^packages\/server\/src\/dialects\/([^/]+)\//,
    imports: [
      'model',
      'codecs',
      'analysis',
      'server/dialects/dialect',
      'server/http',
      'server/grpc',
      'server/udp (types)',
      'server/access',
      'server/errors',
      'server/telemetry',
      'server/config (types)',
      'server/pipeline (types)',
      'server/query (types)',
      'server/query/languages',
    ],
  },
  {
    name: 'server',
    files: /^packages\/server\/src\/((server|main|doors|door-plan|storage|data-folder|first-key|text-hash)\.ts$|cli\/)/,
    imports: EVERYTHING,
  },
]

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
