import { connect, constants } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { decodeSpan } from '@clew/codecs'
import type { SpanBatch } from '@clew/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  call,
  openTestDoors,
  refusal,
  type Sent,
  send,
  type TestDoorOptions,
  type TestDoors,
} from '../../doors-contract.ts'

const V2 = '/api/v2/spans'
const V1 = '/api/v1/spans'
const REPORT = '/zipkin.proto3.SpanService/Report'

const jsonV2 = JSON.stringify([
  { traceId: '5af7183fb1d4cf5f', id: '352bff9a74ca9ad2', name: 'Get', tags: { 'http.method': 'GET' } },
])
const jsonV1 = JSON.stringify([
  { traceId: '5af7183fb1d4cf5f', id: '352bff9a74ca9ad2', name: 'Get', binaryAnnotations: [{ key: 'a', value: 'b' }] },
])
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
/** spans { trace_id, id, name: "Get" } */
const proto = hex('0a 19 0a08 5af7183fb1d4cf5f 1a08 352bff9a74ca9ad2 2a03 476574')
/** A list of one struct: trace_id, name, id. */
const thrift = hex('0c 00000001 0a0001 5af7183fb1d4cf5f 0b0003 00000003 476574 0a0004 352bff9a74ca9ad2 00')

describe('Zipkin', () => {
  let doors: TestDoors
  const open = async (options?: TestDoorOptions) => {
    doors = await openTestDoors({ maxBodyBytes: 100_000, byteBudget: 400_000, ...options })
  }
  beforeEach(() => open())
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
    expect(doors.budget.used).toBe(0)
  })

  const post = (path: string, body: Sent['body'], type?: string, headers: Record<string, string> = {}) =>
    send(`${doors.urlOf('zipkin')}${path}`, {
      method: 'POST',
      headers: type === undefined ? headers : { ...headers, 'content-type': type },
      ...(body === undefined ? {} : { body }),
    })
  const taken = () =>
    doors.consumer.consumed.flatMap(({ batch }) => {
      const { bytes, itemOffset, itemLength, count } = batch as SpanBatch
      const nothing = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
      const origin = { resource: nothing, scope: { ...nothing, name: '', version: '' }, serviceName: '' }
      return Array.from({ length: count }, (_, row) =>
        decodeSpan(bytes.subarray(itemOffset[row]!, itemOffset[row]! + itemLength[row]!), origin),
      )
    })

  it.each([
    ['JSON', V2, jsonV2, 'application/json'],
    ['JSON with a charset', V2, jsonV2, 'Application/JSON; charset=utf-8'],
    ['JSON without a content type', V2, jsonV2, undefined],
    ['JSON under a content type of no format', V2, jsonV2, 'text/plain'],
    ['protobuf', V2, proto, 'application/x-protobuf'],
    ['version 1 JSON', V1, jsonV1, 'application/json'],
    ['version 1 JSON without a content type', V1, jsonV1, undefined],
    ['version 1 thrift', V1, thrift, 'application/x-thrift'],
  ])('answers %s with 202 and no body, once it is stored', async (_what, path, body, type) => {
    const answer = await post(path, body, type)
    expect([answer.status, answer.body.toString()]).toEqual([202, ''])
    expect(taken()).toMatchObject([
      { traceId: '00000000000000005af7183fb1d4cf5f', spanId: '352bff9a74ca9ad2', name: 'Get' },
    ])
  })

  it.each([
    [V2, '[]', 'application/json'],
    [V1, '[]', undefined],
    [V2, '', 'application/json'],
    [V2, '', 'application/x-protobuf'],
    [V1, '', 'application/x-thrift'],
    [V1, hex('0c 00000000'), 'application/x-thrift'],
  ])('answers a body without spans on %s with 202 and stores nothing', async (path, body, type) => {
    expect((await post(path, body, type)).status).toBe(202)
    expect(doors.consumer.consumed).toHaveLength(0)
  })

  it('takes gzip', async () => {
    expect((await post(V2, gzipSync(jsonV2), 'application/json', { 'content-encoding': 'gzip' })).status).toBe(202)
    expect(taken()).toHaveLength(1)
  })

  it.each([
    ['what is no gzip', V2, 'x', 'application/json', { 'content-encoding': 'gzip' }, 'Cannot gunzip spans'],
    [
      'version 1 on version 2',
      V2,
      jsonV1,
      'application/json',
      {},
      'Expected a JSON_V2 encoded list, but received: JSON_V1',
    ],
    ['version 2 on version 1', V1, jsonV2, undefined, {}, 'Expected a JSON_V1 encoded list, but received: JSON_V2'],
    ['one span instead of a list', V2, '{"traceId":"1","id":"1"}', undefined, {}, 'Expected a JSON_V2 encoded list'],
    ['text', V1, 'hello', 'application/json', {}, 'Expected a JSON_V1 encoded list'],
    [
      'protobuf without a content type',
      V2,
      proto,
      undefined,
      {},
      'Expected a JSON_V2 encoded list, but received: PROTO3',
    ],
    [
      'thrift without a content type',
      V1,
      thrift,
      undefined,
      {},
      'Expected a JSON_V1 encoded list, but received: THRIFT',
    ],
    [
      'JSON as protobuf',
      V2,
      jsonV2,
      'application/x-protobuf',
      {},
      'Expected a PROTO3 encoded list, but received: JSON',
    ],
    ['JSON as thrift', V1, jsonV1, 'application/x-thrift', {}, 'Expected a THRIFT encoded list, but received: JSON'],
    ['a cut list', V2, jsonV2.slice(0, -1), undefined, {}, 'zipkin json v2: [0]: expected "," or "]"'],
    [
      'a cut message',
      V2,
      proto.slice(0, -1),
      'application/x-protobuf',
      {},
      'zipkin protobuf: byte 1: value of 25 bytes',
    ],
  ])('refuses %s with 400 and a line of text', async (_what, path, body, type, headers, text) => {
    const answer = await post(path, body, type, headers)
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect(answer.body.toString()).toMatch(new RegExp(`^${text.replace(/[[\]"]/g, '\\$&')}.*\n$`))
    expect(doors.consumer.consumed).toHaveLength(0)
  })

  it('answers 400 to spans with bad ids, says which, and stores the others', async () => {
    const answer = await post(V2, `[{"traceId":"g","id":"1"},${jsonV2.slice(1)}`)
    expect([answer.status, answer.body.toString()]).toEqual([
      400,
      '1 span was rejected; the first is span 0: traceId should be lower-hex encoded with no prefix, got "g"; ' +
        'the others (1) are stored\n',
    ])
    expect(taken()).toHaveLength(1)
    expect(doors.counters.snapshot('default')).toMatchObject({ spansAccepted: 1, rejected: 1 })
  })

  it('refuses in its own words what the doors refuse', async () => {
    expect(await post('/api/v2/other', '[]')).toMatchObject({ status: 404 })
    const get = await send(`${doors.urlOf('zipkin')}${V1}`)
    expect([get.status, get.headers.allow]).toEqual([405, 'POST, OPTIONS'])
    const large = await post(V2, `[${' '.repeat(100_000)}]`)
    expect([large.status, large.headers['content-type']]).toEqual([413, 'text/plain; charset=utf-8'])
  })

  it('answers 503 with a time to try again while there is no room', async () => {
    doors.consumer.answer = async () => {
      throw refusal('OVERLOADED', 3)
    }
    const answer = await post(V2, jsonV2)
    expect([answer.status, answer.headers['retry-after'], answer.body.toString()]).toEqual([
      503,
      '3',
      'OVERLOADED: refused in a test\n',
    ])
  })

  it('speaks HTTP/2 in plain text on the same port', async () => {
    const session = connect(doors.urlOf('zipkin'))
    const stream = session.request({ ':method': 'POST', ':path': V2, 'content-type': 'application/json' })
    stream.end(jsonV2)
    const status = await new Promise((resolve) =>
      stream.on('response', (headers) => resolve(headers[constants.HTTP2_HEADER_STATUS])),
    )
    stream.resume()
    await new Promise((resolve) => session.close(() => resolve(undefined)))
    expect(status).toBe(202)
    expect(taken()).toHaveLength(1)
  })

  it('takes gRPC on the same port, gzip too', async () => {
    for (const gzip of [false, true]) {
      const body = proto.slice()
      body[11] = gzip ? 1 : 2
      const answer = await call(doors.urlOf('zipkin'), REPORT, { body, gzip })
      expect([answer.code, answer.body?.length]).toEqual([0, 0])
    }
    expect(taken()).toHaveLength(2)
    expect(await call(doors.urlOf('zipkin'), REPORT, { body: hex('0a 02 0a 09') })).toMatchObject({ code: 3 })
  })

  it('keeps a share of the traces, all of their spans, and debug spans of any', async () => {
    await doors.stop(0)
    doors.metrics.stop()
    await open({ zipkinSampleRate: 0.25 })
    const low = [
      '0000000000000001',
      '1fffffffffffffff',
      '2000000000000001',
      '7fffffffffffffff',
      '8000000000000000',
      'ffffffffffffffff',
    ]
    const spans = low.flatMap((id) => [
      { traceId: `abcdef0123456789${id}`, id: '1' },
      { traceId: id, id: '2', debug: id.startsWith('7') },
    ])
    expect((await post(V2, JSON.stringify(spans))).status).toBe(202)
    expect(taken().map(({ traceId, spanId }) => `${traceId.slice(16)} ${spanId.slice(-1)}`)).toEqual([
      '0000000000000001 1',
      '0000000000000001 2',
      '1fffffffffffffff 1',
      '1fffffffffffffff 2',
      '7fffffffffffffff 2',
      'ffffffffffffffff 1',
      'ffffffffffffffff 2',
    ])
    expect((await doors.metrics.render()).text).toContain(
      'clew_ingest_items_total{signal="spans",outcome="unsampled"} 5',
    )
  })
})
