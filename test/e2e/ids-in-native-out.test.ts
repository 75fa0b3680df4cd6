// Traces of senders with ids of every kind, found by what people have of them: digits of any length, headers, texts. Each
// tenant finds its own.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { thriftBatch } from '../../packages/codecs/src/jaeger-thrift/thrift-batch-contract.ts'
import { thriftStruct } from '../../packages/codecs/src/wire/thrift-values-contract.ts'
import { doorUrl, eventually, getJson } from './ask-server.ts'
import { jsonSpan, newTraceId, tracesBody } from './otlp-json.ts'
import { ServerProcess } from './server-process.ts'

const KEYS = { mine: 'clew_key-of-the-first-tenant', theirs: 'clew_key-of-the-second-tenant' }
const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

const SPAN = '00f067aa0ba902b7'
const JAEGER = '5f2b1c'
const ZIPKIN = '463ac35c9f6413ad'
const TEXT = 'order/4711 주문'
/** Of New Relic as text, of Jaeger as digits. */
const BOTH = '123456'
const WHOLE = newTraceId()

interface Found {
  readonly traceId: string
  readonly traceIdText: string | null
  readonly askedSpanId: string | null
}

let server: ServerProcess
let zipkin: string
let jaeger: string

beforeAll(async () => {
  const keys = Object.entries(KEYS).map(([tenant, key]) => ({
    name: tenant,
    sha256: createHash('sha256').update(key).digest('hex'),
    tenant,
    access: 'both',
  }))
  server = await ServerProcess.start({ settings: { keys: JSON.stringify(keys) } })
  zipkin = (await doorUrl(server, 'zipkin')).origin
  jaeger = (await doorUrl(server, 'jaeger-http')).origin
  await Promise.all([
    post(
      server.otlpUrl('/v1/traces'),
      JSON.stringify(tracesBody('shop', [jsonSpan({ traceId: WHOLE, spanId: SPAN })])),
    ),
    postJaeger(JAEGER),
    postJaeger(BOTH),
    post(`${zipkin}/api/v2/spans`, JSON.stringify([{ traceId: ZIPKIN, id: SPAN, name: 'get' }])),
    post(server.url('/trace/v1'), JSON.stringify([{ spans: [TEXT, BOTH].map(newRelicSpan) }])),
  ])
  for (const id of [WHOLE, JAEGER, ZIPKIN, TEXT]) await find(id)
})
afterAll(async () => {
  await server?.remove()
})

const newRelicSpan = (id: string) => ({
  id: 'ABC',
  'trace.id': id,
  attributes: { name: 'buy', 'service.name': 'shop' },
})

async function post(url: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json'): Promise<void> {
  const headers = { 'content-type': type, ...bearer(KEYS.mine), 'api-key': KEYS.mine }
  const response = await fetch(url, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`)
}

/** As a client with 64-bit ids sends it. */
function postJaeger(digits: string): Promise<void> {
  const span = {
    ...{ traceId: digits.padStart(32, '0'), spanId: '000000000000001f', operationName: 'cart', references: [] },
    ...{ flags: 1, startNano: BigInt(Date.now()) * 1_000_000n, durationNano: 5_000_000n },
    ...{ tags: [], logs: [], warnings: [] },
  }
  const batch = thriftBatch([{ span, process: { serviceName: 'cart', tags: [] } }])
  return post(
    `${jaeger}/api/traces?format=jaeger.thrift`,
    new Uint8Array(thriftStruct(batch, 'binary')),
    'application/x-thrift',
  )
}

const address = (id: string) => `/clew/v1/traces/${encodeURIComponent(id)}`

function find(id: string): Promise<Found> {
  return eventually(() => getJson<Found>(server, address(id), bearer(KEYS.mine)))
}

describe('a trace is found', () => {
  it.each([
    ['by the short id of Jaeger', JAEGER, JAEGER.padStart(32, '0'), null],
    ['by uber-trace-id', `${JAEGER}:1f:0:1`, JAEGER.padStart(32, '0'), '000000000000001f'],
    ['by the 64 bits of Zipkin', ZIPKIN, ZIPKIN.padStart(32, '0'), null],
    ['by B3', `${ZIPKIN}-${SPAN}-1`, ZIPKIN.padStart(32, '0'), SPAN],
    ['by traceparent', `00-${WHOLE}-${SPAN}-01`, WHOLE, SPAN],
    ['by its digits in upper case', WHOLE.toUpperCase(), WHOLE, null],
  ])('%s', async (_how, id, traceId, askedSpanId) => {
    expect(await find(id)).toMatchObject({ traceId, askedSpanId, traceIdText: null })
  })

  it('by the text of New Relic, which is given back, and by the digits that stand for it', async () => {
    const { traceId, traceIdText } = await find(TEXT)
    expect(traceIdText).toBe(TEXT)
    expect(await find(traceId)).toMatchObject({ traceId, traceIdText: TEXT })
    expect(await getJson(server, `${address(TEXT)}/spans/ABC`, bearer(KEYS.mine))).toMatchObject({ name: 'buy' })
  })
})

describe('an id of two traces', () => {
  it('is said to be one, and each of them can be asked for', async () => {
    const answer = await eventually(
      () => fetch(server.url(address(BOTH)), { headers: bearer(KEYS.mine) }),
      ({ status }) => status === 409,
    )
    const { code, traces } = (await answer.json()) as { code: string; traces: Found[] }
    expect(code).toBe('TRACE_ID_AMBIGUOUS')
    expect(traces.map(({ traceIdText }) => traceIdText).sort()).toEqual([BOTH, null])
    for (const { traceId } of traces) expect((await find(traceId)).traceId).toBe(traceId)
  })
})

describe('a second tenant', () => {
  it('finds nothing by any of them', async () => {
    for (const id of [WHOLE, JAEGER, `${JAEGER}:1f:0:1`, ZIPKIN, TEXT, BOTH, `00-${WHOLE}-${SPAN}-01`]) {
      const answer = await fetch(server.url(address(id)), { headers: bearer(KEYS.theirs) })
      expect([id, answer.status]).toEqual([id, 404])
      expect(Object.keys((await answer.json()) as object)).not.toContain('traces')
    }
  })
})
