// What the samples of Jaeger's query API do not show: who may see what, tags of every kind, large answers, other tenants.
import type { Span } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleSpan } from '../../testing/example-spans.ts'
import { describeAskedDialect } from '../dialect-contract.ts'
import { type AskedJaeger, ORDER, openJaeger, SHORT, START } from './query-contract.ts'

interface Answer {
  readonly data: readonly { readonly traceID: string; readonly spans: readonly { readonly spanID: string }[] }[]
  readonly errors: readonly { readonly msg: string }[] | null
}

describe('v1 of Jaeger', () => {
  let jaeger: AskedJaeger
  beforeAll(async () => {
    jaeger = await openJaeger()
  })
  afterAll(() => jaeger.stop())

  const get = async (url: string) => {
    const answer = await jaeger.app.inject({ url })
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<Answer>() }
  }
  const find = async (parameters: Record<string, string>) => {
    const { body } = await get(`/api/traces?${new URLSearchParams(parameters)}`)
    return body.data.map(({ traceID }) => traceID.padStart(32, '0'))
  }

  it.each([
    ['error:true', [ORDER]],
    ['error:false', [ORDER, SHORT]],
    ['error:none', []],
    ['span.kind:internal', [SHORT]],
    ['span.kind:other', []],
    ['span.status:error', [ORDER]],
    ['otel.status_code:ERROR', [ORDER]],
    ['otel.status_description:out of stock', [ORDER]],
    ['scope.name:net/http', [ORDER]],
    ['otel.scope.version:1.2', [ORDER]],
    ['scope.version:1.3', []],
    ['tier:front', [ORDER]],
    ['zone:b', [ORDER]],
    ['resource.zone:b', [ORDER]],
    ['resource.user:Kim 김', []],
    ['http.response.status_code:500', [ORDER]],
    ['http.response.status_code:0500', []],
    ['big:9007199254740993', [ORDER]],
    ['big:9007199254740992', []],
    ['ratio:0.25', [ORDER]],
    ['cached:false', [ORDER]],
    ['n:2', [ORDER]],
    ['user:Kim 김', [ORDER]],
    ['missing:', []],
  ])('finds by the tag %s', async (tag, expected) => {
    expect(await find({ tag })).toEqual(expected)
  })

  it('asks one span for everything', async () => {
    expect(await find({ service: 'stock', operation: 'GET /cart' })).toEqual([])
    expect(
      await find({ service: 'shop', tag: 'span.kind:client', minDuration: '400ms', maxDuration: '400ms' }),
    ).toEqual([ORDER])
    expect(await find({ service: 'shop', tags: '{"span.kind":"client","error":"true"}' })).toEqual([])
  })

  it('looks back two days, unless it is told a time', async () => {
    expect(await find({})).toEqual([ORDER, SHORT])
    const micros = (nanos: bigint) => String(nanos / 1000n)
    expect(await find({ end: micros(START - 9_000_000_000n) })).toEqual([SHORT])
    expect(await find({ start: micros(START) })).toEqual([ORDER])
    expect(await find({ start: '-5', end: '99999999999999999' })).toEqual([ORDER, SHORT])
    expect(await find({ limit: '1' })).toEqual([ORDER])
    expect(await find({ limit: '0' })).toEqual([ORDER, SHORT])
  })

  it('finds by the end of an id where no trace has just that one', async () => {
    const { status, body } = await get(`/api/traces/${ORDER.slice(16)}`)
    expect(status).toBe(200)
    expect(body.data[0]!.traceID).toBe(ORDER)
  })

  it('tells in the shape of the version that was asked that an address is too long', async () => {
    const long = 'x'.repeat(9_000)
    const v1 = await jaeger.app.inject({ url: `/api/traces?service=${long}` })
    expect(v1.json()).toMatchObject({ data: null, errors: [{ code: 414 }] })
    const v3 = await jaeger.app.inject({ url: `/api/v3/traces?query.serviceName=${long}` })
    expect(v3.json()).toMatchObject({ error: { httpCode: 414 } })
  })

  it('marks answers as readable for pages of this machine alone', async () => {
    const from = async (origin: string) =>
      (await jaeger.app.inject({ url: '/api/services', headers: { origin } })).headers['access-control-allow-origin']
    expect(await from('http://localhost:3000')).toBe('http://localhost:3000')
    expect(await from('https://shop.example')).toBeUndefined()
    const preflight = await jaeger.app.inject({
      method: 'OPTIONS',
      url: `/api/traces/${ORDER}`,
      headers: { origin: 'http://localhost:3000', 'access-control-request-headers': 'authorization' },
    })
    expect(preflight.statusCode).toBe(204)
    expect(preflight.headers['access-control-allow-headers']).toBe('authorization')
  })
})

describe('names of services', () => {
  const serviceName = 'Shop/결제 & co'
  let jaeger: AskedJaeger
  beforeAll(async () => {
    jaeger = await openJaeger('default', [exampleSpan({ serviceName })])
  })
  afterAll(() => jaeger.stop())

  it('may be any text', async () => {
    const named = encodeURIComponent(serviceName)
    const answers = [`/api/services/${named}/operations`, `/api/v3/operations?service=${named}`].map(
      async (url) => (await jaeger.app.inject({ url })).body,
    )
    for (const body of await Promise.all(answers)) expect(body).toContain('GET /cart')
    expect((await jaeger.app.inject({ url: `/api/traces?service=${named}` })).body).toContain(serviceName)
  })
})

describe('many spans', () => {
  const SPANS = 2_500
  const TRACES = 6
  const idOf = (trace: number) => `${trace}`.padStart(32, '1')
  const spans = Array.from({ length: TRACES }, (_, trace) =>
    Array.from({ length: SPANS }, (_, i): Span => {
      const start = START + BigInt(trace * SPANS + i)
      const spanId = (i + 1).toString(16).padStart(16, '0')
      const parentSpanId = i === 0 ? '' : '0000000000000001'
      const times = { startTimeUnixNano: start, endTimeUnixNano: start + 5n }
      return exampleSpan({ traceId: idOf(trace), spanId, parentSpanId, kind: 'internal', ...times })
    }),
  ).flat()
  let jaeger: AskedJaeger
  beforeAll(async () => {
    jaeger = await openJaeger('default', spans)
  })
  afterAll(() => jaeger.stop())

  it('are answered whole, however many reads it takes', async () => {
    const ids = Array.from({ length: TRACES }, (_, trace) => idOf(TRACES - 1 - trace))
    const found = (await jaeger.app.inject({ url: '/api/traces?service=shop' })).json<Answer>()
    expect(found.data.map(({ traceID }) => traceID)).toEqual(ids)
    for (const trace of found.data) expect(new Set(trace.spans.map(({ spanID }) => spanID)).size).toBe(SPANS)
  })
})

const question = (url: string, secret: string) => ({ url, secret })
describeAskedDialect('Jaeger v1', () => openJaeger('owner'), [
  question('/api/services', 'stock'),
  question('/api/services/stock/operations', 'SELECT items'),
  question('/api/operations?service=stock', 'SELECT items'),
  question(`/api/traces/${ORDER}`, 'out of stock'),
  question(`/api/traces?traceID=${ORDER}`, 'out of stock'),
  question('/api/traces?service=shop', 'out of stock'),
])
