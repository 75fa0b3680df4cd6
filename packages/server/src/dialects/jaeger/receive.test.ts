import { createSocket } from 'node:dgram'
import { gzipSync } from 'node:zlib'
import { SPAN_CODECS } from '@clew/codecs'
import type { Span, SpanBatch } from '@clew/model'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { spansOf } from '../../../../codecs/src/codec-contract.ts'
import {
  i64,
  struct,
  structs,
  text,
  thriftCall,
  thriftStruct,
} from '../../../../codecs/src/wire/thrift-values-contract.ts'
import { call, keyEntry, openTestDoors, refusal, send, type TestDoors } from '../../doors-contract.ts'

const span = { 1: i64(0xabcn), 2: i64(0n), 3: i64(0xaan), 5: text('get'), 8: i64(1_700_000_000_000_000n), 9: i64(5n) }
const batch = { 1: struct({ 1: text('cart') }), 2: structs([span]) }
const thrift = thriftStruct(batch, 'binary')
const withoutId = thriftStruct({ ...batch, 2: structs([{ ...span, 3: i64(0n) }, span]) }, 'binary')

let doors: TestDoors
/** Of the test before. */
let counted = { spansAccepted: 0, rejected: 0 }
beforeAll(async () => {
  doors = await openTestDoors()
})
beforeEach(() => {
  doors.consumer.consumed.length = 0
  doors.consumer.answer = async () => ({ repeated: false, warnings: [] })
  counted = doors.counters.snapshot('default')
})
afterEach(() => expect.poll(() => doors.budget.used).toBe(0))
afterAll(async () => {
  await doors.stop(0)
  doors.metrics.stop()
})

function counts() {
  const { spansAccepted, rejected } = doors.counters.snapshot('default')
  return { accepted: spansAccepted - counted.spansAccepted, rejected: rejected - counted.rejected }
}

const received = (): Span[] => doors.consumer.consumed.flatMap(({ batch: each }) => spansOf(each as SpanBatch))
const post = (body: Uint8Array | string, headers: Readonly<Record<string, string>>, path = '/api/traces') =>
  send(doors.urlOf('jaeger-http') + path, { method: 'POST', headers, body })
const THRIFT = { 'content-type': 'application/x-thrift' }

describe('POST /api/traces of Jaeger', () => {
  it.each([
    ['application/x-thrift', thrift],
    ['APPLICATION/X-THRIFT; charset=binary', thrift],
    ['application/vnd.apache.thrift.binary', thrift],
    ['application/vnd.apache.thrift.compact', thriftStruct(batch, 'compact')],
  ])('takes %s and answers 202 without a body', async (type, body) => {
    const answer = await post(body, { 'content-type': type }, '/api/traces?format=jaeger.thrift')
    expect(answer).toMatchObject({ status: 202, body: Buffer.alloc(0) })
    expect(received()).toMatchObject([{ name: 'get', serviceName: 'cart' }])
    expect(counts()).toEqual({ accepted: 1, rejected: 0 })
  })

  it('takes what is compressed', async () => {
    expect((await post(gzipSync(thrift), { ...THRIFT, 'content-encoding': 'gzip' })).status).toBe(202)
    expect(received()).toHaveLength(1)
  })

  it('keeps the good spans of a batch and counts the others', async () => {
    expect((await post(withoutId, THRIFT)).status).toBe(202)
    expect(counts()).toEqual({ accepted: 1, rejected: 1 })
  })

  it.each([
    [
      { 'content-type': 'application/json' },
      /^Content-Type: expected application\/x-thrift, .*, got "application\/json"\n$/,
    ],
    [{}, /^Content-Type: expected application\/x-thrift, .*, got none\n$/],
  ])('answers 400 and a line of text to %o', async (headers, line) => {
    const answer = await post(thrift, headers)
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.body.toString()).toMatch(line)
  })

  it('answers 400 with the place where the thrift ends', async () => {
    const answer = await post(thrift.subarray(0, 20), THRIFT)
    expect(answer.status).toBe(400)
    expect(answer.body.toString()).toMatch(/^jaeger thrift: byte \d+: value of \d+ bytes, the bytes end after \d+\n$/)
  })

  it('answers 503 with a time to try again while there is no room', async () => {
    doors.consumer.answer = async () => {
      throw refusal('OVERLOADED', 3)
    }
    const answer = await post(thrift, THRIFT)
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
  })

  it('answers 405 and 404 in text too', async () => {
    expect(await send(`${doors.urlOf('jaeger-http')}/api/traces`)).toMatchObject({ status: 405 })
    const missing = await post(thrift, THRIFT, '/api/elsewhere')
    expect(missing).toMatchObject({ status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  })
})

describe('PostSpans of Jaeger', () => {
  const POST_SPANS = '/jaeger.api_v2.CollectorService/PostSpans'
  const span: Span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'get',
    kind: 'client',
    startTimeUnixNano: 1_700_000_000_000_000_001n,
    endTimeUnixNano: 1_700_000_000_000_000_003n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: {
      attributes: [{ key: 'service.name', value: { type: 'string', value: 'cart' } }],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    serviceName: 'cart',
  }
  const body = SPAN_CODECS['jaeger-proto'].encodeSpans([span])

  it.each([false, true])('takes a batch and answers with an empty message; gzip: %s', async (gzip) => {
    const answer = await call(doors.urlOf('jaeger-grpc'), POST_SPANS, { body, gzip })
    expect(answer).toMatchObject({ code: 0, body: Buffer.alloc(0) })
    expect(received()).toEqual([span])
  })

  it('refuses what is no such message', async () => {
    const answer = await call(doors.urlOf('jaeger-grpc'), POST_SPANS, { body: body.subarray(0, 30) })
    expect(answer).toMatchObject({ code: 3, message: expect.stringContaining('jaeger protobuf: byte') })
  })

  it('says UNAVAILABLE while there is no room', async () => {
    doors.consumer.answer = async () => {
      throw refusal('OVERLOADED', 3)
    }
    expect(await call(doors.urlOf('jaeger-grpc'), POST_SPANS, { body })).toMatchObject({ code: 14 })
  })
})

describe('the agent ports of Jaeger', () => {
  const emitBatch = (protocol: 'binary' | 'compact') => thriftCall('emitBatch', { 1: struct(batch) }, protocol)
  const zipkinSpan = { 1: i64(0xabcn), 3: text('get'), 4: i64(0xaan), 10: i64(1_700_000_000_000_000n), 11: i64(5n) }

  async function sendTo(door: 'jaeger-compact' | 'jaeger-binary', datagrams: readonly Uint8Array[]): Promise<void> {
    const socket = createSocket('udp4')
    for (const datagram of datagrams)
      await new Promise((resolve) =>
        socket.send(datagram, Number(new URL(doors.urlOf(door)).port), '127.0.0.1', resolve),
      )
    await new Promise<void>((resolve) => socket.close(resolve))
  }

  it.each([
    ['jaeger-compact', 'compact'],
    ['jaeger-binary', 'binary'],
    ['jaeger-compact', 'binary'],
    ['jaeger-binary', 'compact'],
  ] as const)('take emitBatch and emitZipkinBatch: %s, in %s', async (door, protocol) => {
    await sendTo(door, [emitBatch(protocol), thriftCall('emitZipkinBatch', { 1: structs([zipkinSpan]) }, protocol)])
    await expect.poll(() => received().map(({ name }) => name)).toEqual(['get', 'get'])
    expect(counts()).toEqual({ accepted: 2, rejected: 0 })
  })

  it('count what they cannot take, and say it where people look', async () => {
    const bad = [Buffer.from('hello'), emitBatch('compact').subarray(0, 30), thriftCall('emitOther', {}, 'compact')]
    await sendTo('jaeger-compact', [...bad, emitBatch('compact')])
    await expect.poll(() => received()).toHaveLength(1)
    const detail = async () => (await doors.health.readiness()).checks['door jaeger-compact']?.detail
    await expect
      .poll(detail)
      .toMatch(/datagrams: \d+ taken, 3 dropped \(last: DECODE_FAILED: jaeger thrift: .*"emitOther"/)
    const { text: metrics } = await doors.metrics.render()
    expect(metrics).toContain('clew_ingest_datagrams_total{door="jaeger-compact",outcome="DECODE_FAILED"} 3')
  })
})

describe('Jaeger beyond loopback', () => {
  it('takes the key that its clients send as a token or as user and password, and has no datagrams', async () => {
    const closed = await openTestDoors({ httpHost: '0.0.0.0', keys: [keyEntry('secret', { tenant: 'shop' })] })
    try {
      const to = (authorization: string) =>
        send(`${closed.urlOf('jaeger-http')}/api/traces`, {
          method: 'POST',
          headers: { ...THRIFT, authorization },
          body: thrift,
        })
      expect((await to('Bearer secret')).status).toBe(202)
      expect((await to(`Basic ${Buffer.from('jaeger:secret').toString('base64')}`)).status).toBe(202)
      expect((await to('Bearer guess')).status).toBe(401)
      expect(closed.consumer.consumed.map(({ request }) => request.tenant)).toEqual(['shop', 'shop'])
      expect(closed.urlOf('jaeger-compact')).toBe('')
      expect(closed.urlOf('jaeger-binary')).toBe('')
    } finally {
      await closed.stop(0)
      closed.metrics.stop()
    }
  })
})
