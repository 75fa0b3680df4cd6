// ATS over a real store: lists, traces and spans in its envelope, its errors, and where its key may stand.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyEntry, openTestDoors, send, type TestDoors } from '../../doors-contract.ts'
import { HttpDoor } from '../../http/http-door.ts'
import { QueryService } from '../../query/query-service.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { attributesOf, exampleSpan, NO_RESOURCE } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { describeAskedDialect } from '../dialect-contract.ts'
import { renderAtsError } from './render-error.ts'
import { type AtsParts, registerAtsRoutes } from './routes.ts'

const START = 1_759_276_800_000_000_000n
const START_MS = Number(START / 1_000_000n)
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SHORT = '0000000027046b00'
/** Two traces whose ids end alike. */
const TWINS = ['1', '2'].map((digit) => digit.repeat(16) + 'a'.repeat(16)) as [string, string]

const SETTINGS = { atsErrorsWith200: false, atsClusterAttribute: 'k8s.cluster.name', atsNamespaceAttribute: '' }

const ID = (digit: string) => digit.repeat(16)

interface Emitter {
  readonly service: string
  readonly attributes: Record<string, string>
}
const SHOP: Emitter = {
  service: 'shop',
  attributes: { 'service.namespace': 'sales', 'service.instance.id': 'Shop-1', 'k8s.cluster.name': 'east' },
}
const BILLING: Emitter = { service: 'Billing', attributes: { 'service.namespace': 'money', 'host.name': 'node-7' } }
const OLD: Emitter = { service: 'old', attributes: {} }

function span(emitter: Emitter, changes: Parameters<typeof exampleSpan>[0]) {
  const { service: serviceName, attributes } = emitter
  const resource = { ...NO_RESOURCE, attributes: attributesOf({ 'service.name': serviceName, ...attributes }) }
  const times = { startTimeUnixNano: START, endTimeUnixNano: START + 12_000_000n }
  return exampleSpan({ traceId: TRACE, serviceName, resource, ...times, ...changes })
}

async function openAts(tenant: string, settings: Partial<AtsParts['settings']> = {}) {
  const store = await FilledStore.open()
  const failed = { status: { code: 'error', message: 'refused' } } as const
  await store.addSpans(tenant, [
    span(SHOP, { spanId: ID('1'), name: 'GET /cart' }),
    span(BILLING, { spanId: ID('2'), parentSpanId: ID('1'), name: 'charge', kind: 'internal', ...failed }),
    span(OLD, { traceId: SHORT.padStart(32, '0'), spanId: ID('3'), name: 'old:old-1:/pods', kind: 'client' }),
    span(SHOP, { traceId: TWINS[0], spanId: ID('4'), name: 'GET /cart', startTimeUnixNano: START + 5_000_000n }),
    span(SHOP, { traceId: TWINS[1], spanId: ID('5'), name: 'a.b', startTimeUnixNano: START + 9_000_000n }),
  ])
  const authorize = (key: string | undefined) => key ?? 'default'
  const logger = createLogger({ level: 'silent', format: 'json' })
  const door = new HttpDoor({ name: 'main', host: '0.0.0.0', port: 0, setting: 'http.port', authorize, logger })
  door.own({ paths: ['/v1/*/ats'], renderError: (error) => renderAtsError(error, false) })
  registerAtsRoutes(door.app, { queries: new QueryService(store.reader), settings: { ...SETTINGS, ...settings } })
  await door.app.ready()
  const stop = async () => {
    await door.app.close()
    await store.close()
  }
  return { app: door.app, stop, asTenant: (asked: string) => ({ 'x-auth-token': asked }) }
}

interface Envelope {
  readonly errorCode: string
  readonly errorMessage: string | null
  readonly responseInfo: unknown
}

const tracesUrl = (more = '') =>
  `/v1/0/ats/traces?startTime=${START_MS}&endTime=${START_MS + 1000}&application=shop${more}`

describe('ATS', () => {
  let ats: Awaited<ReturnType<typeof openAts>>
  let app: FastifyInstance
  beforeAll(async () => {
    ats = await openAts('default')
    app = ats.app
  })
  afterAll(() => ats.stop())

  const ask = async (url: string, headers: Record<string, string> = {}) => {
    const response = await app.inject({ url, headers })
    const { errorCode, errorMessage, responseInfo } = response.json<Envelope>()
    return { status: response.statusCode, errorCode, errorMessage, info: responseInfo }
  }
  const listed = async (url: string, headers?: Record<string, string>) => {
    const answer = await ask(url, headers)
    expect(answer).toMatchObject({ status: 200, errorMessage: null })
    return answer.info
  }
  const spansOf = async (id: string, headers?: Record<string, string>) =>
    ((await listed(`/v1/0/ats/spans?traceId=${id}`, headers)) as string[]).map(
      (text) => JSON.parse(text) as { id: string; traceId: string; name: string },
    )
  const chainsOf = async (more = '', headers?: Record<string, string>) =>
    ((await listed(tracesUrl(more), headers)) as { traceChains: { traceId: string }[] }).traceChains

  it('lists groups, services, instances and transactions', async () => {
    expect(await ask('/v1/0/atps/monitorgroups')).toEqual({
      ...{ status: 200, errorCode: 'SVCSTG.ATPS.2000', errorMessage: null, info: ['default', 'money', 'sales'] },
    })
    expect(await ask('/v1/any/ats/applications')).toMatchObject({
      ...{ errorCode: 'SVCSTG.ATS.2000', info: ['Billing', 'old', 'shop'] },
    })
    expect(await listed('/v1/0/ats/applications?monitorGroup=sales')).toEqual(['shop'])
    expect(await listed('/v1/0/ats/applications?monitorGroup=default')).toEqual(['old'])
    const application = '/v1/0/ats/applications/billing'
    expect(await listed(`${application}/instances?monitorGroup=money`)).toEqual(['node-7'])
    expect(await listed(`${application}/transactions?monitorGroup=money`)).toEqual(['charge'])
    expect(await listed('/v1/0/ats/applications/old/transactions?monitorGroup=default')).toEqual(['/pods'])
  })

  it('tells traces by the first call that matches, newest first, asked in milliseconds and told in microseconds', async () => {
    expect(await chainsOf()).toMatchObject([{ traceId: TWINS[1] }, { traceId: TWINS[0] }, { traceId: TRACE }])
    expect(await listed(tracesUrl('&transaction=GET%20/cart&duration=12'))).toEqual({
      count: 1,
      traceChains: [
        {
          ...{ traceId: TRACE, type: '1', status: 0, duration: 12_000 },
          ...{ application: 'shop', instance: 'Shop-1', transaction: 'GET /cart' },
          ...{ startTime: START_MS * 1000, endTime: START_MS * 1000 + 12_000 },
        },
      ],
    })
  })

  it.each([
    ['&instance=shop-1', 3],
    ['&monitorGroup=sales', 3],
    ['&limit=2', 2],
    ['&transaction=a.b', 1],
    ['&duration=5', 2],
    ['&duration=0&status=', 3],
  ])('keeps to %s', async (more, count) => {
    expect(await chainsOf(more)).toHaveLength(count)
  })

  it('tells a failed call, and one whose name came in three parts', async () => {
    const times = `startTime=${START_MS}&endTime=${START_MS + 1}`
    expect(await listed(`/v1/0/ats/traces?${times}&application=billing&status=1`)).toMatchObject({
      traceChains: [{ application: 'Billing', instance: 'node-7', type: '0', status: 1 }],
    })
    expect(await listed(`/v1/0/ats/traces?${times}&application=old&transaction=/pods`)).toMatchObject({
      traceChains: [{ traceId: SHORT, application: 'old', instance: 'old-1', transaction: '/pods' }],
    })
  })

  it('gives the spans of a trace as texts, by any way to write its id', async () => {
    expect((await spansOf(TRACE)).map(({ id, name }) => [id, name])).toEqual([
      [ID('1'), 'shop:Shop-1:GET /cart'],
      [ID('2'), 'Billing:node-7:charge'],
    ])
    for (const id of [SHORT, '27046b00', SHORT.toUpperCase(), SHORT.padStart(32, '0')])
      expect(await spansOf(id)).toMatchObject([{ traceId: SHORT, name: 'old:old-1:/pods' }])
    expect(await spansOf(TRACE.slice(16))).toHaveLength(2)
    expect(await spansOf(TWINS[0])).toMatchObject([{ id: ID('4') }])
  })

  it('says which traces share the digits asked for', async () => {
    const { status, errorCode, errorMessage } = await ask(`/v1/0/ats/spans?traceId=${TWINS[0].slice(16)}`)
    expect([status, errorCode]).toEqual([400, 'SVCSTG.ATS.400101'])
    for (const id of TWINS) expect(errorMessage).toContain(id)
  })

  it('takes the headers for the attributes that settings name, and for nothing else', async () => {
    expect(await spansOf(TRACE, { clusterId: 'east', namespace: 'whatever' })).toMatchObject([{ id: ID('1') }])
    expect(await chainsOf('', { clusterId: 'east' })).toHaveLength(3)
    expect(await listed('/v1/0/ats/applications', { clusterid: 'east' })).toEqual(['shop'])
    expect(await ask('/v1/0/ats/applications', { clusterId: 'west' })).toMatchObject({ status: 400 })
  })

  it.each([
    `/v1/0/ats/spans?traceId=${'9'.repeat(32)}`,
    '/v1/0/ats/applications?monitorGroup=nobody',
    '/v1/0/ats/applications/old/instances',
    '/v1/0/ats/applications/nobody/transactions?monitorGroup=sales',
    tracesUrl('&transaction=nothing'),
    tracesUrl('&status=1'),
  ])('has an answer of its own where nothing is found: %s', async (url) => {
    const envelope = {
      errorCode: 'SVCSTG.ATS.200103',
      errorMessage: 'query trace result is empty.',
      responseInfo: null,
    }
    const response = await app.inject({ url })
    expect([response.statusCode, response.json()]).toEqual([400, envelope])
  })
})

describe('ATS at its door', () => {
  let doors: TestDoors
  const open = async (settings?: Parameters<typeof openTestDoors>[0]) => {
    doors = await openTestDoors(settings)
    return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      send(`${doors.urlOf('main').replace('0.0.0.0', 'localhost')}${path}`, { method, headers })
  }
  const bad = async (get: Awaited<ReturnType<typeof open>>, path: string) => {
    const { status, body } = await get(path)
    const answer = JSON.parse(body.toString()) as Envelope
    expect(Object.keys(answer)).toEqual(['errorCode', 'errorMessage', 'responseInfo'])
    expect(answer.responseInfo).toBeNull()
    return [status, answer.errorCode]
  }
  const stop = async () => {
    await doors.stop(0)
    doors.metrics.stop()
  }

  it('refuses questions that are not understood, in its envelope', async () => {
    const get = await open()
    const wrong = [
      '/v1/0/ats/spans',
      '/v1/0/ats/spans?traceId=',
      '/v1/0/ats/spans?traceId=0000000000000000',
      '/v1/0/ats/spans?traceId=xyz',
      `/v1/0/ats/spans?traceId=${'1'.repeat(33)}`,
      '/v1/0/ats/spans?traceId=1&traceId=2',
      '/v1/0/ats/applications/shop/transactions',
      '/v1/0/ats/traces?endTime=2&application=shop',
      '/v1/0/ats/traces?startTime=2&endTime=2&application=shop',
      '/v1/0/ats/traces?startTime=1&endTime=2',
      '/v1/0/ats/traces?startTime=-1&endTime=2&application=shop',
      ...['limit=0', 'limit=1001', 'limit=x', 'duration=-1', 'status=2'].map(
        (more) => `/v1/0/ats/traces?startTime=1&endTime=2&application=shop&${more}`,
      ),
    ]
    for (const path of wrong) expect([path, ...(await bad(get, path))]).toEqual([path, 400, 'SVCSTG.ATS.400101'])
    expect(await bad(get, '/v1/0/ats/nothing')).toEqual([404, 'APIGW.0101'])
    expect(await bad(get, '/v1/accounts/ats/nothing')).toEqual([404, 'APIGW.0101'])
    expect(await bad(get, `/v1/0/ats/spans?traceId=${'1'.repeat(9000)}`)).toEqual([414, 'APIGW.0201'])
    expect((await get('/v1/0/ats/spans?traceId=1', {}, 'POST')).status).toBe(405)
    await stop()
  })

  it('answers 200 to the failures of its own when it is told to', async () => {
    const get = await open({ atsErrorsWith200: true })
    expect(await bad(get, '/v1/0/ats/spans')).toEqual([200, 'SVCSTG.ATS.400101'])
    expect(await bad(get, '/v1/0/ats/nothing')).toEqual([404, 'APIGW.0101'])
    await stop()
    const { app, stop: stopAts } = await openAts('default', { atsErrorsWith200: true })
    expect((await app.inject({ url: `/v1/0/ats/spans?traceId=${'9'.repeat(32)}` })).statusCode).toBe(200)
    await stopAts()
  })

  it('wants a key that may read, in X-Auth-Token or where other doors look', async () => {
    const keys = (['read', 'write'] as const).map((access) => keyEntry(access, { access }))
    const get = await open({ httpHost: '0.0.0.0', keys })
    const status = async (headers: Record<string, string>) => (await get('/v1/0/ats/spans', headers)).status
    expect(await status({ 'x-auth-token': 'read' })).toBe(400)
    expect(await status({ authorization: 'Bearer read' })).toBe(400)
    expect(await status({ 'x-auth-token': 'write' })).toBe(403)
    expect(await status({ 'x-auth-token': 'nobody' })).toBe(401)
    expect(await bad(get, '/v1/0/ats/spans')).toEqual([401, 'APIGW.0301'])
    await stop()
  })
})

describeAskedDialect(
  'ATS',
  () => openAts('owner'),
  [
    { url: '/v1/0/atps/monitorgroups', secret: 'sales' },
    { url: '/v1/0/ats/applications', secret: 'Billing' },
    { url: '/v1/0/ats/applications/shop/instances', secret: 'Shop-1' },
    { url: '/v1/0/ats/applications/shop/transactions?monitorGroup=sales', secret: 'a.b' },
    { url: tracesUrl(), secret: TRACE },
    { url: `/v1/0/ats/spans?traceId=${TRACE}`, secret: 'charge' },
  ].map((question) => ({ ...question, statusOfNothing: 400 })),
)
