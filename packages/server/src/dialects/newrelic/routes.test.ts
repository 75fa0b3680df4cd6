// The query API over a real store: integration errors and spans by NRQL, in the shape of Insights; its errors and keys.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hexFromBytes, ID_TEXT, integrationErrorRecord, type Span } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hashText, keyEntry, openTestDoors, send, type TestDoors } from '../../doors-contract.ts'
import { HttpDoor } from '../../http/http-door.ts'
import { QueryService } from '../../query/query-service.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { attributesOf, exampleSpan } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { describeAskedDialect } from '../dialect-contract.ts'
import type { InsightsAnswer } from './render.ts'
import { registerQueryApi } from './routes.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)
const REQUEST = 'c1bb62fc-001a-4000-8000-016bb152e1bb'
const START = 1_603_336_834_823_000_000n
const TRACE = '0af7651916cd43dd8448eb211c80319c'
/** The id of the text "123456", and what those digits mean with zeros before them. */
const TEXT_TRACE = hexFromBytes(hashText('trace:123456'), 0, 16)
const SHORT_TRACE = '123456'.padStart(32, '0')

function problem(message: string, changes: { timestampMs?: number; requestId?: string } = {}) {
  return {
    ...{ timestampMs: NOW_MS - 60_000, feature: 'Distributed Tracing', category: 'BadRequest', name: 'InvalidSpan' },
    ...{ message, requestId: REQUEST, apiKeyPrefix: 'NRAK-S' },
    ...changes,
  }
}

function span(spanId: string, parentSpanId: string, serviceName: string, changes: Partial<Span> = {}): Span {
  const times = { startTimeUnixNano: START, endTimeUnixNano: START + 12_530_000n }
  return exampleSpan({ traceId: TRACE, spanId, parentSpanId, serviceName, kind: 'unspecified', ...times, ...changes })
}

const ID = (digit: string) => digit.repeat(16)

/** One trace of three services, one of the text "123456", one of the digits 123456, and errors. */
async function openQueryApi(tenant: string) {
  const store = await FilledStore.open()
  const later = (nanos: bigint) => ({ startTimeUnixNano: START + nanos, endTimeUnixNano: START + nanos + 1_000_000n })
  await store.addSpans(tenant, [
    span(ID('1'), '', 'shop', { name: '/home' }),
    span(ID('2'), ID('1'), 'shop', { name: 'queue', ...later(1_000_000n) }),
    span(ID('3'), ID('2'), 'billing', { name: 'charge', ...later(2_000_000n) }),
    span(ID('4'), ID('3'), 'billing', { ...later(3_000_000n), attributes: attributesOf({ 'db.system': 'mysql' }) }),
    span(ID('5'), ID('3'), 'billing', {
      ...later(4_000_000n),
      attributes: attributesOf({ 'http.url': 'https://x', 'entity.name': 'chosen', category: 'own' }),
      status: { code: 'error', message: 'refused' },
    }),
    span(ID('6'), ID('3'), 'billing', { ...later(5_000_000n) }),
    span(ID('a'), '', 'UNKNOWN', {
      traceId: TEXT_TRACE,
      attributes: attributesOf({ [ID_TEXT.trace]: '123456', [ID_TEXT.span]: 'ABC' }),
    }),
    span(ID('b'), '', 'old', { traceId: SHORT_TRACE }),
  ])
  const errors = [problem('first'), problem('second'), problem('of another', { requestId: 'another' })]
  await store.addLogs(
    tenant,
    [...errors, problem('old', { timestampMs: 0, requestId: 'of 1970' })].map(integrationErrorRecord),
  )
  const authorize = (key: string | undefined) => key ?? 'default'
  const logger = createLogger({ level: 'silent', format: 'json' })
  const door = new HttpDoor({ name: 'main', host: '0.0.0.0', port: 0, setting: 'http.port', authorize, logger })
  const clock = { nowMs: () => NOW_MS }
  registerQueryApi(door.app, { queries: new QueryService(store.reader, { clock }), textHash: hashText, clock })
  await door.app.ready()
  const stop = async () => {
    await door.app.close()
    await store.close()
  }
  return { app: door.app, stop, asTenant: (asked: string) => ({ 'x-query-key': asked }) }
}

const urlOf = (nrql: string) => `/v1/accounts/42/query?nrql=${encodeURIComponent(nrql)}`

describe('the query API', () => {
  let api: Awaited<ReturnType<typeof openQueryApi>>
  let app: FastifyInstance
  beforeAll(async () => {
    api = await openQueryApi('default')
    app = api.app
  })
  afterAll(() => api.stop())

  const ask = async (nrql: string): Promise<InsightsAnswer> => {
    const response = await app.inject({ url: urlOf(nrql) })
    expect(response.statusCode, response.body).toBe(200)
    return response.json()
  }
  const eventsOf = async (nrql: string) => {
    const [result] = (await ask(nrql)).results
    return (result as { events: Record<string, unknown>[] }).events
  }
  const messagesOf = async (nrql: string) => (await ask(nrql)).metadata.messages

  it('answers the question of New Relic’s own SDK tests, sent as they send it', async () => {
    const nrql = `SELECT%20*%20FROM%20NrIntegrationError%20where%20newRelicFeature='Distributed%20Tracing'%20and%20requestId='${REQUEST}'`
    const { results, metadata } = (
      await app.inject({ url: `/v1/accounts/42/query?nrql=${nrql}` })
    ).json<InsightsAnswer>()
    const { events } = results[0] as { events: { message: string }[] }
    expect(events.map(({ message }) => message).sort()).toEqual(['first', 'second'])
    expect(events[0]).toMatchObject({
      timestamp: NOW_MS - 60_000,
      newRelicFeature: 'Distributed Tracing',
      category: 'BadRequest',
      name: 'InvalidSpan',
      requestId: REQUEST,
      apiKeyPrefix: 'NRAK-S',
    })
    expect(metadata).toMatchObject({ eventType: 'NrIntegrationError', openEnded: true, messages: [] })
  })

  it('counts, chooses attributes, and keeps to times and limits', async () => {
    expect((await ask('select count(*) from NrIntegrationError')).results).toEqual([{ count: 4 }])
    expect(await eventsOf("SELECT message AS m, nothing FROM NrIntegrationError WHERE requestId = 'another'")).toEqual([
      { timestamp: NOW_MS - 60_000, m: 'of another', nothing: null },
    ])
    expect(await eventsOf('SELECT * FROM NrIntegrationError SINCE 1 hour ago')).toHaveLength(3)
    expect(await eventsOf('SELECT * FROM NrIntegrationError UNTIL 1 hour ago')).toMatchObject([{ message: 'old' }])
    expect(await messagesOf('SELECT * FROM NrIntegrationError LIMIT 4')).toEqual([])
    expect(await messagesOf('SELECT * FROM NrIntegrationError LIMIT 3')).toEqual([
      'There are more events; these are the newest 3 (LIMIT).',
    ])
    expect(await eventsOf("SELECT * FROM NrIntegrationError WHERE message LIKE 'SEC%'")).toHaveLength(1)
  })

  it.each([
    [`trace.id = '${TRACE}'`, 6],
    [`traceId = '${TRACE.toUpperCase()}'`, 6],
    [`trace.id IN ('${TRACE}', 'nobody')`, 6],
    [`trace.id = '${TRACE}' AND name = 'charge'`, 1],
    [`trace.id = '${TRACE}' AND NOT service.name = 'shop'`, 4],
    [`trace.id = '${TRACE}' AND error IS TRUE`, 1],
    [`trace.id = '${TRACE}' AND parent.id IS NULL`, 1],
    [`trace.id = '${TRACE}' OR trace.id = '123456'`, 8],
    ["trace.id = 'nobody'", 0],
  ])('lists the spans of traces by their ids, however they are written: %s', async (condition, count) => {
    expect(await eventsOf(`SELECT * FROM Span WHERE ${condition}`)).toHaveLength(count)
    expect((await ask(`FROM Span SELECT count(*) WHERE ${condition}`)).results).toEqual([{ count }])
  })

  it('finds an id that is a text and the same digits with zeros before them, and says that it may mean both', async () => {
    const events = await eventsOf("SELECT * FROM Span WHERE trace.id = '123456'")
    expect(events.map((event) => [event['trace.id'], event.id]).sort()).toEqual([
      ['0000000000123456', ID('b')],
      ['123456', 'ABC'],
    ])
    expect(await messagesOf("SELECT * FROM Span WHERE trace.id = '123456'")).toEqual([
      `trace.id "123456" may mean any of ${TEXT_TRACE}, ${SHORT_TRACE}.`,
    ])
    expect(await messagesOf("SELECT * FROM Span WHERE trace.id = 'nobody'")).toEqual([])
  })

  it('shows a span under the names of the Trace API and of agents, newest first, with what New Relic derives', async () => {
    const events = await eventsOf(`SELECT * FROM Span WHERE trace.id = '${TRACE}'`)
    expect(events.map(({ id }) => id)).toEqual(['6', '5', '4', '3', '2', '1'].map(ID))
    expect(events.at(-1)).toEqual({
      ...{ id: ID('1'), guid: ID('1'), 'trace.id': TRACE, traceId: TRACE, timestamp: 1_603_336_834_823 },
      ...{ name: '/home', 'duration.ms': 12.53, duration: 0.01253, 'service.name': 'shop' },
      ...{ 'entity.name': 'shop', 'entity.type': 'service', 'entity.guid': expect.any(String) },
      ...{ category: 'generic', processBoundary: 'ENTRY', 'nr.entryPoint': true },
    })
    const derived = events.map((event) => [event.id, event.category, event.processBoundary, event.clientType])
    expect(derived.reverse()).toEqual([
      [ID('1'), 'generic', 'ENTRY', undefined],
      [ID('2'), 'http', 'EXIT', 'EXTERNAL'],
      [ID('3'), 'generic', 'ENTRY', undefined],
      [ID('4'), 'datastore', 'EXIT', 'DATASTORE'],
      [ID('5'), 'own', 'EXIT', 'EXTERNAL'],
      [ID('6'), 'generic', 'IN_PROCESS', undefined],
    ])
    const guid = Buffer.from(String(events[0]!['entity.guid']), 'base64').toString()
    expect(guid).toMatch(/^42\|EXT\|SERVICE\|\d+$/)
    expect(events.find(({ id }) => id === ID('5'))).toMatchObject({
      ...{ 'entity.name': 'chosen', 'service.name': 'billing', 'error.message': 'refused', error: true },
    })
  })

  it('derives from the whole trace, also where few of its spans are asked for', async () => {
    const condition = `trace.id = '${TRACE}' AND processBoundary = 'EXIT' AND clientType = 'EXTERNAL'`
    expect((await eventsOf(`SELECT name FROM Span WHERE ${condition} LIMIT 1`)).length).toBe(1)
    expect((await ask(`SELECT count(*) FROM Span WHERE ${condition}`)).results).toEqual([{ count: 2 }])
  })

  it('says what the limit left out, and keeps to times', async () => {
    const where = `WHERE trace.id = '${TRACE}'`
    expect(await messagesOf(`SELECT * FROM Span ${where} LIMIT 5`)).toEqual([
      'There are more events; these are the newest 5 (LIMIT).',
    ])
    expect(await eventsOf(`SELECT * FROM Span ${where} SINCE 1603336834825 UNTIL 1603336834827`)).toHaveLength(2)
  })
})

describe('the query API at its doors', () => {
  let doors: TestDoors
  afterEach(async () => {
    await doors.stop(0)
    doors.metrics.stop()
  })
  const urlAt = (door: 'main' | 'tls', path: string) => `${doors.urlOf(door).replace('0.0.0.0', 'localhost')}${path}`
  const get = async (door: 'main' | 'tls', path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const { status, headers: answered, body } = await send(urlAt(door, path), { method, headers })
    return { status, headers: answered, json: JSON.parse(body.toString()) as { error: string } }
  }

  it.each([
    ['/v1/accounts/42/query', 400, 'nrql: expected one question'],
    ['/v1/accounts/42/query?nrql=a&nrql=b', 400, 'nrql: expected one question'],
    [urlOf('SELECT * FROM Span WHERE'), 400, 'expected an attribute at position 24'],
    [urlOf('SELECT * FROM Transaction'), 400, 'expected FROM NrIntegrationError or FROM Span, got Transaction'],
    [urlOf("SELECT * FROM Span WHERE name = 'x'"), 400, "expected WHERE trace.id = '…'"],
    [urlOf("SELECT * FROM Span WHERE trace.id = 'x' OR name = 'y'"), 400, "expected WHERE trace.id = '…'"],
    [urlOf('SELECT * FROM Span WHERE trace.id = 123456'), 400, 'expected an id in quotes, got 123456'],
    [
      urlOf(
        `SELECT * FROM Span WHERE trace.id IN (${Array(101)
          .fill(0)
          .map((_, i) => `'${i}'`)})`,
      ),
      400,
      'at most 100 ids',
    ],
    ['/v1/accounts/42/queries', 404, ''],
  ])('refuses %s with %i in its own shape', async (path, status, message) => {
    doors = await openTestDoors()
    const answer = await get('main', path)
    expect(answer.status).toBe(status)
    expect(answer.json.error).toContain(message)
  })

  it('answers 405 to what is no GET', async () => {
    doors = await openTestDoors()
    const { status, headers, json } = await get('main', urlOf('SELECT * FROM Span'), {}, 'POST')
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
    expect(json.error).toEqual(expect.any(String))
  })

  it('wants a key that may read, in X-Query-Key or where other doors look, over TLS too', async () => {
    const keys = (['read', 'write'] as const).map((access) => keyEntry(access, { access }))
    const dataFolder = await mkdtemp(join(tmpdir(), 'clew-query-api-'))
    doors = await openTestDoors({ httpHost: '0.0.0.0', tlsMode: 'auto', dataFolder, keys })
    for (const door of ['main', 'tls'] as const) {
      const status = async (headers: Record<string, string>) => (await get(door, urlOf('nonsense'), headers)).status
      expect(await status({ 'x-query-key': 'read' })).toBe(400)
      expect(await status({ authorization: 'Bearer read' })).toBe(400)
      expect(await status({ 'x-query-key': 'write' })).toBe(403)
      expect(await status({ 'x-query-key': 'nobody' })).toBe(403)
      expect(await status({})).toBe(403)
    }
    await rm(dataFolder, { recursive: true })
  })
})

describeAskedDialect('New Relic query API', () => openQueryApi('owner'), [
  { url: urlOf('SELECT * FROM NrIntegrationError'), secret: 'second' },
  { url: urlOf("SELECT * FROM Span WHERE trace.id = '123456'"), secret: 'ABC' },
])
