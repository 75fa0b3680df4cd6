// OTLP in, D.Hub's Traces API out: the commands of its document run with curl, on a run like the one it shows.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, sendJson } from './ask-server.ts'
import { type JsonSpan, jsonSpan, newSpanId, newTraceId, text, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

const DOCUMENTED_COMMANDS = {
  latest: `curl https://api.dhub.io/api/v1/traces/pipelines/pipeline-abc123 \\
-H "Authorization: Bearer <access_token>"`,
  history: `curl "https://api.dhub.io/api/v1/traces/pipelines/pipeline-abc123/?limit=10" \\
-H "Authorization: Bearer <access_token>"`,
  steps: `curl https://api.dhub.io/api/v1/traces/steps/batch-20240615-001 \\
-H "Authorization: Bearer <access_token>"`,
}

const DOCUMENTED_RUN =
  '{"id":"batch-20240615-001","name":"daily-etl","deployment":"daily-etl/run-20240615","state":{"state":"completed","steps":{"extract":{"state":"completed","offsets":{"records":1000},"comment":null,"stacktrace":null,"start_time":1718448000000,"end_time":1718448060000},"transform":{"state":"completed","offsets":{"records":950},"comment":null,"stacktrace":null,"start_time":1718448060000,"end_time":1718448120000}}},"start_time":1718448000000,"end_time":1718448120000}'

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.start()
})
afterAll(async () => {
  await server?.remove()
})

async function run(command: string): Promise<string> {
  const local = command.replace('https://api.dhub.io', server.url('')).replace(/^curl/, 'curl -sS')
  const { stdout } = await promisify(execFile)('bash', ['-c', local])
  return stdout
}

const whole = (key: string, value: number) => ({ key, value: { intValue: String(value) } })

/** The run's own span in one trace, its steps in another, as they are where each step is a process. */
function documentedSpans(batch: string, day: number): readonly (readonly JsonSpan[])[] {
  const start = 1_718_448_000 + (day - 15) * 86_400
  const times = (from: number, to: number) => ({
    startTimeUnixNano: `${start + from}000000000`,
    endTimeUnixNano: `${start + to}000000000`,
  })
  const [runTrace, stepTrace, runSpan] = [newTraceId(), newTraceId(), newSpanId()]
  const step = (name: string, from: number, records: number) =>
    jsonSpan({
      ...{ traceId: stepTrace, name: 'pipeline.step', status: { code: 1 } },
      ...times(from, from + 60),
      attributes: [
        text('pipeline.step.name', name),
        text('pipeline.batch.id', batch),
        whole('pipeline.step.offsets.records', records),
      ],
    })
  const own = jsonSpan({
    ...{ traceId: runTrace, spanId: runSpan, name: 'pipeline.run' },
    ...times(0, 120),
    attributes: [
      text('pipeline.id', 'pipeline-abc123'),
      text('pipeline.name', 'daily-etl'),
      text('pipeline.deployment', `daily-etl/run-202406${day}`),
      text('pipeline.batch.id', batch),
    ],
  })
  return [[own], [step('extract', 0, 1000), step('transform', 60, 950)]]
}

it('gives the documented answers to the documented commands', async () => {
  for (const [batch, day] of [
    ['batch-20240614-001', 14],
    ['batch-20240615-001', 15],
  ] as const)
    for (const spans of documentedSpans(batch, day)) await sendJson(server, tracesBody('etl', spans))

  await eventually(
    () => run(DOCUMENTED_COMMANDS.latest),
    (answer) => answer === DOCUMENTED_RUN,
  )
  const history = await run(DOCUMENTED_COMMANDS.history)
  expect(history.startsWith(`{"items":{"batch-20240615-001":${DOCUMENTED_RUN},"batch-20240614-001":{"id":`)).toBe(true)
  expect(history.endsWith('},"token":null}')).toBe(true)
  const [extract, transform, ...more] = JSON.parse(await run(DOCUMENTED_COMMANDS.steps)) as object[]
  expect(extract).toEqual({
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    span_name: 'pipeline.step',
    span_attributes: {
      'pipeline.step.name': 'extract',
      'pipeline.batch.id': 'batch-20240615-001',
      'pipeline.step.offsets.records': 1000,
    },
    span_start_timestamp_nanos: 1718448000000000000,
    span_end_timestamp_nanos: 1718448060000000000,
    span_status: 'OK',
  })
  expect(transform).toMatchObject({ span_attributes: { 'pipeline.step.name': 'transform' } })
  expect(more).toEqual([])
})
