import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { decodeLogRecord, decodeResource, decodeScope } from '@clew/codecs'
import { type IntegrationError, integrationErrorOf, type RequestContext, type SpanBatch } from '@clew/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyEntry, openTestDoors, refusal, send, type TestDoorOptions, type TestDoors } from '../../doors-contract.ts'

const SPANS = '[{"spans":[{"id":"ABC","trace.id":"123456"},{"id":"DEF","trace.id":"123456"}]}]'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const JSON_TYPE = { 'content-type': 'application/json' }
const ZIPKIN = { 'data-format': 'zipkin', 'data-format-version': '2' }
const KEY = { 'api-key': 'NRAK-SECRET' }

describe('the Trace API', () => {
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

  interface Options {
    readonly headers?: Record<string, string>
    readonly path?: string
    readonly method?: string
  }
  const post = async (
    body: string | Uint8Array,
    { headers = {}, path = '/trace/v1', method = 'POST' }: Options = {},
  ) => {
    const all = { ...JSON_TYPE, ...KEY, ...headers }
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
    const answer = await send(`${doors.urlOf('main')}${path}`, { method, headers: sent, body })
    const json = JSON.parse(answer.body.toString()) as { requestId: string; error?: { code: string; message: string } }
    return { ...answer, json }
  }
  const batches = () => doors.consumer.consumed.map(({ batch }) => batch as SpanBatch)
  const requests = () => doors.consumer.consumed.map(({ request }) => request)
  const counts = () => batches().map(({ count }) => count)

  it('answers 202 with the id of the request, and never 200', async () => {
    const { status, headers, json } = await post(SPANS)
    expect(status).toBe(202)
    expect(headers['content-type']).toContain('application/json')
    expect(json).toEqual({ requestId: expect.stringMatching(UUID) })
    expect(counts()).toEqual([2])
    expect(requests()[0]!.notes).toBeUndefined()
  })

  it('answers only once the spans are on disk', async () => {
    let store = () => {}
    const stored = new Promise<void>((resolve) => {
      store = resolve
    })
    doors.consumer.answer = () => stored.then(() => ({ repeated: false, warnings: [] }))
    const order: string[] = []
    const answered = post(SPANS).then(() => order.push('answered'))
    await expect.poll(() => doors.consumer.consumed.length).toBe(1)
    order.push('stored')
    store()
    await answered
    expect(order).toEqual(['stored', 'answered'])
  })

  it.each([
    ['Data-Format alone', { 'data-format': 'newrelic' }],
    ['a version alone', { 'data-format-version': '1' }],
    ['zipkin 1', { 'data-format': 'zipkin', 'data-format-version': '1' }],
    ['newrelic 2', { 'data-format': 'newrelic', 'data-format-version': '2' }],
    ['another format', { 'data-format': 'jaeger', 'data-format-version': '1' }],
  ])('refuses %s with 400', async (_name, headers) => {
    const { status, json } = await post(SPANS, { headers })
    expect(status).toBe(400)
    expect(json.error!.code).toBe('INVALID_ARGUMENT')
    expect(doors.consumer.consumed).toEqual([])
  })

  it('takes format and key from the address, as senders without headers give them', async () => {
    const zipkin = '[{"traceId":"test-zipkin-trace-id-1","id":"asdf9asdn123lkasdf","tags":{"http.statusCode":404}}]'
    const path = '/trace/v1?Api-Key=K&Data-Format=zipkin&Data-Format-Version=2'
    expect((await post(zipkin, { path, headers: { 'api-key': '' } })).status).toBe(202)
    expect(counts()).toEqual([1])
    expect(batches()[0]!.origins[0]!.service).toBe('UNKNOWN')
  })

  it.each([
    ['no key', { 'api-key': '' }, '/trace/v1', 403, 'KEY_MISSING'],
    ['an empty key', { 'api-key': ' ' }, '/trace/v1?Api-Key=', 403, 'KEY_MISSING'],
    ['a parameter of another case', { 'api-key': '' }, '/trace/v1?api-key=K', 403, 'KEY_MISSING'],
    ['keys that differ', { 'api-key': 'a' }, '/trace/v1?Api-Key=b', 400, 'INVALID_ARGUMENT'],
    ['two headers that differ', { 'api-key': 'a', 'x-license-key': 'b' }, '/trace/v1', 400, 'INVALID_ARGUMENT'],
    ['a format that differs', { 'data-format': 'zipkin' }, '/trace/v1?Data-Format=newrelic', 400, 'INVALID_ARGUMENT'],
  ])('refuses %s', async (_name, headers, path, status, code) => {
    const answer = await post(SPANS, { headers, path })
    expect([answer.status, answer.json.error!.code]).toEqual([status, code])
  })

  it.each([
    ['a header', { 'api-key': 'good' }, '/trace/v1'],
    ['a license key', { 'api-key': '', 'x-license-key': 'good' }, '/trace/v1'],
    ['the address', { 'api-key': '' }, '/trace/v1?Api-Key=good'],
    ['both', { 'api-key': 'good' }, '/trace/v1?Api-Key=good'],
  ])('takes a configured key from %s, and refuses any other with 403', async (_name, headers, path) => {
    await doors.stop(0)
    await open({ httpHost: '127.0.0.1', keys: [keyEntry('good', { tenant: 'acme', access: 'write' })] })
    expect((await post(SPANS, { headers, path })).status).toBe(202)
    expect(requests()[0]!.tenant).toBe('acme')
    const wrong = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value && 'bad']))
    expect((await post(SPANS, { headers: wrong, path: path.replace('good', 'bad') })).status).toBe(403)
  })

  it.each([
    ['404 on a path of its own', { path: '/trace/v2' }, 404],
    ['404 below its path', { path: '/trace/v1/spans' }, 404],
    ['405 for GET', { method: 'GET' }, 405],
    ['405 for PUT', { method: 'PUT' }, 405],
    ['414', { path: `/trace/v1?x=${'y'.repeat(9_000)}` }, 414],
    ['431', { headers: { 'x-long': 'y'.repeat(20_000) } }, 431],
    ['415 without a content type', { headers: { 'content-type': '' } }, 415],
    ['415 for another content type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['415 for another encoding', { headers: { 'content-encoding': 'deflate' } }, 415],
  ] as const)('answers %s', async (_name, options, status) => {
    const answer = await post(options && 'method' in options && options.method === 'GET' ? '' : SPANS, options)
    expect(answer.status).toBe(status)
    expect(doors.consumer.consumed).toEqual([])
  })

  it('answers where the page would: 405 with the method it takes, 404 for a version it does not know', async () => {
    const webRoot = fileURLToPath(new URL('../../../../web/', import.meta.url))
    await doors.stop(0)
    await open({ webRoot })
    const get = await post('', { method: 'GET' })
    expect([get.status, get.headers.allow]).toEqual([405, 'POST'])
    expect((await post('', { method: 'GET', path: '/trace/v2' })).status).toBe(404)
  })

  it('takes a content type with parameters, in any case', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' }
    expect((await post(SPANS, { headers })).status).toBe(202)
  })

  it('answers 411 where neither a length nor chunks are announced', async () => {
    const url = new URL(doors.urlOf('main'))
    const socket = connect(Number(url.port), 'localhost')
    socket.end(`POST /trace/v1 HTTP/1.1\r\nHost: localhost\r\nApi-Key: k\r\nContent-Type: application/json\r\n\r\n`)
    let text = ''
    for await (const chunk of socket) text += chunk
    expect(text).toMatch(/^HTTP\/1\.1 411 /)
    expect(text).toContain('LENGTH_MISSING')
  })

  it('takes a body in chunks, and a gzipped one', async () => {
    expect((await post(SPANS, { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(202)
    expect((await post(gzipSync(SPANS), { headers: { 'content-encoding': 'gzip' } })).status).toBe(202)
    expect(counts()).toEqual([2, 2])
  })

  it('answers 413 above the limit on the wire, whether it is announced or not', async () => {
    await doors.stop(0)
    await open({ newrelicMaxBodyBytes: 1_000 })
    const filled = (length: number) => SPANS.padEnd(length, ' ')
    expect((await post(filled(1_000))).status).toBe(202)
    expect((await post(filled(1_001))).status).toBe(413)
    expect((await post(filled(1_001), { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413)
    const packed = gzipSync(filled(50_000))
    expect((await post(packed, { headers: { 'content-encoding': 'gzip' } })).status).toBe(202)
    expect(counts()).toEqual([2, 2])
  })

  it('checks in the order of the documentation: path, method, sizes, key, type, length, format', async () => {
    const all = { 'api-key': '', 'content-type': 'text/plain', 'data-format': 'x', 'x-long': 'y'.repeat(20_000) }
    const status = async (headers: Record<string, string>, method = 'POST') =>
      (await post('x'.repeat(200_000), { headers, method })).status
    expect(await status(all, 'PUT')).toBe(405)
    expect(await status(all)).toBe(431)
    expect(await status({ ...all, 'x-long': '' })).toBe(403)
    expect(await status({ ...all, 'x-long': '', 'api-key': 'k' })).toBe(415)
    expect(await status({ 'data-format': 'x' })).toBe(413)
    expect((await post('not json', { headers: { 'data-format': 'x' } })).status).toBe(400)
  })

  it('answers 429 with whole seconds where there is no room, and 503 where the disk is full', async () => {
    doors.consumer.answer = () => Promise.reject(refusal('OVERLOADED', 1))
    const busy = await post(SPANS)
    expect([busy.status, busy.headers['retry-after']]).toEqual([429, '1'])
    doors.consumer.answer = () => Promise.reject(refusal('DISK_FULL'))
    const full = await post(SPANS)
    expect(full.status).toBe(503)
    expect(full.headers['retry-after']).toMatch(/^\d+$/)
  })

  function errorsOf({ notes }: RequestContext): IntegrationError[] {
    if (notes === undefined) return []
    return Array.from({ length: notes.count }, (_, row) => {
      const { resource, scope } = notes.origins[notes.origin[row]!]!
      const origin = { resource: decodeResource(resource, ''), scope: decodeScope(scope, ''), serviceName: '' }
      expect(origin.scope.name).toBe('clew.integration_errors')
      const start = notes.itemOffset[row]!
      return integrationErrorOf(decodeLogRecord(notes.bytes.subarray(start, start + notes.itemLength[row]!), origin))
    })
  }

  it.each([
    ['no JSON', 'nonsense', {}],
    ['nothing', '', {}],
    ['no array', '{}', {}],
    ['no spans', '[{"common":{}}]', {}],
    ['a common that is none', '[{"common":7,"spans":[]}]', {}],
    ['bad gzip', 'nonsense', { 'content-encoding': 'gzip' }],
    ['Zipkin version 1', '[{"traceId":"1","id":"1","binaryAnnotations":[]}]', ZIPKIN],
    ['no JSON of Zipkin', '[', ZIPKIN],
  ])('accepts %s and keeps one error, with nothing stored', async (_name, body, headers) => {
    const { status, json } = await post(body, { headers })
    expect(status).toBe(202)
    expect(counts()).toEqual([0])
    expect(errorsOf(requests()[0]!)).toEqual([
      {
        timestampMs: expect.any(Number),
        feature: 'Distributed Tracing',
        category: 'BadRequest',
        name: 'InvalidPayload',
        message: expect.any(String),
        requestId: json.requestId,
        apiKeyPrefix: 'NRAK-S',
      },
    ])
  })

  it('leaves out spans without ids alone, each with an error of its own, in the same durable request', async () => {
    const body = '[{"spans":[{"id":"a"},{"id":"b","trace.id":"t"},{"trace.id":"t"}]}]'
    const { status, json } = await post(body)
    expect(status).toBe(202)
    expect(counts()).toEqual([1])
    expect(errorsOf(requests()[0]!).map(({ name, message, requestId }) => [name, message, requestId])).toEqual([
      ['InvalidSpan', '[0].spans[0].trace.id: expected a text, got none', json.requestId],
      ['InvalidSpan', '[0].spans[2].id: expected a text, got none', json.requestId],
    ])
  })

  it('counts errors by their name, and none again of a request that came before', async () => {
    await post('nonsense')
    await post('[{"spans":[{},{}]}]')
    doors.consumer.answer = async () => ({ repeated: true, warnings: [] })
    await post('nonsense')
    const { text } = await doors.metrics.render()
    expect(text).toContain('clew_integration_errors_total{name="InvalidPayload"} 1')
    expect(text).toContain('clew_integration_errors_total{name="InvalidSpan"} 2')
  })

  it('lists a hundred errors and says how many more there are', async () => {
    const { status } = await post(`[{"spans":[${'{},'.repeat(2_999)}{}]}]`)
    expect(status).toBe(202)
    const errors = errorsOf(requests()[0]!)
    expect(errors).toHaveLength(101)
    expect(errors.at(-1)!.message).toBe('2900 more errors of this request are not listed')
  })

  it.each(['[]', '[{"spans":[]}]'])('accepts %s', async (body) => {
    expect((await post(body)).status).toBe(202)
    expect(requests().flatMap(errorsOf)).toEqual([])
  })

  it('answers the id that the sender gave the request, which alone says whether it came before', async () => {
    const id = 'C1BB62FC-001A-4000-8000-016BB152E1BB'
    const { json } = await post(SPANS, { headers: { 'x-request-id': id } })
    expect(json.requestId).toBe(id.toLowerCase())
    expect(requests()[0]!.requestKey).toBe(id.toLowerCase())
  })

  it('takes equal bodies without an id for different requests', async () => {
    const first = await post(SPANS, { headers: { 'x-request-id': 'not a uuid' } })
    const second = await post(SPANS)
    expect(first.json.requestId).not.toBe(second.json.requestId)
    expect(requests().map(({ requestKey }) => requestKey)).toEqual([null, null])
  })

  it('says by what was wrong that limits were exceeded, where they are set', async () => {
    await doors.stop(0)
    await open({ newrelicTimestampWindowMs: 60_000, newrelicMaxAttributes: 1 })
    await post(
      '[{"spans":[{"id":"a","trace.id":"t","timestamp":1603336834823},{"id":"b","trace.id":"t","attributes":{"a":1,"b":2}}]}]',
    )
    expect(counts()).toEqual([1])
    expect(errorsOf(requests()[0]!).map(({ name }) => name)).toEqual(['InvalidSpan', 'AttributeLimitExceeded'])
  })
})
