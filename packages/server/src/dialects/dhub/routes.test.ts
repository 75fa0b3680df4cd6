// D.Hub's Traces API over a real store: the shapes of its document, runs across traces, pages, errors and keys.
import { PIPELINE_KEYS } from '@clew/analysis'
import type { Span } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyEntry, openTestDoors, send } from '../../doors-contract.ts'
import { HttpDoor } from '../../http/http-door.ts'
import { QueryService } from '../../query/query-service.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { attributesOf, exampleLog, exampleSpan } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { describeAskedDialect } from '../dialect-contract.ts'
import { renderDhubError } from './render-error.ts'
import { registerDhubRoutes, TRACES_PATH } from './routes.ts'

/** 2024-06-15T10:40:00Z, as in the document. */
const START = 1_718_448_000_000n
const NOW_MS = Number(START) + 3_600_000

let lastId = 0
const newId = (digits: number) => (++lastId).toString(16).padStart(digits, '0')

type Values = Parameters<typeof attributesOf>[0]

/** Times in seconds after START. */
function span(traceId: string, at: readonly [number, number], values: Values, changes: Partial<Span> = {}): Span {
  const nanos = (seconds: number) => START * 1_000_000n + BigInt(seconds * 1_000_000_000)
  return exampleSpan({
    ...{ traceId, spanId: newId(16), name: 'pipeline.run', kind: 'internal', serviceName: 'etl' },
    ...{ startTimeUnixNano: nanos(at[0]), endTimeUnixNano: nanos(at[1]), attributes: attributesOf(values), ...changes },
  })
}

/** A run of two steps as the document has it: its steps say no more than batch and name. */
function documentedRun(pipeline: string, batch: string, at: number, deployment = `daily-etl/run-${batch}`): Span[] {
  const traceId = newId(32)
  const ids = { 'pipeline.id': pipeline, 'pipeline.name': 'daily-etl', 'pipeline.batch.id': batch }
  const run = span(traceId, [at, at + 120], { ...ids, 'pipeline.deployment': deployment })
  const step = (name: string, from: number, records: bigint) =>
    span(
      traceId,
      [at + from, at + from + 60],
      { 'pipeline.step.name': name, 'pipeline.batch.id': batch, 'pipeline.step.offsets.records': records },
      { name: 'pipeline.step', parentSpanId: run.spanId, status: { code: 'ok', message: '' } },
    )
  return [run, step('extract', 0, 1000n), step('transform', 60, 950n)]
}

function failedRun(): Span[] {
  const traceId = newId(32)
  const step = (name: string, at: readonly [number, number], more: Partial<Span> = {}) =>
    span(traceId, at, { 'pipeline.step.name': name, 'pipeline.batch.id': 'broken', 'pipeline.id': 'broken-etl' }, more)
  const event = { name: 'exception', timeUnixNano: 1n, droppedAttributesCount: 0 }
  const status = { code: 'error', message: 'no disk' } as const
  return [
    step('20240615', [0, 1]),
    step('load', [1, 2], {
      ...{ status, events: [{ ...event, attributes: attributesOf({ 'exception.stacktrace': 'at load' }) }] },
    }),
    step('2', [2, 3], { status, spanId: 'abcdabcdabcdabcd', traceId: 'c'.repeat(32) }),
  ]
}

async function openDhub(tenant: string) {
  const store = await FilledStore.open()
  const add = (...spans: readonly Span[]) => store.addSpans(tenant, spans)
  await add(...documentedRun('pipeline-abc123', 'batch-20240614-001', -86_400, 'daily-etl/run-20240614'))
  await add(...documentedRun('pipeline-abc123', 'batch-20240615-001', 0, 'daily-etl/run-20240615'), ...failedRun())
  for (let i = 0; i < 7; i++) await add(...documentedRun('many', String(20240601 + i), i * 1000))
  const { traceId, spanId } = { traceId: 'c'.repeat(32), spanId: 'abcdabcdabcdabcd' }
  await store.addLogs(tenant, [
    exampleLog({ traceId, spanId, attributes: attributesOf({ 'exception.stacktrace': 'from a log' }) }),
  ])
  const clock = { nowMs: () => NOW_MS }
  const logger = createLogger({ level: 'silent', format: 'json' })
  const authorize = (key: string | undefined) => key ?? 'default'
  const door = new HttpDoor({ name: 'main', host: '0.0.0.0', port: 0, setting: 'http.port', authorize, logger })
  door.own({ paths: [TRACES_PATH], renderError: renderDhubError })
  const queries = new QueryService(store.reader, { clock })
  registerDhubRoutes(door.app, { queries, clock, keys: PIPELINE_KEYS, staleAfterMs: 3_600_000 })
  await door.app.ready()
  const stop = async () => {
    await door.app.close()
    await store.close()
  }
  return { app: door.app, add, stop, asTenant: (asked: string) => ({ authorization: `Bearer ${asked}` }) }
}

const EXTRACT =
  '"extract":{"state":"completed","offsets":{"records":1000},"comment":null,"stacktrace":null,"start_time":1718448000000,"end_time":1718448060000}'
const TRANSFORM =
  '"transform":{"state":"completed","offsets":{"records":950},"comment":null,"stacktrace":null,"start_time":1718448060000,"end_time":1718448120000}'
const LATEST = `{"id":"batch-20240615-001","name":"daily-etl","deployment":"daily-etl/run-20240615","state":{"state":"completed","steps":{${EXTRACT},${TRANSFORM}}},"start_time":1718448000000,"end_time":1718448120000}`

describe('the Traces API', () => {
  let dhub: Awaited<ReturnType<typeof openDhub>>
  let app: FastifyInstance
  beforeAll(async () => {
    dhub = await openDhub('default')
    app = dhub.app
  })
  afterAll(() => dhub.stop())

  const pathOf = (path: string) => `${TRACES_PATH}/${path}`
  const text = async (path: string) => {
    const response = await app.inject({ url: pathOf(path) })
    expect(response.statusCode, response.body).toBe(200)
    return response.body
  }
  interface Page {
    readonly items: Record<string, { state: { state: string; steps: Record<string, { stacktrace: string | null }> } }>
    readonly token: string | null
  }
  const page = async (query: string) => JSON.parse(await text(`pipelines/many/?${query}`)) as Page
  /** Their order in the text, which parsing loses. */
  const batchesIn = (answer: string) => [...answer.matchAll(/"(\d{8})":\{"id"/g)].map(([, batch]) => batch!)
  const batchesOf = async (query: string) => batchesIn(await text(`pipelines/many/?${query}`))

  it('tells the latest run as the document does, to the letter', async () => {
    expect(await text('pipelines/pipeline-abc123')).toBe(LATEST)
    expect(await text('pipelines/pipeline-abc123/batch-20240615-001')).toBe(LATEST)
  })

  it('tells the history newest first, with the slash at the end', async () => {
    const { items, token } = JSON.parse(await text('pipelines/pipeline-abc123/?limit=10')) as Page
    expect(Object.keys(items)).toEqual(['batch-20240615-001', 'batch-20240614-001'])
    expect(token).toBeNull()
    expect((await text('pipelines/pipeline-abc123/')).startsWith(`{"items":{"batch-20240615-001":${LATEST},`)).toBe(
      true,
    )
  })

  it('tells the spans of steps by start, whole numbers with all their digits', async () => {
    const steps = await text('steps/batch-20240615-001')
    expect(steps).toContain(
      '"span_start_timestamp_nanos":1718448000000000000,"span_end_timestamp_nanos":1718448060000000000',
    )
    expect(JSON.parse(steps)).toMatchObject([
      {
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        span_name: 'pipeline.step',
        span_attributes: { 'pipeline.step.name': 'extract', 'pipeline.batch.id': 'batch-20240615-001' },
        span_status: 'OK',
      },
      { span_attributes: { 'pipeline.step.name': 'transform' } },
    ])
    expect(JSON.parse(await text('steps/batch-20240615-001?step_name=transform'))).toHaveLength(1)
    expect(await text('steps/batch-20240615-001?step_name=nothing')).toBe('[]')
    expect(await text('steps/nothing')).toBe('[]')
  })

  it('takes a run without a span of its own from its steps, across traces, with stack traces of events and logs', async () => {
    const run = await text('pipelines/broken-etl')
    expect(JSON.parse(run)).toMatchObject({
      ...{
        id: 'broken',
        name: 'broken-etl',
        deployment: null,
        start_time: Number(START),
        end_time: Number(START) + 3000,
      },
      state: { state: 'failed', steps: { load: { stacktrace: 'at load' }, 2: { stacktrace: 'from a log' } } },
    })
    expect([...run.matchAll(/"(20240615|load|2)":/g)].map(([, step]) => step)).toEqual(['20240615', 'load', '2'])
  })

  it('gives pages that together are the whole, also while runs arrive, and no token on the last', async () => {
    const all = ['20240607', '20240606', '20240605', '20240604', '20240603', '20240602', '20240601']
    for (const limit of [7, 3]) {
      const pages: string[][] = []
      let token: string | null = ''
      while (token !== null) {
        const answer: string = await text(`pipelines/many/?limit=${limit}${token && `&token=${token}`}`)
        pages.push(batchesIn(answer))
        token = (JSON.parse(answer) as Page).token
        if (limit === 3 && pages.length === 1) await dhub.add(...documentedRun('many', '20250000', 100_000))
      }
      expect(pages.flat()).toEqual(all)
      expect(pages).toHaveLength(Math.ceil(7 / limit))
    }
    expect((await batchesOf('limit=1')).join()).toBe('20250000')
  })

  it('goes from the oldest, by state and by time, when asked to', async () => {
    expect((await batchesOf('order=asc&limit=2')).join()).toBe('20240601,20240602')
    const { token } = await page('order=asc&limit=2')
    expect((await batchesOf(`order=asc&limit=2&token=${token}`)).join()).toBe('20240603,20240604')
    expect(await batchesOf('state=failed,lost')).toEqual([])
    expect((await batchesOf('state=completed&limit=1000')).length).toBeGreaterThan(6)
    const second = Number(START) + 1_000_000
    expect((await batchesOf(`from=${second}&to=${second + 1_000_001}`)).join()).toBe('20240603,20240602')
  })

  it.each(['pipelines/nobody', 'pipelines/pipeline-abc123/broken', 'pipelines/broken-etl/nothing'])(
    'answers 404 where there is no run: %s',
    async (path) => {
      const response = await app.inject({ url: pathOf(path) })
      expect([response.statusCode, response.json()]).toEqual([404, { detail: expect.stringContaining('no trace of') }])
    },
  )

  it('has an empty history of a pipeline that nobody knows', async () => {
    expect(await text('pipelines/nobody/')).toBe('{"items":{},"token":null}')
  })

  it.each([
    ['limit=0', 'limit', 'greater_than_equal'],
    ['limit=1001', 'limit', 'less_than_equal'],
    ['limit=ten', 'limit', 'int_parsing'],
    ['limit=', 'limit', 'int_parsing'],
    ['limit=1&limit=2', 'limit', 'value_error'],
    ['token=nonsense', 'token', 'value_error'],
    ['order=up', 'order', 'literal_error'],
    ['state=done', 'state', 'literal_error'],
    ['from=-1', 'from', 'greater_than_equal'],
  ])('refuses %s as FastAPI does', async (query, name, type) => {
    const response = await app.inject({ url: pathOf(`pipelines/many/?${query}`) })
    expect([response.statusCode, response.json()]).toEqual([
      422,
      { detail: [{ loc: ['query', name], msg: expect.any(String), type }] },
    ])
  })

  it('refuses the token of another question', async () => {
    const { token } = await page('limit=1')
    for (const path of [`pipelines/pipeline-abc123/?token=${token}`, `pipelines/many/?order=asc&token=${token}`])
      expect((await app.inject({ url: pathOf(path) })).statusCode).toBe(422)
  })
})

describe('the Traces API at its door', () => {
  it('wants a key that may read, and says what is wrong as detail', async () => {
    const keys = (['read', 'write'] as const).map((access) => keyEntry(access, { access }))
    const doors = await openTestDoors({ httpHost: '0.0.0.0', keys })
    const get = async (path: string, key?: string, method = 'GET') => {
      const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }
      const url = `${doors.urlOf('main').replace('0.0.0.0', 'localhost')}${path}`
      const { status, body } = await send(url, { method, headers })
      return [status, typeof (JSON.parse(body.toString()) as { detail: unknown }).detail]
    }
    const path = `${TRACES_PATH}/pipelines/p/?limit=x`
    expect(await get(path)).toEqual([401, 'string'])
    expect(await get(path, 'nobody')).toEqual([401, 'string'])
    expect(await get(path, 'write')).toEqual([403, 'string'])
    expect(await get(path, 'read')).toEqual([422, 'object'])
    expect(await get(`${TRACES_PATH}/nothing`, 'read')).toEqual([404, 'string'])
    expect(await get(`${TRACES_PATH}/steps/b`, 'read', 'POST')).toEqual([405, 'string'])
    expect(await get(`${TRACES_PATH}/steps/${'b'.repeat(9000)}`, 'read')).toEqual([414, 'string'])
    await doors.stop(0)
    doors.metrics.stop()
  })
})

describeAskedDialect('D.Hub Traces API', () => openDhub('owner'), [
  { url: `${TRACES_PATH}/pipelines/pipeline-abc123`, secret: 'run-20240615' },
  { url: `${TRACES_PATH}/pipelines/pipeline-abc123/`, secret: 'run-20240614' },
  { url: `${TRACES_PATH}/pipelines/pipeline-abc123/batch-20240614-001`, secret: 'run-20240614' },
  { url: `${TRACES_PATH}/steps/broken`, secret: 'abcdabcdabcdabcd' },
])
