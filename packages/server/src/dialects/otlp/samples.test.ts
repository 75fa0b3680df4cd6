// A folder in samples/ is a test: the request in `input.json` or `input.hex` (protobuf) is sent to the doors of OTLP, and
// what they answer and hand on is compared with `expected.json`. Folders whose name starts with `logs-` hold log requests.
// `npm run accept` writes what came out as expected. What decoders make of stranger bytes is in the samples of codecs/otlp.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logRecordsOf, spansOf } from '../../../../codecs/src/codec-contract.ts'
import { call, openTestDoors, send, type TestDoors } from '../../doors-contract.ts'

const SAMPLES = fileURLToPath(new URL('samples', import.meta.url))
const GRPC_PATHS = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
} as const

type Signal = keyof typeof GRPC_PATHS

describe('OTLP requests', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors()
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })

  it.each(readdirSync(SAMPLES))('%s', async (name) => {
    const folder = join(SAMPLES, name)
    const signal = name.startsWith('logs-') ? 'logs' : 'traces'
    const hex = join(folder, 'input.hex')
    const answers = existsSync(hex)
      ? await sendProtobuf(signal, Buffer.from(readFileSync(hex, 'utf8').replaceAll(/\s/g, ''), 'hex'))
      : { http: await post(signal, readFileSync(join(folder, 'input.json')), 'application/json') }
    const [batch, again] = doors.consumer.consumed.map(({ batch }) => batch)
    const stored = batch === undefined ? [] : batch.signal === 'logs' ? logRecordsOf(batch) : spansOf(batch)
    const outcome = `${JSON.stringify({ ...answers, stored }, printable, 2)}\n`
    await expect(outcome).toMatchFileSnapshot(join(folder, 'expected.json'))
    if (again !== undefined) expect(again.bytes).toEqual(batch!.bytes)
  })

  async function post(signal: Signal, body: Buffer, type: string) {
    const answer = await send(`${doors.urls.otlpHttp}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    const isJson = answer.headers['content-type'] === 'application/json'
    return {
      status: answer.status,
      contentType: answer.headers['content-type'],
      body: isJson ? (JSON.parse(answer.body.toString()) as unknown) : new Uint8Array(answer.body),
    }
  }

  async function sendProtobuf(signal: Signal, body: Buffer) {
    const http = await post(signal, body, 'application/x-protobuf')
    const answer = await call(doors.urls.otlpGrpc, GRPC_PATHS[signal], { body })
    const { code, message } = answer
    return { http, grpc: { code, message, body: answer.body === undefined ? null : new Uint8Array(answer.body) } }
  }
})

/** Values that JSON has no word for; the rest of the model is plain. */
function printable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return `hex ${Buffer.from(value).toString('hex')}`
  return value
}
