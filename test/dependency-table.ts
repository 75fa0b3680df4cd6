// The dependency table of the house. A folder may import what its line names, and nothing else: this is what keeps the
// two waists narrow. architecture.test.ts holds every file to it.

export interface Room {
  /** Where the files are; the first room whose pattern fits is a file's room. */
  readonly files: RegExp
  readonly name: string
  /** Names of rooms it may import; `x (types)` allows only what is erased. Its own room is always allowed. */
  readonly imports: readonly string[]
}

const EVERYTHING = ['*']

export const ROOMS: readonly Room[] = [
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
      'codecs/jaeger-model',
      'codecs/jaeger-…',
      'codecs/jaeger-thrift',
      'codecs/newrelic',
      'codecs/zipkin-model',
      'codecs/zipkin-…',
    ],
  },
  { name: 'analysis', files: /^packages\/analysis\/src\//, imports: ['model'] },
  { name: 'web', files: /^packages\/web\/src\//, imports: ['model', 'analysis'] },
  { name: 'server/errors', files: /^packages\/server\/src\/errors(-reference)?\.ts$/, imports: ['model'] },
  { name: 'server/fair-share', files: /^packages\/server\/src\/fair-share\.ts$/, imports: ['model'] },
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
    imports: [
      'model',
      'codecs',
      'analysis',
      'server/errors',
      'server/fair-share',
      'server/telemetry',
      'server/query/languages',
    ],
  },
  {
    name: 'server/store',
    files: /^packages\/server\/src\/store\//,
    imports: [
      'model',
      'codecs',
      'server/errors',
      'server/fair-share',
      'server/telemetry',
      'server/pipeline (types)',
      'server/query (types)',
      'server/pipeline/journal/segment-format',
      'server/start-worker',
    ],
  },
  {
    // What starts a file of the program as a thread: it knows none of them.
    name: 'server/start-worker',
    files: /^packages\/server\/src\/start-worker\.ts$/,
    imports: [],
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
    // What a dialect is, and what every one that takes spans, or answers with a trace, does with them.
    name: 'server/dialects/dialect',
    files: /^packages\/server\/src\/dialects\/(dialect|receive-spans|read-trace)\.ts$/,
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
