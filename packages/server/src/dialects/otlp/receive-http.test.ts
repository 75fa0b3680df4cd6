import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { ProtobufReader } from '@clew/codecs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDoors, refusal, type Sent, send, type TestDoors } from '../../doors-contract.ts'
import { jsonSpans, protobufLogs, protobufSpans } from './otlp-samples-contract.ts'

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

describe('OTLP over HTTP', () => {
  let doors: TestDoors
  beforeEach(async () => {
    doors = await openTestDoors({ maxBodyBytes: 100_000, byteBudget: 400_000 })
  })
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
    expect(doors.budget.used).toBe(0)
  })

  const post = (sent: Sent, path = '/v1/traces') => send(`${doors.urls.otlpHttp}${path}`, { method: 'POST', ...sent })
  const postProtobuf = (body: Uint8Array, headers: Record<string, string> = {}, path?: string) =>
    post({ body, headers: { 'content-type': PROTOBUF, ...headers } }, path)
  const postJson = (body: string, headers: Record<string, string> = {}) =>
    post({ body, headers: { 'content-type': JSON_TYPE, ...headers } })

  it('answers 200 with an empty message to protobuf that is stored whole', async () => {
    const answer = await postProtobuf(protobufSpans(2))
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': PROTOBUF } })
    expect(answer.body).toHaveLength(0)
    expect(doors.consumer.consumed[0]).toMatchObject({
      batch: { signal: 'spans', count: 2 },
      request: { door: 'otlp-http/spans' },
    })
  })

  it('answers 200 with {} to JSON that is stored whole, whatever the parameters of its content type', async () => {
    for (const type of [JSON_TYPE, 'application/json; charset=utf-8', 'Application/JSON']) {
      const answer = await postJson(jsonSpans(1), { 'content-type': type })
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': JSON_TYPE } })
      expect(answer.body.toString()).toBe('{}')
    }
    expect(doors.consumer.consumed).toHaveLength(3)
  })

  it('takes logs on /v1/logs', async () => {
    expect(await postProtobuf(protobufLogs(3), {}, '/v1/logs')).toMatchObject({ status: 200 })
    expect(doors.consumer.consumed[0]).toMatchObject({
      batch: { signal: 'logs', count: 3 },
      request: { door: 'otlp-http/logs' },
    })
  })

  it('answers an empty request with success and stores nothing', async () => {
    for (const answer of [
      await postProtobuf(new Uint8Array(0)),
      await postJson('{}'),
      await postJson('{"resourceSpans":[]}'),
    ])
      expect(answer.status).toBe(200)
    expect(doors.consumer.consumed).toHaveLength(0)
  })

  it('keeps the good spans of a request, and says how many it rejected and why', async () => {
    const answer = await postJson(jsonSpans(3).replace(/"traceId":"\w{32}"/, '"traceId":"0af7651916cd43dd"'))
    const { partialSuccess } = JSON.parse(answer.body.toString())
    expect(answer.status).toBe(200)
    expect(partialSuccess).toMatchObject({ rejectedSpans: '1', errorMessage: expect.stringContaining('trace') })
    expect(doors.consumer.consumed[0]?.batch.count).toBe(2)
    expect(doors.counters.snapshot('default')).toMatchObject({ spansAccepted: 2, rejected: 1, requests: 1 })
  })

  it('passes on what was changed on the way in as a warning with nothing rejected', async () => {
    doors.consumer.answer = async () => ({ repeated: false, warnings: ['a value was cut'] })
    const answer = await postJson(jsonSpans(1))
    expect(JSON.parse(answer.body.toString())).toEqual({
      partialSuccess: { rejectedSpans: '0', errorMessage: 'a value was cut' },
    })
  })

  it('does not count a repeated request twice', async () => {
    await postProtobuf(protobufSpans(2))
    doors.consumer.answer = async () => ({ repeated: true, warnings: [] })
    expect((await postProtobuf(protobufSpans(2))).status).toBe(200)
    expect(doors.counters.snapshot('default')).toMatchObject({ spansAccepted: 2, requests: 2 })
  })

  it('answers 400 with a google.rpc.Status in the encoding of the request to what it cannot decode', async () => {
    const protobuf = await postProtobuf(Buffer.from('no message'))
    expect(protobuf).toMatchObject({ status: 400, headers: { 'content-type': PROTOBUF } })
    expect(statusOf(protobuf.body)).toMatchObject({
      code: 3,
      message: expect.stringContaining('DECODE_FAILED: otlp protobuf: byte'),
    })
    const json = await postJson('{"resourceSpans":[{"scopeSpans":')
    expect(json).toMatchObject({ status: 400, headers: { 'content-type': JSON_TYPE } })
    expect(JSON.parse(json.body.toString())).toMatchObject({
      code: 3,
      message: expect.stringContaining('DECODE_FAILED'),
    })
    expect(json.headers['retry-after']).toBeUndefined()
  })

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Uint8Array) => bytes],
  ])('takes a body in %s', async (encoding, compress) => {
    expect(await postProtobuf(compress(protobufSpans(40)), { 'content-encoding': encoding })).toMatchObject({
      status: 200,
    })
    expect(doors.consumer.consumed[0]?.batch.count).toBe(40)
  })

  it('takes a body of unknown length, in chunks', async () => {
    const body = protobufSpans(200)
    const answer = await fetch(`${doors.urls.otlpHttp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': PROTOBUF },
      body: new Blob([body.slice()]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(200)
    expect(doors.consumer.consumed[0]?.batch.count).toBe(200)
  })

  it('refuses an encoding it does not know with 415', async () => {
    expect(await postProtobuf(protobufSpans(1), { 'content-encoding': 'zstd' })).toMatchObject({ status: 415 })
  })

  it('answers 400 to a body that is not in the encoding it claims', async () => {
    const answer = await postProtobuf(protobufSpans(1), { 'content-encoding': 'gzip' })
    expect(statusOf(answer.body).message).toContain('DECODE_FAILED: body: expected gzip data')
  })

  it('refuses a content type that is neither protobuf nor JSON with 415, in JSON', async () => {
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-protobuf-text' },
      { 'content-type': ';' },
    ]) {
      const answer = await post({ body: 'x', headers })
      expect(answer).toMatchObject({ status: 415, headers: { 'content-type': JSON_TYPE } })
      expect(JSON.parse(answer.body.toString()).message).toContain('UNSUPPORTED_MEDIA_TYPE')
    }
  })

  it('refuses a body beyond the limit with 413 before it reads it, without a time to try again', async () => {
    const answer = await postProtobuf(Buffer.alloc(100_001))
    expect(answer).toMatchObject({ status: 413 })
    expect(answer.headers['retry-after']).toBeUndefined()
    expect(statusOf(answer.body)).toMatchObject({ code: 8, details: 0 })
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('stops inflating a %s body at the limit', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(5_000_000))
    expect(await postProtobuf(bomb, { 'content-encoding': encoding })).toMatchObject({ status: 413 })
  })

  it('answers 503 with a time to try again when the byte budget has no room', async () => {
    const held = doors.budget.reserve(399_990)
    const answer = await postProtobuf(protobufSpans(10))
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(statusOf(answer.body)).toMatchObject({ code: 14, details: 1 })
    held.release()
    expect(await postProtobuf(protobufSpans(10))).toMatchObject({ status: 200 })
  })

  it.each([
    ['OVERLOADED', 503, 7, '7'],
    ['DISK_FULL', 503, undefined, '1'],
    ['JOURNAL_UNAVAILABLE', 503, undefined, '1'],
    ['INTERNAL', 500, undefined, undefined],
  ] as const)('answers %s with %i', async (code, status, retryAfterSeconds, header) => {
    doors.consumer.answer = async () => {
      throw refusal(code, retryAfterSeconds)
    }
    const answer = await postJson(jsonSpans(1))
    expect(answer.status).toBe(status)
    expect(answer.headers['retry-after']).toBe(header)
    expect(JSON.parse(answer.body.toString()).message).toMatch(new RegExp(`^${code}: `))
  })

  it('tells nothing about an error it did not foresee', async () => {
    doors.consumer.answer = async () => {
      throw new TypeError('secret inner thing')
    }
    const answer = await postJson(jsonSpans(1))
    expect(answer.status).toBe(500)
    expect(answer.body.toString()).not.toContain('secret')
  })

  it('answers 405 to other methods and names the right one; 404 to other paths', async () => {
    const get = await send(`${doors.urls.otlpHttp}/v1/traces`)
    expect(get).toMatchObject({ status: 405, headers: { allow: 'POST, OPTIONS', 'content-type': JSON_TYPE } })
    expect(await postProtobuf(new Uint8Array(0), {}, '/v1/metrics')).toMatchObject({
      status: 404,
      headers: { 'content-type': PROTOBUF },
    })
  })

  it('answers 414 and 431 to an address and headers beyond all measure, in the encoding of the request', async () => {
    expect(await postProtobuf(new Uint8Array(0), {}, `/v1/traces?${'x'.repeat(9_000)}`)).toMatchObject({ status: 414 })
    const tooMany = { 'x-large': 'x'.repeat(20_000) }
    expect(await postProtobuf(new Uint8Array(0), tooMany)).toMatchObject({
      status: 431,
      headers: { 'content-type': PROTOBUF },
    })
    const answer = await postJson('{}', tooMany)
    expect(answer).toMatchObject({ status: 431, headers: { 'content-type': JSON_TYPE } })
    expect(JSON.parse(answer.body.toString()).message).toContain('HEADERS_TOO_LARGE')
  })

  it('finishes a running request while it stops, and refuses new ones with 503', async () => {
    let finish = () => {}
    const running = new Promise<void>((resolve) => {
      doors.consumer.answer = () => {
        resolve()
        return new Promise((answer) => {
          finish = () => answer({ repeated: false, warnings: [] })
        })
      }
    })
    const first = postProtobuf(protobufSpans(1))
    await running
    const stopped = doors.stop(5_000)
    await expect(postProtobuf(protobufSpans(1))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    finish()
    expect((await first).status).toBe(200)
    await stopped
  })

  it('gives its room back when a sender goes away in the middle of a body', async () => {
    const abort = new AbortController()
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.alloc(10_000))
      },
      async pull() {
        await new Promise((resolve) => setImmediate(resolve))
        if (doors.budget.used > 0) abort.abort()
      },
    })
    const sent = fetch(`${doors.urls.otlpHttp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': PROTOBUF },
      body,
      duplex: 'half',
      signal: abort.signal,
    } as RequestInit)
    const broken = new Promise<void>((resolve) => {
      const poll = () => (doors.budget.used > 0 ? resolve() : setImmediate(poll))
      poll()
    })
    await broken
    abort.abort()
    await expect(sent).rejects.toThrow()
    await new Promise<void>((resolve) => {
      const poll = () => (doors.budget.used === 0 ? resolve() : setImmediate(poll))
      poll()
    })
  })

  it('shows what came on the metrics page', async () => {
    await postProtobuf(protobufSpans(2))
    await postJson('{')
    const { body } = await send(`${doors.urls.page}/metrics`)
    expect(body.toString()).toContain('clew_ingest_requests_total{door="otlp-http",outcome="ok"} 1')
    expect(body.toString()).toContain('clew_ingest_requests_total{door="otlp-http",outcome="DECODE_FAILED"} 1')
    expect(body.toString()).toContain('clew_ingest_items_total{signal="spans",outcome="accepted"} 2')
  })
})

/** google.rpc.Status, with the number of its details. */
function statusOf(body: Uint8Array): { code: number; message: string; details: number } {
  const status = { code: 0, message: '', details: 0 }
  const reader = new ProtobufReader('google.rpc.Status', body)
  while (reader.next()) {
    if (reader.field === 1) status.code = reader.uint32()
    else if (reader.field === 2) status.message = reader.text()
    else if (reader.field === 3) status.details++
  }
  return status
}
