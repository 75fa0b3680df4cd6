// Spans in: CPU a span and spans a second, over OTLP/HTTP plain and gzipped and over gRPC.
import type { ServerProcess } from '../../test/e2e/server-process.ts'
import { type BenchContext, spansOf } from '../bench-case.ts'
import { untilJournalEmpty } from '../journal-watch.ts'
import { encodeLoad, gzipBody, type RequestBody } from '../load/encode-load.ts'
import type { Load } from '../load/load.ts'
import { cpuSeconds, untilQuiet } from '../process-figures.ts'
import type { Row } from '../report.ts'
import { openGrpc } from '../senders/grpc-sender.ts'
import { openHttp } from '../senders/http-sender.ts'
import { type Connection, drive, inTurn } from '../senders/sender.ts'
import { percentile, round } from '../statistics.ts'

export const CONNECTIONS = 8
/** Bodies of this many traces are held in memory at a time, about a million spans. */
const WAVE_TRACES = 125_000

export type Transport = 'http' | 'gzip' | 'grpc'

export interface IngestFigures {
  readonly spansPerSecond: number
  readonly storedPerSecond: number
  readonly cpuMicrosPerSpan: number
  readonly answerP50Ms: number
  readonly answerP99Ms: number
}

/** Sends the whole load and waits until the server is quiet. Throws when any span was refused. */
export async function ingest(server: ServerProcess, load: Load, transport: Transport): Promise<IngestFigures> {
  const connections = await openAll(server, transport)
  const cpuBefore = await cpuSeconds(server.pid)
  let sendSeconds = 0
  let storeSeconds = 0
  const latencies: number[] = []
  for (let trace = 0; trace < load.traceCount; trace += WAVE_TRACES) {
    const bodies = encodeLoad(load, trace, Math.min(trace + WAVE_TRACES, load.traceCount))
    const packed = transport === 'gzip' ? await gzipAll(bodies) : bodies.map((body) => body.bytes)
    const started = performance.now()
    const report = await drive(connections, inTurn(packed))
    const refused = [...report.answers].filter(([status]) => status !== 200)
    if (refused.length > 0 || report.rejected > 0)
      throw new Error(`${transport}: refused: ${JSON.stringify(refused)}, partly rejected: ${report.rejected}`)
    sendSeconds += report.seconds
    storeSeconds += ((await untilJournalEmpty(server.dataDir)) - started) / 1000
    for (const latency of report.latenciesMs) latencies.push(latency)
  }
  for (const connection of connections) connection.close()
  const cpuAfter = await untilQuiet(server.pid)
  const sorted = Float64Array.from(latencies).sort()
  return {
    spansPerSecond: load.spanCount / sendSeconds,
    storedPerSecond: load.spanCount / storeSeconds,
    cpuMicrosPerSpan: ((cpuAfter - cpuBefore) / load.spanCount) * 1e6,
    answerP50Ms: percentile(sorted, 0.5),
    answerP99Ms: percentile(sorted, 0.99),
  }
}

function openAll(server: ServerProcess, transport: Transport): Promise<Connection[]> {
  const open = () =>
    transport === 'grpc'
      ? openGrpc(server.ports.otlpGrpc)
      : openHttp({
          port: server.ports.otlpHttp,
          path: '/v1/traces',
          ...(transport === 'gzip' ? { headers: { 'Content-Encoding': 'gzip' } } : {}),
        })
  return Promise.all(Array.from({ length: CONNECTIONS }, open))
}

async function gzipAll(bodies: readonly RequestBody[]): Promise<Buffer[]> {
  const packed: Buffer[] = []
  for (let i = 0; i < bodies.length; i += 4)
    packed.push(...(await Promise.all(bodies.slice(i, i + 4).map((body) => gzipBody(body.bytes)))))
  return packed
}

/** The two rows of plain HTTP, which everything else is compared with. */
export function plainRows(figures: IngestFigures): Row[] {
  const storedShare = figures.storedPerSecond / figures.spansPerSecond
  return [
    {
      what: 'server CPU a span, OTLP/HTTP protobuf, until quiet',
      measured: `${round(figures.cpuMicrosPerSpan)} µs`,
      goal: '≤ 15 µs, towards 9',
      met: figures.cpuMicrosPerSpan <= 15,
      figures: { cpuMicrosPerSpan: figures.cpuMicrosPerSpan },
    },
    {
      what: 'spans a second, first request to last answer',
      measured: `${round(figures.spansPerSecond, 0)} (answer p50 ${round(figures.answerP50Ms)} ms, p99 ${round(figures.answerP99Ms)} ms)`,
      goal: '≥ 100,000',
      met: figures.spansPerSecond >= 100_000,
      figures: { ...figures },
    },
    {
      what: 'the same, to the moment the journal is empty',
      measured: `${round(figures.storedPerSecond, 0)} (${round(storedShare * 100, 0)} %)`,
      goal: '≥ 90 % of it',
      met: storedShare >= 0.9,
      figures: { storedShare },
    },
  ]
}

export function comparedRow(transport: Transport, figures: IngestFigures, plainPerSecond: number | undefined): Row {
  const share = plainPerSecond === undefined ? undefined : figures.spansPerSecond / plainPerSecond
  return {
    what: `spans a second over ${transport === 'grpc' ? 'gRPC' : 'HTTP with gzip'}`,
    measured: `${round(figures.spansPerSecond, 0)}${share === undefined ? '' : ` (${round(share * 100, 0)} %)`}, ${round(figures.cpuMicrosPerSpan)} µs a span`,
    goal: '≥ 80 % of plain HTTP',
    met: share === undefined ? undefined : share >= 0.8,
    figures: { ...figures },
  }
}

export function sizeOf(context: BenchContext): { spans: number; seed: number; endMs: number } {
  return { spans: spansOf(context), seed: context.seed, endMs: Date.now() }
}
