// 50,000 spans a second without pause: when are they visible to questions, and how is the server for those who ask
// meanwhile.
import type { ServerProcess } from '../../test/e2e/server-process.ts'
import { ask, askJson, type SearchAnswer, searchPath } from '../ask.ts'
import { type BenchCase, type BenchContext, withServer } from '../bench-case.ts'
import { encodeLoad, type RequestBody, SPANS_PER_REQUEST } from '../load/encode-load.ts'
import { createLoad, type Load, requestIdOf, traceIdOf } from '../load/load.ts'
import { Random } from '../load/random.ts'
import { openHttp } from '../senders/http-sender.ts'
import { type Answer, drive, inTurn, paced, type SendReport } from '../senders/sender.ts'
import { round, summarize } from '../statistics.ts'
import { CONNECTIONS } from './ingest.ts'
import { windowOf } from './questions.ts'

const SPANS_PER_SECOND = 50_000
const SECONDS = 20
const QUESTIONS_PER_SECOND = 20
const LARGE_TRACES = 4
const LARGE_TRACE_SPANS = 10_000
/** Often enough for a goal of seconds, and seldom enough not to be a load of its own. */
const POLL_MS = 100
const VISIBLE_WITHIN_MS = 60_000

export const visibility: BenchCase = {
  name: 'visibility',
  run: (context) =>
    withServer(async (server) => {
      const { load, bodies } = steadyLoad(context)
      const owners = new Map(bodies.map((body) => [body.bytes as Uint8Array, body]))
      const delays: number[] = []
      let watching: Promise<void> | undefined
      await sendSteadily(server, bodies, (bytes, answer) => {
        if (answer.status !== 200 || watching !== undefined) return
        const answeredAt = performance.now()
        watching = untilFound(server, load, owners.get(bytes)!.firstSpan).then((foundAt) => {
          delays.push(foundAt - answeredAt)
          watching = undefined
        })
      })
      await watching
      const { p50, p99 } = summarize(delays)
      return [
        {
          what: 'visible to questions after the answer, at 50,000 spans/s',
          measured: `p50 ${round(p50, 0)} ms, p99 ${round(p99, 0)} ms of ${delays.length} samples`,
          goal: 'p50 ≤ 1 s, p99 ≤ 2 s',
          met: p50 <= 1000 && p99 <= 2000,
          figures: { p50, p99 },
        },
      ]
    }),
}

/** Asks the search copy, which is written last: what is found there is found everywhere. */
async function untilFound(server: ServerProcess, load: Load, span: number): Promise<number> {
  const path = searchPath({ attribute: `request.id = "${requestIdOf(load, span)}"`, ...windowOf(load) })
  const started = performance.now()
  while (performance.now() - started < VISIBLE_WITHIN_MS) {
    const { answer } = await askJson<SearchAnswer>(server, path)
    if (answer.traces.length > 0) return performance.now()
    await pause(POLL_MS)
  }
  throw new Error(`a span was not found within ${VISIBLE_WITHIN_MS / 1000} s of its acknowledgement`)
}

export const mixed: BenchCase = {
  name: 'mixed',
  run: (context) =>
    withServer(async (server) => {
      const large = createLoad({
        spans: LARGE_TRACES * LARGE_TRACE_SPANS,
        seed: context.seed + 1,
        endMs: Date.now(),
        spansPerTrace: { min: LARGE_TRACE_SPANS, max: LARGE_TRACE_SPANS },
      })
      await sendAll(server, encodeLoad(large))
      const { load, bodies } = steadyLoad(context)
      await pause(3000)
      await ask(server, '/metrics')
      let running = true
      const sending = sendSteadily(server, bodies).finally(() => {
        running = false
      })
      const asking = askSteadily(server, load, large, context.seed, () => running)
      const report = await sending
      const times = await asking
      const lagMs = eventLoopLagMs((await ask(server, '/metrics')).body.toString())
      const refused = report.requests - (report.answers.get(200) ?? 0) + report.rejected
      const all = summarize(times.small)
      const big = summarize(times.large)
      return [
        {
          what: 'mixed: 50,000 spans/s and 20 questions/s: event-loop delay p99',
          measured: `${lagMs === undefined ? 'not told' : `${round(lagMs, 0)} ms`}, ${refused} requests refused`,
          goal: '≤ 50 ms, none refused',
          met: lagMs !== undefined && lagMs <= 50 && refused === 0,
          figures: { lagMs: lagMs ?? -1, refused },
        },
        {
          what: 'questions meanwhile; 10,000-span traces among them',
          measured: `p50 ${round(all.p50)} ms, p95 ${round(all.p95)} ms; p50 ${round(big.p50)} ms, p95 ${round(big.p95)} ms`,
          goal: '',
          figures: { p50: all.p50, p95: all.p95, largeP50: big.p50, largeP95: big.p95 },
        },
      ]
    }),
}

async function askSteadily(server: ServerProcess, load: Load, large: Load, seed: number, running: () => boolean) {
  const random = new Random(seed)
  const times = { small: [] as number[], large: [] as number[] }
  const open: Promise<void>[] = []
  const window = windowOf(load)
  for (let i = 0; running(); i++) {
    const isLarge = i % 10 === 0
    const path = isLarge
      ? `/clew/v1/traces/${traceIdOf(large, random.integer(large.traceCount))}/columns`
      : i % 2 === 0
        ? `/clew/v1/traces/${traceIdOf(large, random.integer(large.traceCount)).replace(/^./, '0')}`
        : searchPath({ service: 'cart', minDuration: '100ms', ...window, limit: '20' })
    open.push(
      ask(server, path).then(({ status, ms, body }) => {
        if (status !== 200 && status !== 404) throw new Error(`GET ${path}: ${status} ${body.toString().slice(0, 300)}`)
        times[isLarge ? 'large' : 'small'].push(ms)
      }),
    )
    await pause(1000 / QUESTIONS_PER_SECOND)
  }
  await Promise.all(open)
  return times
}

/** The server's own gauge, over the time since the last scrape. */
function eventLoopLagMs(metrics: string): number | undefined {
  const value = /^clew_event_loop_delay_seconds\{quantile="0.99"\} ([\d.e+-]+)$/m.exec(metrics)?.[1]
  return value === undefined ? undefined : Number(value) * 1000
}

function steadyLoad(context: BenchContext): { load: Load; bodies: RequestBody[] } {
  const load = createLoad({ spans: SPANS_PER_SECOND * SECONDS, seed: context.seed, endMs: Date.now() })
  return { load, bodies: encodeLoad(load) }
}

async function sendSteadily(
  server: ServerProcess,
  bodies: readonly RequestBody[],
  answered?: (bytes: Uint8Array, answer: Answer) => void,
): Promise<SendReport> {
  const connections = await openConnections(server)
  const next = paced(
    bodies.map((body) => body.bytes),
    SPANS_PER_SECOND / SPANS_PER_REQUEST,
  )
  const report = await drive(connections, next, answered)
  for (const connection of connections) connection.close()
  return report
}

async function sendAll(server: ServerProcess, bodies: readonly RequestBody[]): Promise<void> {
  const connections = await openConnections(server)
  await drive(connections, inTurn(bodies.map((body) => body.bytes)))
  for (const connection of connections) connection.close()
}

function openConnections(server: ServerProcess) {
  const target = { port: server.ports.otlpHttp, path: '/v1/traces' }
  return Promise.all(Array.from({ length: CONNECTIONS }, () => openHttp(target)))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
