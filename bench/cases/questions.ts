// Look-ups and searches against a filled store: how long they take, and whether they are right. Every answer is compared
// with the columns of the load; one wrong field fails the bench.
import type { ServerProcess } from '../../test/e2e/server-process.ts'
import { ask, askJson, type SearchAnswer, searchPath } from '../ask.ts'
import { SERVICES } from '../load/catalog.ts'
import { type ExpectedTrace, expectNewest, expectServiceCounts } from '../load/expected-answers.ts'
import { type Load, requestIdOf, traceIdOf } from '../load/load.ts'
import { Random } from '../load/random.ts'
import type { Row } from '../report.ts'
import { round, summarize } from '../statistics.ts'

const WARM_UP = 5
const LOOK_UPS = 200
const SEARCHES = 60
const LIMIT = 20
const SLOW_NANOS = 100e6

export interface Question {
  readonly path: string
  readonly expected: readonly ExpectedTrace[]
}

type Ask = (random: Random, load: Load) => { parameters: Record<string, string>; matches: (span: number) => boolean }

const byService: Ask = (random, load) => {
  const service = random.integer(SERVICES.length)
  return { parameters: { service: SERVICES[service]!.name }, matches: (span) => load.service[span] === service }
}

const KINDS: readonly { what: string; goalMs: number; ask: Ask }[] = [
  { what: 'newest 20 of a service', goalMs: 25, ask: byService },
  {
    what: 'newest 20 by service and duration',
    goalMs: 30,
    ask: (random, load) => {
      const { parameters, matches } = byService(random, load)
      return {
        parameters: { ...parameters, minDuration: '100ms' },
        matches: (span) => matches(span) && load.duration[span]! >= SLOW_NANOS,
      }
    },
  },
  {
    what: 'newest 20 by service and status code 500',
    goalMs: 35,
    ask: (random, load) => {
      const { parameters, matches } = byService(random, load)
      return {
        parameters: { ...parameters, attribute: 'http.response.status_code = 500' },
        matches: (span) => matches(span) && load.statusCode[span] === 500,
      }
    },
  },
  {
    what: 'by the unique attribute',
    goalMs: 30,
    ask: (random, load) => {
      const wanted = random.integer(load.spanCount)
      return {
        parameters: { attribute: `request.id = "${requestIdOf(load, wanted)}"` },
        matches: (span) => span === wanted,
      }
    },
  },
]

/** The hour around the load, the same for all, so that the time window does not depend on when a question is asked. */
export function windowOf(load: Load): { from: string; to: string } {
  const end = load.baseUnixNano + 31n * 60n * 1_000_000_000n
  return { from: String(end - 3600n * 1_000_000_000n), to: String(end) }
}

export function randomQuestion(random: Random, load: Load, kind = random.integer(KINDS.length)): Question {
  const { parameters, matches } = KINDS[kind]!.ask(random, load)
  return {
    path: searchPath({ ...parameters, ...windowOf(load), limit: String(LIMIT) }),
    expected: expectNewest(load, matches, LIMIT),
  }
}

export async function measureSearches(server: ServerProcess, load: Load, seed: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const [kind, { what, goalMs }] of KINDS.entries()) {
    const random = new Random(seed + kind)
    const times: number[] = []
    for (let i = 0; i < WARM_UP + SEARCHES; i++) {
      const question = randomQuestion(random, load, kind)
      const { answer, ms } = await askJson<SearchAnswer>(server, question.path)
      compare(question, answer)
      if (i >= WARM_UP) times.push(ms)
    }
    const { p50, p95 } = summarize(times)
    rows.push({
      what,
      measured: `p50 ${round(p50)} ms, p95 ${round(p95)} ms, all right`,
      goal: `p50 ≤ ${goalMs} ms`,
      met: p50 <= goalMs,
      figures: { p50, p95 },
    })
  }
  return rows
}

/** Throws with the question and the first field that differs. */
export function compare(question: Question, answer: SearchAnswer): void {
  const got = answer.traces.map((trace) => {
    const { traceId, rootService, rootName, durationNano, spanCount, errorCount, matchedSpans } = trace
    return JSON.stringify({ traceId, rootService, rootName, durationNano, spanCount, errorCount, matchedSpans })
  })
  const expected = question.expected.map((trace) => JSON.stringify(trace))
  const wrong = expected.findIndex((line, index) => line !== got[index])
  if (wrong >= 0 || got.length !== expected.length)
    throw new Error(
      `wrong answer to ${question.path}: ${got.length} traces, expected ${expected.length}; first difference at ${wrong}:\n  expected ${expected[wrong]}\n  got      ${got[wrong]}`,
    )
}

export async function measureLookUps(server: ServerProcess, load: Load, seed: number): Promise<Row[]> {
  const random = new Random(seed)
  const times: number[] = []
  for (let i = 0; i < WARM_UP + LOOK_UPS; i++) {
    const trace = random.integer(load.traceCount)
    const ms = await lookUp(server, load, trace)
    if (i >= WARM_UP) times.push(ms)
  }
  const unknown: number[] = []
  for (let i = 0; i < LOOK_UPS / 2; i++) {
    const id = [1, 2, 3, 4].map(() => random.uint32().toString(16).padStart(8, '0')).join('')
    const { status, ms } = await ask(server, `/clew/v1/traces/${id}`)
    if (status !== 404) throw new Error(`an unknown trace id was answered with ${status}, expected 404`)
    unknown.push(ms)
  }
  const known = summarize(times)
  const missing = summarize(unknown)
  return [
    {
      what: 'trace by id, warm',
      measured: `p50 ${round(known.p50)} ms, p95 ${round(known.p95)} ms`,
      goal: 'p50 ≤ 6 ms, p95 ≤ 12 ms',
      met: known.p50 <= 6 && known.p95 <= 12,
      figures: known,
    },
    {
      what: 'an unknown trace id',
      measured: `p50 ${round(missing.p50)} ms, p95 ${round(missing.p95)} ms`,
      goal: 'no slower',
      met: missing.p50 <= Math.max(known.p50 * 1.1, known.p50 + 0.5),
      figures: missing,
    },
  ]
}

/** Milliseconds of one look-up; throws when the trace does not come back whole. */
export async function lookUp(server: ServerProcess, load: Load, trace: number): Promise<number> {
  const { answer, ms } = await askJson<{ spans: readonly { spanId: string }[] }>(
    server,
    `/clew/v1/traces/${traceIdOf(load, trace)}`,
  )
  const first = load.traceFirst[trace]!
  const next = load.traceFirst[trace + 1]!
  const expected = Array.from({ length: next - first }, (_, i) =>
    Buffer.from(load.spanId.buffer, (first + i) * 8, 8).toString('hex'),
  )
  const got = answer.spans.map((span) => span.spanId)
  if (got.sort().join() !== expected.sort().join())
    throw new Error(`trace ${traceIdOf(load, trace)}: expected spans ${expected.join()}, got ${got.join()}`)
  return ms
}

export async function measureLists(server: ServerProcess, load: Load): Promise<Row[]> {
  const expected = expectServiceCounts(load)
  const window = new URLSearchParams(windowOf(load))
  const services: number[] = []
  const operations: number[] = []
  for (let i = 0; i < WARM_UP + 50; i++) {
    const answer = await askJson<{ services: readonly { name: string; spanCount: number }[] }>(
      server,
      `/clew/v1/services?${window}`,
    )
    for (const { name, spanCount } of answer.answer.services)
      if (expected.get(name) !== spanCount)
        throw new Error(`services: ${name} has ${spanCount} spans, expected ${expected.get(name)}`)
    if (answer.answer.services.length !== expected.size)
      throw new Error(`services: expected ${expected.size}, got ${answer.answer.services.length}`)
    const { ms } = await askJson(server, `/clew/v1/operations?service=${SERVICES[i % SERVICES.length]!.name}`)
    if (i < WARM_UP) continue
    services.push(answer.ms)
    operations.push(ms)
  }
  const a = summarize(services)
  const b = summarize(operations)
  return [
    {
      what: 'services; operations of a service',
      measured: `p50 ${round(a.p50)} ms; ${round(b.p50)} ms (p95 ${round(a.p95)}; ${round(b.p95)})`,
      goal: '≤ 5 ms',
      met: a.p50 <= 5 && b.p50 <= 5,
      figures: { services: a.p50, operations: b.p50 },
    },
  ]
}
