import { connect, constants } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { ProtobufReader } from '@clew/codecs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call, openTestDoors, refusal, type TestDoors } from '../../doors-contract.ts'
import { frameMessage } from '../../grpc/wire.ts'
import { protobufLogs, protobufSpans } from './otlp-samples-contract.ts'

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'
const CODE = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
}

describe('OTLP over gRPC', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors({ maxBodyBytes: 100_000, byteBudget: 400_000 })
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
    expect(doors.budget.used).toBe(0)
  })

  const traces = (body: Uint8Array, sent: { gzip?: boolean; deadlineMs?: number } = {}) =>
    call(doors.urls.otlpGrpc, TRACES, { body, ...sent })

  it('answers OK with an empty message to what is stored whole', async () => {
    const answer = await traces(protobufSpans(2))
    expect(answer).toMatchObject({ code: CODE.ok })
    expect(answer.body).toHaveLength(0)
    expect(doors.consumer.consumed[0]).toMatchObject({
      batch: { signal: 'spans', count: 2 },
      request: { door: 'otlp-grpc/spans' },
    })
  })

  it('takes logs', async () => {
    expect(await call(doors.urls.otlpGrpc, LOGS, { body: protobufLogs(3) })).toMatchObject({ code: CODE.ok })
    expect(doors.consumer.consumed[0]).toMatchObject({
      batch: { signal: 'logs', count: 3 },
      request: { door: 'otlp-grpc/logs' },
    })
  })

  it('takes gzip', async () => {
    expect(await traces(protobufSpans(200), { gzip: true })).toMatchObject({ code: CODE.ok })
    expect(doors.consumer.consumed[0]?.batch.count).toBe(200)
  })

  it('takes an empty request', async () => {
    expect(await traces(new Uint8Array(0))).toMatchObject({ code: CODE.ok })
    expect(doors.consumer.consumed).toHaveLength(0)
  })

  it('keeps the good spans of a request, and says how many it rejected', async () => {
    const body = Buffer.from(protobufSpans(3))
    const at = body.indexOf(Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex'))
    body.fill(0, at, at + 16)
    const answer = await traces(body)
    const reader = new ProtobufReader('ExportTraceServiceResponse', answer.body)
    expect(reader.next()).toBe(true)
    reader.open(reader.bytes, reader.valueStart, reader.valueEnd)
    expect(reader.next() && reader.uint32()).toBe(1)
    expect(doors.consumer.consumed[0]?.batch.count).toBe(2)
  })

  it('answers INVALID_ARGUMENT to what it cannot decode', async () => {
    const answer = await traces(Buffer.from('no message'))
    expect(answer).toMatchObject({ code: CODE.invalidArgument, message: expect.stringContaining('DECODE_FAILED') })
    expect(answer.trailers.get('grpc-status-details-bin')).toEqual([])
  })

  it('answers RESOURCE_EXHAUSTED without RetryInfo beyond the limit, plain or inflating', async () => {
    for (const gzip of [false, true]) {
      const answer = await traces(Buffer.alloc(1_000_000), { gzip })
      expect(answer).toMatchObject({ code: CODE.resourceExhausted, message: expect.stringContaining('BODY_TOO_LARGE') })
      expect(answer.trailers.get('grpc-status-details-bin')).toEqual([])
    }
  })

  it('answers UNAVAILABLE with RetryInfo when the byte budget has no room', async () => {
    const held = doors.budget.reserve(399_990)
    const answer = await traces(protobufSpans(10))
    held.release()
    expect(answer.code).toBe(CODE.unavailable)
    expect(retryDelaySeconds(answer.trailers.get('grpc-status-details-bin')[0] as Buffer)).toBe(1)
  })

  it.each([
    ['OVERLOADED', CODE.unavailable, 7, 7],
    ['DISK_FULL', CODE.unavailable, undefined, 1],
    ['JOURNAL_UNAVAILABLE', CODE.unavailable, undefined, 1],
    ['INTERNAL', CODE.internal, undefined, undefined],
  ] as const)('answers %s with status %i', async (code, status, retryAfter, delay) => {
    doors.consumer.answer = async () => {
      throw refusal(code, retryAfter)
    }
    const answer = await traces(protobufSpans(1))
    expect(answer).toMatchObject({ code: status, message: `${code}: refused in a test` })
    const [details] = answer.trailers.get('grpc-status-details-bin')
    expect(details && retryDelaySeconds(details as Buffer)).toBe(delay)
  })

  it('answers UNIMPLEMENTED to a method it does not have', async () => {
    const metrics = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'
    for (const path of [metrics, '/toString', '/__proto__'])
      expect(await call(doors.urls.otlpGrpc, path)).toMatchObject({ code: CODE.unimplemented })
  })

  it('answers DEADLINE_EXCEEDED when the caller’s time is over', async () => {
    let finish = () => {}
    doors.consumer.answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ repeated: false, warnings: [] })
      })
    expect(await traces(protobufSpans(1), { deadlineMs: 50 })).toMatchObject({ code: CODE.deadlineExceeded })
    // Whatever had come by then gives its room back once the consumer is done with it (afterEach looks).
    finish()
  })

  it('finishes running calls while it stops', async () => {
    let finish = () => {}
    const running = new Promise<void>((resolve) => {
      doors.consumer.answer = () => {
        resolve()
        return new Promise((answer) => {
          finish = () => answer({ repeated: false, warnings: [] })
        })
      }
    })
    const first = traces(protobufSpans(1))
    await running
    const stopped = doors.stop(5_000)
    finish()
    expect((await first).code).toBe(CODE.ok)
    await stopped
  })

  describe('on the wire', () => {
    const headers = { ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', te: 'trailers' }

    it('refuses a compressed message when no encoding was named', async () => {
      const frame = frameMessage(gzipSync(protobufSpans(1)))
      frame[0] = 1
      expect(await wire(doors, headers, [frame])).toMatchObject({ 'grpc-status': '13' })
    })

    it('refuses an encoding it does not know and names those it does', async () => {
      const frame = frameMessage(Buffer.from('x'))
      frame[0] = 1
      expect(await wire(doors, { ...headers, 'grpc-encoding': 'zstd' }, [frame])).toMatchObject({
        'grpc-status': '12',
        'grpc-accept-encoding': 'identity,gzip,deflate',
      })
    })

    it('refuses a message that is cut off, a call without a message, and a timeout it cannot read', async () => {
      expect(await wire(doors, headers, [frameMessage(protobufSpans(1)).subarray(0, -1)])).toMatchObject({
        'grpc-status': '3',
      })
      expect(await wire(doors, headers, [])).toMatchObject({ 'grpc-status': '12' })
      expect(await wire(doors, { ...headers, 'grpc-timeout': 'soon' }, [])).toMatchObject({ 'grpc-status': '13' })
    })

    it('takes a message in any pieces', async () => {
      const pieces = [...frameMessage(protobufSpans(2))].map((byte) => Buffer.from([byte]))
      expect(await wire(doors, headers, pieces)).toMatchObject({ 'grpc-status': '0' })
      expect(doors.consumer.consumed[0]?.batch.count).toBe(2)
    })

    it('answers a request that is no gRPC with HTTP status 415', async () => {
      expect(await wire(doors, { ...headers, 'content-type': 'application/json' }, [])).toMatchObject({
        ':status': 415,
      })
    })
  })
})

type WireHeaders = Readonly<Record<string, string | number | string[] | undefined>>

/** Headers and trailers of one call, as they came. */
function wire(
  doors: TestDoors,
  headers: Readonly<Record<string, string>>,
  frames: readonly Buffer[],
): Promise<WireHeaders> {
  const session = connect(doors.urls.otlpGrpc)
  return new Promise((resolve, reject) => {
    const stream = session.request(headers)
    let received: WireHeaders = {}
    stream.on('response', (response) => {
      received = { ...received, ...response }
    })
    stream.on('trailers', (trailers) => {
      received = { ...received, ...trailers }
    })
    stream.on('error', reject)
    stream.on('close', () => {
      session.close()
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR) resolve(received)
    })
    stream.resume()
    for (const frame of frames) stream.write(frame)
    stream.end()
  })
}

/** Seconds of the RetryInfo in a google.rpc.Status. */
function retryDelaySeconds(status: Uint8Array): number | undefined {
  const reader = new ProtobufReader('google.rpc.Status', status)
  // Status.details (3) → Any.value (2) → RetryInfo.retry_delay (1) → Duration.seconds (1)
  for (const field of [3, 2, 1]) {
    let found = false
    while (!found && reader.next()) found = reader.field === field
    if (!found) return undefined
    reader.open(reader.bytes, reader.valueStart, reader.valueEnd)
  }
  return reader.next() && reader.field === 1 ? reader.uint32() : undefined
}
