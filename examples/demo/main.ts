// `npm run demo`: sends runs of an AI pipeline to Clew through the real OpenTelemetry SDK.
//   npm run demo                          one run after the other, two a second, until Ctrl-C
//   npm run demo -- --once                one run, then done
//   npm run demo -- --count 500           500 runs over the last half hour, then done
//   npm run demo -- --rate 20             twenty runs a second
// Times are simulated: a run that took five seconds is sent at once, with its end at the present.
import { parseArgs } from 'node:util'
import { Random } from '../../bench/load/random.ts'
import { planRun } from './plan-run.ts'
import { flatten, type PlannedSpan } from './planned-span.ts'
import { Telemetry } from './telemetry.ts'

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318' },
    page: { type: 'string', default: 'http://localhost:2539' },
    key: { type: 'string' },
    once: { type: 'boolean', default: false },
    count: { type: 'string' },
    rate: { type: 'string', default: '2' },
    seed: { type: 'string' },
  },
})
const endpoint = values.endpoint.replace(/\/$/, '')
const count = values.once ? 1 : values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count)
const rate = Number(values.rate)
if (!(count > 0) || !(rate > 0)) {
  console.error('--count and --rate take positive numbers')
  process.exit(2)
}
/** Finished counts are spread over this time, so that lists and charts have something to show. */
const SPREAD_MS = 30 * 60 * 1000
/** The SDK drops spans beyond its queue of 2,048; a run has about 20. */
const RUNS_PER_FLUSH = 50

const headers: Record<string, string> = values.key === undefined ? {} : { authorization: `Bearer ${values.key}` }
await greet()
const random = new Random(values.seed === undefined ? Date.now() : Number(values.seed))
const telemetry = new Telemetry(endpoint, headers)
let sent = 0
let failed = 0
let stopping = false
process.once('SIGINT', () => {
  stopping = true
})

while (sent < count && !stopping) {
  const run = planRun(random)
  const durationMs = lastEnd(run)
  const backMs = count > 1 && Number.isFinite(count) ? random.float() * SPREAD_MS : 0
  const traceId = telemetry.record(run, Date.now() - Math.ceil(durationMs) - Math.floor(backMs))
  sent++
  const failure = failureOf(run)
  if (failure !== undefined) failed++
  if (count <= 20 || (count === Number.POSITIVE_INFINITY && rate <= 5)) tell(traceId, durationMs, failure?.type)
  if (sent % RUNS_PER_FLUSH === 0) await telemetry.flush()
  if (count === Number.POSITIVE_INFINITY) await pause(1000 / rate)
}
await telemetry.stop()
console.log(`\n${sent} ${sent === 1 ? 'run' : 'runs'} sent, ${failed} failed on purpose. See them: ${values.page}`)

/** Says where things go, or why they cannot. An empty export is the cheapest question whether someone listens. */
async function greet(): Promise<void> {
  const probe = await fetch(`${endpoint}/v1/traces`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-protobuf' },
    body: new Uint8Array(),
  }).catch(() => undefined)
  if (probe?.ok) {
    console.log(`Sending runs of an AI pipeline to ${endpoint}; the page is at ${values.page}\n`)
    return
  }
  const problem = probe === undefined ? 'nobody listens there' : `it answers ${probe.status} ${await probe.text()}`
  console.error(`Cannot send to ${endpoint}: ${problem}. Start Clew with npm start, or name another --endpoint.`)
  process.exit(1)
}

function tell(traceId: string, durationMs: number, error: string | undefined): void {
  const seconds = (durationMs / 1000).toFixed(1).padStart(5)
  console.log(
    `${error === undefined ? 'ok    ' : 'failed'} ${seconds} s  ${values.page}/traces/${traceId}${error === undefined ? '' : `  ${error}`}`,
  )
}

/** A run failed when its task or its consumer did, not when a call was tried again and then went through. */
function failureOf(run: PlannedSpan): PlannedSpan['failure'] {
  const ends = flatten(run).filter(({ name }) => name === 'celery.process_image' || name === 'character.consumer')
  return ends.find((span) => span.failure !== undefined)?.failure
}

function lastEnd(run: PlannedSpan): number {
  return Math.max(...flatten(run).map((span) => span.endMs))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
