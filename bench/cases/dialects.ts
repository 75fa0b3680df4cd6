// The load in the words of other systems, each into a fresh server: what a span costs beside one that comes as OTLP, in
// CPU and on disk. OTLP is sent in the same run, since machines differ by the hour.
import { decodeOtlpSpans, decodeResource, decodeScope, decodeSpan, SPAN_CODECS } from '@clew/codecs'
import type { Span } from '@clew/model'
import { processFromResource } from '../../packages/codecs/src/jaeger-model/process-resource.ts'
import { toJaegerSpan } from '../../packages/codecs/src/jaeger-model/to-jaeger-span.ts'
import { thriftBatch } from '../../packages/codecs/src/jaeger-thrift/thrift-batch-contract.ts'
import { thriftStruct } from '../../packages/codecs/src/wire/thrift-values-contract.ts'
import type { ServerProcess } from '../../test/e2e/server-process.ts'
import { type BenchCase, type BenchContext, withServer } from '../bench-case.ts'
import { keptBytes } from '../disk.ts'
import { untilJournalEmpty } from '../journal-watch.ts'
import { encodeLoad, SPANS_PER_REQUEST } from '../load/encode-load.ts'
import { createLoad } from '../load/load.ts'
import { cpuSeconds, untilQuiet } from '../process-figures.ts'
import type { Row } from '../report.ts'
import { openHttp } from '../senders/http-sender.ts'
import { drive, inTurn } from '../senders/sender.ts'
import { round } from '../statistics.ts'
import { CONNECTIONS, sizeOf } from './ingest.ts'

/** Bodies of every dialect are held in memory while they are sent. */
const MOST_SPANS = 300_000

interface Dialect {
  readonly what: string
  /** As the server calls the door, with the path on it. */
  readonly door: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Times the CPU that the same span costs as OTLP. */
  readonly reach?: number
  encode(spans: readonly Span[]): Uint8Array
}

const OTLP: Dialect = {
  what: 'OTLP protobuf',
  door: 'otlp-http',
  path: '/v1/traces',
  headers: { 'Content-Type': 'application/x-protobuf' },
  encode: (spans) => SPAN_CODECS['otlp-protobuf'].encodeSpans(spans),
}

const OTHERS: readonly Dialect[] = [
  {
    what: 'Zipkin protobuf',
    door: 'zipkin',
    path: '/api/v2/spans',
    headers: { 'Content-Type': 'application/x-protobuf' },
    reach: 1.5,
    encode: (spans) => SPAN_CODECS['zipkin-proto'].encodeSpans(spans),
  },
  {
    what: 'Jaeger thrift',
    door: 'jaeger-http',
    path: '/api/traces',
    headers: { 'Content-Type': 'application/x-thrift' },
    reach: 1.5,
    encode: (spans) =>
      thriftStruct(
        thriftBatch(
          spans.map((span) => ({ span: toJaegerSpan(span), process: processFromResource(spans[0]!.resource) })),
        ),
        'binary',
      ),
  },
  {
    what: 'Zipkin v2 JSON',
    door: 'zipkin',
    path: '/api/v2/spans',
    headers: { 'Content-Type': 'application/json' },
    reach: 2.5,
    encode: (spans) => SPAN_CODECS['zipkin-json-v2'].encodeSpans(spans),
  },
  {
    what: 'New Relic JSON',
    door: 'main',
    path: '/trace/v1',
    headers: { 'Content-Type': 'application/json', 'Api-Key': 'bench' },
    reach: 2.5,
    encode: (spans) => SPAN_CODECS.newrelic.encodeSpans(spans),
  },
]

interface Figures {
  readonly cpuMicrosPerSpan: number
  readonly storedBytesPerSpan: number
  readonly sentBytesPerSpan: number
}

export const otherDialects: BenchCase = {
  name: 'dialects',
  async run(context) {
    const batches = batchesOf(context)
    const otlp = await measure(context, OTLP, batches)
    const rows: Row[] = []
    for (const dialect of OTHERS)
      rows.push(
        await measure(context, dialect, batches).then(
          (figures) => comparedRow(dialect, figures, otlp),
          (error: Error) => context.failed(dialect.what, error),
        ),
      )
    return rows
  },
}

function comparedRow({ what, reach }: Dialect, figures: Figures, otlp: Figures): Row {
  const times = figures.cpuMicrosPerSpan / otlp.cpuMicrosPerSpan
  return {
    what: `server CPU a span, ${what}, beside OTLP protobuf`,
    measured:
      `${round(times, 2)} times (${round(figures.cpuMicrosPerSpan)} µs); ` +
      `${round(figures.sentBytesPerSpan, 0)} bytes sent, ${round(figures.storedBytesPerSpan, 0)} stored; OTLP ` +
      `${round(otlp.sentBytesPerSpan, 0)} and ${round(otlp.storedBytesPerSpan, 0)}`,
    goal: reach === undefined ? '' : `≤ ${reach} times`,
    met: reach === undefined ? undefined : times <= reach,
    figures: { times, ...figures },
  }
}

/** The load as objects, in requests of one service, as its clients would send them. */
function batchesOf(context: BenchContext): Span[][] {
  const size = sizeOf(context)
  const load = createLoad({ ...size, spans: Math.min(size.spans, MOST_SPANS) })
  const byService = new Map<string, Span[]>()
  const batches: Span[][] = []
  for (const { bytes } of encodeLoad(load))
    for (const span of spansOfBody(bytes)) {
      const open = byService.get(span.serviceName) ?? []
      open.push(span)
      byService.set(span.serviceName, open)
      if (open.length < SPANS_PER_REQUEST) continue
      batches.push(open)
      byService.delete(span.serviceName)
    }
  return [...batches, ...byService.values()]
}

function spansOfBody(bytes: Uint8Array): Span[] {
  const { batch } = decodeOtlpSpans(bytes, 'protobuf')
  const origins = batch.origins.map((origin) => ({
    resource: decodeResource(origin.resource, origin.resourceSchemaUrl),
    scope: decodeScope(origin.scope, origin.scopeSchemaUrl),
    serviceName: origin.service,
  }))
  return Array.from({ length: batch.count }, (_, row) => {
    const start = batch.itemOffset[row]!
    return decodeSpan(batch.bytes.subarray(start, start + batch.itemLength[row]!), origins[batch.origin[row]!]!)
  })
}

async function measure(
  context: BenchContext,
  dialect: Dialect,
  batches: readonly (readonly Span[])[],
): Promise<Figures> {
  context.say(`sending as ${dialect.what}`)
  const spans = batches.reduce((sum, batch) => sum + batch.length, 0)
  const bodies = batches.map((batch) => dialect.encode(batch))
  return withServer(async (server) => {
    const port = await portOf(server, dialect.door)
    const { path, headers } = dialect
    const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openHttp({ port, path, headers })))
    const before = await cpuSeconds(server.pid)
    const report = await drive(connections, inTurn(bodies))
    for (const connection of connections) connection.close()
    const refused = [...report.answers].filter(([status]) => status !== 200 && status !== 202)
    if (refused.length > 0) throw new Error(`${dialect.what}: refused: ${JSON.stringify(refused)}`)
    await untilJournalEmpty(server.dataDir)
    const after = await untilQuiet(server.pid)
    const bytes = await keptBytes(server.dataDir)
    return {
      cpuMicrosPerSpan: ((after - before) / spans) * 1e6,
      storedBytesPerSpan: bytes / spans,
      sentBytesPerSpan: bodies.reduce((sum, body) => sum + body.length, 0) / spans,
    }
  })
}

/** The doors of a server are on free ports: it says itself where. */
async function portOf(server: ServerProcess, door: string): Promise<number> {
  if (door === 'main') return server.ports.http
  const answer = await fetch(server.url('/clew/v1/ingest'))
  const { listening } = (await answer.json()) as { listening: { door: string; url: string }[] }
  const found = listening.find((entry) => entry.door === door)
  if (found === undefined) throw new Error(`no door ${door} among ${listening.map((entry) => entry.door).join(', ')}`)
  return Number(new URL(found.url).port)
}
