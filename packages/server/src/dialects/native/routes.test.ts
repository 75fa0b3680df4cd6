// The native API over a real store: every route, its errors, and that a tenant sees only its own.
import { decodeOtlpSpans } from '@clew/codecs'
import { integrationErrorRecord } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashText } from '../../doors-contract.ts'
import { HttpDoor } from '../../http/http-door.ts'
import { QueryService } from '../../query/query-service.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { attributesOf, exampleLog, exampleSpan } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { describeAskedDialect } from '../dialect-contract.ts'
import { registerNativeRoutes } from './routes.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const ROOT = 'b7ad6b7169203331'
const CHILD = '00f067aa0ba902b7'
const START = 1_759_276_800_000_000_000n
const NOW_MS = Number(START / 1_000_000n) + 60_000

const PROBLEMS = [0, 60_000].map((later) => ({
  timestampMs: NOW_MS - 120_000 + later,
  ...{ feature: 'Distributed Tracing', category: 'BadRequest', name: 'InvalidSpan', message: 'spans[2].id: none' },
  requestId: `c1bb62fc-001a-4000-8000-${String(later).padStart(12, '0')}`,
  apiKeyPrefix: 'NRAK-S',
}))

const ingest = () => ({
  spansAccepted: 2,
  logsAccepted: 0,
  requests: 1,
  rejected: 0,
  spansPerSecond: 0,
  listening: [{ door: 'otlp-http', url: 'http://localhost:4318/v1/traces' }],
  lastAcceptedAt: null,
  insecure: false,
})

/** A store with one trace and a log record of `tenant`, behind the routes. */
async function openNative(tenant: string) {
  const store = await FilledStore.open()
  const root = exampleSpan({
    traceId: TRACE,
    spanId: ROOT,
    attributes: attributesOf({ 'http.response.status_code': 500n, 'user.name': 'Kim', ratio: 0.5, cached: true }),
    status: { code: 'error', message: 'out of stock' },
  })
  const child = exampleSpan({
    traceId: TRACE,
    spanId: CHILD,
    parentSpanId: ROOT,
    name: 'SELECT items',
    kind: 'client',
    serviceName: 'stock',
    startTimeUnixNano: START + 100n,
    endTimeUnixNano: START + 500n,
  })
  await store.addSpans(tenant, [root, child])
  await store.addLogs(tenant, [exampleLog({ traceId: TRACE, spanId: CHILD })])
  await store.addLogs(tenant, PROBLEMS.map(integrationErrorRecord))
  const door = new HttpDoor({
    name: 'main',
    host: '0.0.0.0',
    port: 0,
    setting: 'http.port',
    authorize: (key) => key ?? 'default',
    logger: createLogger({ level: 'silent', format: 'json' }),
  })
  const clock = { nowMs: () => NOW_MS }
  const query = new QueryService(store.reader, { clock })
  registerNativeRoutes(door.app, { query, textHash: hashText, ingest, onBlock: () => () => undefined, clock })
  await door.app.ready()
  const stop = async () => {
    await door.app.close()
    await store.close()
  }
  return { app: door.app, stop, asTenant: (asked: string) => ({ 'x-clew-key': asked }) }
}

describe('native API', () => {
  let native: Awaited<ReturnType<typeof openNative>>
  let app: FastifyInstance

  beforeAll(async () => {
    native = await openNative('default')
    app = native.app
  })
  afterAll(() => native.stop())

  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await app.inject({ url, headers })
    return { status: response.statusCode, type: response.headers['content-type'], body: response }
  }
  const getJson = async (url: string, headers: Record<string, string> = {}) => {
    const { status, body } = await get(url, headers)
    expect(status, body.body).toBe(200)
    return body.json()
  }

  it('finds a trace by what its spans say', async () => {
    const attribute = encodeURIComponent('http.response.status_code >= 500')
    const answer = await getJson(`/clew/v1/search?service=shop&attribute=${attribute}&totals=true`)
    expect(answer).toEqual({
      traces: [
        {
          traceId: TRACE,
          rootService: 'shop',
          rootName: 'GET /cart',
          startUnixNano: String(START),
          durationNano: '1000000000',
          spanCount: 2,
          errorCount: 1,
          services: [
            { name: 'shop', spanCount: 1, errorCount: 1 },
            { name: 'stock', spanCount: 1, errorCount: 0 },
          ],
          matchedSpans: 1,
          spans: [
            {
              spanId: ROOT,
              name: 'GET /cart',
              service: 'shop',
              startUnixNano: String(START),
              durationNano: '1000000000',
              status: 'error',
              kind: 'server',
            },
          ],
        },
      ],
      cursor: null,
      totals: { traces: 1, spans: 1, exact: true },
      lookedBackTo: String(START + 60_000_000_000n - 3_600_000_000_000n),
      complete: true,
      notices: [],
    })
  })

  it.each([
    ['service=stock&kind=client&maxDuration=400', 1],
    ['operation=SELECT%20items&status=unset', 1],
    ['text=STOCK', 1],
    ['text=kIM', 1],
    ['attribute=user.name%20%3D~%20K.m', 1],
    ['attribute=span.cached%20%3D%20true&attribute=ratio%20%3C%201', 1],
    ['attribute=cached%20exists', 1],
    ['attribute=resource.cached%20exists', 0],
    ['service=shop&kind=client', 0],
    ['minDuration=2s', 0],
    ['from=-30s', 0],
  ])('search?%s finds %i traces', async (parameters, traces) => {
    expect((await getJson(`/clew/v1/search?${parameters}`)).traces).toHaveLength(traces)
  })

  it('gives a trace whole, by its full id in any case and by its low half', async () => {
    const trace = await getJson(`/clew/v1/traces/${TRACE.toUpperCase()}`)
    expect(trace.spans.map((span: { spanId: string }) => span.spanId)).toEqual([ROOT, CHILD])
    expect(trace.spans[0].attributes[0]).toEqual({
      key: 'http.response.status_code',
      value: { type: 'int', value: '500' },
    })
    expect(trace.spans[1].parentSpanId).toBe(ROOT)
    expect(await getJson(`/clew/v1/traces/${TRACE.slice(16)}`)).toEqual(trace)
    expect(await getJson(`/clew/v1/traces/${TRACE}/spans/${CHILD}`)).toEqual(trace.spans[1])
  })

  it.each([
    ['application/x-protobuf', '', 'application/x-protobuf'],
    ['application/json; profile=otlp', '', 'application/json; profile=otlp'],
    ['text/html', '?format=otlp-proto', 'application/x-protobuf'],
    ['*/*', '?format=otlp-json', 'application/json; profile=otlp'],
    ['application/json', '', 'application/json; charset=utf-8'],
  ])('answers a trace for Accept %s and %s as %s', async (accept, parameters, type) => {
    const response = await get(`/clew/v1/traces/${TRACE}${parameters}`, { accept })
    expect(response.type).toBe(type)
    if (!type.includes('charset'))
      expect(
        decodeOtlpSpans(
          response.body.rawPayload,
          type.includes('proto;') || type.includes('x-proto') ? 'protobuf' : 'json',
        ).batch.count,
      ).toBe(2)
  })

  it('gives the columns that the page draws', async () => {
    expect(await getJson(`/clew/v1/traces/${TRACE}/columns`)).toMatchObject({
      traceId: TRACE,
      startUnixNano: String(START),
      durationNano: '1000000000',
      spanCount: 2,
      errorCount: 1,
      repeatedSpans: 0,
      spanId: [ROOT, CHILD],
      parentIndex: [-1, 0],
      parentMissing: [],
      start: [0, 100],
      duration: [1_000_000_000, 400],
      logs: [0, 1],
      status: [2, 0],
    })
  })

  it('gives the logs of a trace and of a span', async () => {
    expect((await getJson(`/clew/v1/traces/${TRACE}/logs`)).logs).toHaveLength(1)
    expect((await getJson(`/clew/v1/traces/${TRACE}/spans/${CHILD}/logs`)).logs[0]).toMatchObject({
      body: { type: 'string', value: 'hello' },
      spanId: CHILD,
    })
    expect((await getJson(`/clew/v1/traces/${TRACE}/spans/${ROOT}/logs`)).logs).toEqual([])
  })

  it('tells what was wrong inside accepted requests, newest first, by request and by time', async () => {
    const path = '/clew/v1/integration-errors'
    const [older, newer] = PROBLEMS.map(({ timestampMs: timestamp, feature: newRelicFeature, ...error }) => {
      return { timestamp, newRelicFeature, ...error }
    })
    expect(await getJson(path)).toEqual({ errors: [newer, older], cursor: null, notices: [] })
    expect((await getJson(`${path}?requestId=${older!.requestId.toUpperCase()}`)).errors).toEqual([older])
    expect((await getJson(`${path}?from=-90s`)).errors).toEqual([newer])
    expect((await getJson(`${path}?to=-90s`)).errors).toEqual([older])
    const { errors, cursor } = await getJson(`${path}?limit=1`)
    expect(errors).toEqual([newer])
    expect(await getJson(`${path}?limit=1&cursor=${cursor}`)).toMatchObject({ errors: [older], cursor: null })
  })

  it('lists services and operations', async () => {
    expect((await getJson('/clew/v1/services')).services).toEqual([
      { name: 'shop', spanCount: 1, errorCount: 1 },
      { name: 'stock', spanCount: 1, errorCount: 0 },
    ])
    expect((await getJson('/clew/v1/operations?service=stock&from=-1h')).operations).toEqual([
      { name: 'SELECT items', kind: 'client', spanCount: 1 },
    ])
  })

  it('lists attribute keys and values', async () => {
    const { keys } = await getJson('/clew/v1/attributes?service=shop')
    expect(keys).toContainEqual({ scope: 'span', key: 'user.name', types: ['string'] })
    expect(await getJson('/clew/v1/attributes/values?key=user.name')).toEqual({
      values: [{ type: 'string', value: 'Kim' }],
      many: false,
    })
  })

  it('says what came in', async () => {
    expect(await getJson('/clew/v1/ingest')).toEqual(ingest())
  })

  it('describes itself', async () => {
    const document = await getJson('/openapi.json')
    expect(Object.keys(document.paths)).toContain('/clew/v1/search')
    expect(document.components.schemas.TraceSummary.properties.spans.items).toEqual({
      $ref: '#/components/schemas/MatchedSpan',
    })
  })

  it.each([
    [`/clew/v1/traces/${'1'.repeat(32)}`, 404, 'NOT_FOUND'],
    [`/clew/v1/traces/${TRACE}/spans/${'1'.repeat(16)}`, 404, 'NOT_FOUND'],
    ['/clew/v1/search?limit=0', 400, 'INVALID_ARGUMENT'],
    ['/clew/v1/search?sevrice=shop', 400, 'INVALID_ARGUMENT'],
    ['/clew/v1/search?attribute=a%20%3D~%20(', 400, 'INVALID_ARGUMENT'],
    ['/clew/v1/search?minDuration=long', 400, 'INVALID_ARGUMENT'],
    ['/clew/v1/search?from=yesterday', 400, 'INVALID_ARGUMENT'],
    ['/clew/v1/search?cursor=abc', 400, 'INVALID_CURSOR'],
    ['/clew/v1/integration-errors?cursor=abc', 400, 'INVALID_CURSOR'],
    ['/clew/v1/integration-errors?limit=0', 400, 'INVALID_ARGUMENT'],
    ['/clew/v1/integration-errors?since=yesterday', 400, 'INVALID_ARGUMENT'],
    ['/clew/v1/operations', 400, 'INVALID_ARGUMENT'],
  ])('answers %s with %i %s as a problem', async (url, status, code) => {
    const response = await get(url)
    expect(response.status).toBe(status)
    expect(response.type).toContain('application/problem+json')
    expect(response.body.json()).toMatchObject({ status, code })
  })

  it('counts nothing of another tenant', async () => {
    expect(await getJson('/clew/v1/search?totals=true', { 'x-clew-key': 'other' })).toMatchObject({
      traces: [],
      totals: { traces: 0, spans: 0, exact: true },
    })
  })
})

describeAskedDialect('native', () => openNative('owner'), [
  { url: '/clew/v1/search', secret: TRACE },
  { url: '/clew/v1/search?text=kim&order=duration', secret: TRACE },
  { url: '/clew/v1/services', secret: 'stock' },
  { url: '/clew/v1/operations?service=stock', secret: 'SELECT items' },
  { url: '/clew/v1/attributes', secret: 'user.name' },
  { url: '/clew/v1/attributes/values?key=user.name', secret: 'Kim' },
  { url: `/clew/v1/traces/${TRACE}`, secret: 'GET /cart' },
  { url: `/clew/v1/traces/${TRACE}?format=otlp-json`, secret: 'GET /cart' },
  { url: `/clew/v1/traces/${TRACE}?format=otlp-proto`, secret: 'GET /cart' },
  { url: `/clew/v1/traces/${TRACE}/columns`, secret: 'GET /cart' },
  { url: `/clew/v1/traces/${TRACE}/spans/${ROOT}`, secret: 'GET /cart' },
  { url: '/clew/v1/integration-errors', secret: 'spans[2].id' },
  { url: `/clew/v1/traces/${TRACE}/logs`, secret: 'hello' },
  { url: `/clew/v1/traces/${TRACE}/spans/${CHILD}/logs`, secret: 'hello' },
])
