// The query API over a real store: lists of names, traces by id and by search, in the shapes and words of Zipkin.
import { decodeZipkinJsonV2 } from '@clew/codecs'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spansOf } from '../../../../codecs/src/codec-contract.ts'
import { HttpDoor } from '../../http/http-door.ts'
import { QueryService } from '../../query/query-service.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { attributesOf, exampleSpan } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { describeAskedDialect } from '../dialect-contract.ts'
import { renderZipkinError } from './receive.ts'
import { registerQueryApi } from './routes.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)
const NOW = NOW_MS * 1000
const TRACE = '48485a3953bb61245af7183fb1d4cf5f'
const OLD = '000000000000000a'

const frontend = { serviceName: 'FrontEnd', ipv4: '10.0.0.1' }
const backend = { serviceName: 'backend', ipv4: '10.0.0.2', port: 9000 }

/** A call whose halves share a span id, and a trace of 64 bits that ends with the same digits as another. */
const SENT = [
  {
    ...{ traceId: TRACE, id: '0000000000000001', kind: 'CLIENT', name: 'Get /API', timestamp: NOW - 5_000_000 },
    ...{ duration: 207_000, localEndpoint: frontend, remoteEndpoint: { serviceName: 'BackEnd' } },
    annotations: [
      { timestamp: NOW - 4_900_000, value: 'retry' },
      { timestamp: NOW - 4_950_000, value: 'connected' },
      { timestamp: NOW - 4_900_000, value: 'retry' },
    ],
    tags: { 'http.method': 'GET', 'host.name': 'node-1' },
  },
  {
    ...{ traceId: TRACE, id: '0000000000000001', kind: 'SERVER', name: 'Get /API', timestamp: NOW - 4_990_000 },
    ...{
      duration: 100_000,
      localEndpoint: backend,
      shared: true,
      tags: { error: 'no stock', 'http.status_code': '500' },
    },
  },
  {
    ...{ traceId: TRACE, parentId: '0000000000000001', id: '0000000000000002', name: 'query' },
    ...{ timestamp: NOW - 4_950_000, duration: 40_000, localEndpoint: backend },
    ...{ remoteEndpoint: { serviceName: 'MySQL' }, tags: { 'sql.query': 'select 1' } },
  },
  {
    traceId: OLD,
    id: '000000000000000a',
    name: 'get',
    timestamp: NOW - 60_000_000,
    duration: 5,
    localEndpoint: backend,
  },
  {
    ...{ traceId: `00000000000000ff${OLD}`, id: '000000000000000b', parentId: '000000000000000a', name: 'late' },
    ...{ timestamp: NOW - 59_999_000, duration: 1, localEndpoint: frontend },
  },
]

async function openStore(tenant: string): Promise<FilledStore> {
  const store = await FilledStore.open()
  const sent = spansOf(decodeZipkinJsonV2(new TextEncoder().encode(JSON.stringify(SENT)), {}).batch)
  await store.addSpans(tenant, sent)
  const typed = { 'http.status_code': 404n, cached: true, ratio: 0.5, tags: { type: 'array', values: [] } as const }
  const times = { startTimeUnixNano: BigInt(NOW - 3_000_000) * 1000n, endTimeUnixNano: BigInt(NOW) * 1000n }
  const otlp = { traceId: 'c'.repeat(32), serviceName: 'Shop', name: 'GET /cart', ...times }
  await store.addSpans(tenant, [
    exampleSpan({ ...otlp, attributes: attributesOf(typed), status: { code: 'error', message: 'gone' } }),
  ])
  return store
}

async function openDoor(store: FilledStore, strict: boolean): Promise<FastifyInstance> {
  const authorize = (key: string | undefined) => key ?? 'default'
  const logger = createLogger({ level: 'silent', format: 'json' })
  const door = new HttpDoor({ name: 'zipkin', host: '0.0.0.0', port: 0, setting: 'zipkin.port', authorize, logger })
  const clock = { nowMs: () => NOW_MS }
  door.own({ paths: ['/'], renderError: renderZipkinError })
  registerQueryApi(door.app, {
    ...{ queries: new QueryService(store.reader, { clock }), clock, budgetMs: 8_000, strict, logger },
    autocompleteKeys: ['http.method', 'host.name', 'nothing'],
  })
  await door.app.ready()
  return door.app
}

async function openApi(tenant: string) {
  const store = await openStore(tenant)
  const app = await openDoor(store, true)
  const stop = async () => {
    await app.close()
    await store.close()
  }
  return { store, app, stop, asTenant: (asked: string) => ({ 'x-clew-key': asked }) }
}

describe('the query API of Zipkin', () => {
  let api: Awaited<ReturnType<typeof openApi>>
  let app: FastifyInstance
  beforeAll(async () => {
    api = await openApi('default')
    app = api.app
  })
  afterAll(() => api.stop())

  const ask = async (path: string): Promise<unknown> => {
    const answer = await app.inject({ url: `/api/v2/${path}` })
    expect(answer.statusCode, answer.body).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    return answer.json()
  }
  const refused = async (path: string) => {
    const { statusCode, headers, body } = await app.inject({ url: `/api/v2/${path}` })
    expect(headers['content-type']).toMatch(/^text\/plain/)
    return [statusCode, body.trimEnd()]
  }
  const search = async (parameters: Record<string, string>) => {
    const traces = (await ask(`traces?${new URLSearchParams(parameters)}`)) as { traceId: string }[][]
    return traces.map((spans) => spans[0]!.traceId)
  }

  it.each<[string, readonly string[]]>([
    ['services', ['backend', 'frontend', 'shop']],
    ['spans?serviceName=BACKEND', ['get', 'get /api', 'query']],
    ['spans?serviceName=frontend', ['get /api', 'late']],
    ['spans?serviceName=', []],
    ['spans?serviceName=nobody', []],
    ['remoteServices?serviceName=frontend', ['backend']],
    ['remoteServices?serviceName=backend', ['mysql']],
    ['remoteServices?serviceName=shop', []],
    ['autocompleteKeys', ['http.method', 'host.name', 'nothing']],
    ['autocompleteValues?key=http.method', ['GET']],
    ['autocompleteValues?key=host.name', ['node-1']],
    ['autocompleteValues?key=nothing', []],
    ['autocompleteValues?key=sql.query', []],
  ])('answers %s', async (path, names) => {
    expect(await ask(path)).toEqual(names)
  })

  it('answers the same below /zipkin, where its page asks', async () => {
    for (const path of ['services', `trace/${TRACE}`, 'traces?limit=1'])
      expect((await app.inject({ url: `/zipkin/api/v2/${path}` })).json()).toEqual(await ask(path))
  })

  it('gives a trace as it came, with names in lower case and annotations in order', async () => {
    await expect(`${JSON.stringify(await ask(`trace/${TRACE}`), null, 2)}\n`).toMatchFileSnapshot(
      './samples/shared-span.json',
    )
  })

  it('gives what came from OpenTelemetry as OpenTelemetry says it to Zipkin', async () => {
    await expect(`${JSON.stringify(await ask(`trace/${'c'.repeat(32)}`), null, 2)}\n`).toMatchFileSnapshot(
      './samples/opentelemetry-span.json',
    )
  })

  it('finds a trace of 64 bits by fewer digits, and not those that only end with them', async () => {
    expect(await ask('trace/a')).toMatchObject([{ traceId: OLD, id: '000000000000000a' }])
    expect(await ask(`trace/0000000000000000${OLD}`)).toHaveLength(1)
    expect(await ask(`trace/ff${OLD}`)).toMatchObject([{ id: '000000000000000b' }])
  })

  it('gives several traces in the order asked for, without those that are not there', async () => {
    const ids = `a,${TRACE},b`
    expect(await ask(`traceMany?traceIds=${ids}`)).toMatchObject([[{ traceId: OLD }], [{}, {}, {}]])
    expect(await ask('traceMany?traceIds=b,c')).toEqual([])
  })

  it.each<[string, number, string]>([
    ['trace/b', 404, '000000000000000b not found'],
    ['trace/xyz', 400, 'xyz should be lower-hex encoded with no prefix'],
    ['trace/0', 400, 'traceId is all zeros'],
    ['traceMany', 400, 'traceIds parameter is empty'],
    ['traceMany?traceIds=', 400, 'traceIds parameter is empty'],
    ['traceMany?traceIds=a', 400, 'Use /api/v2/trace/{traceId} endpoint to retrieve a single trace'],
    ['traceMany?traceIds=a,b,0a', 400, 'redundant traceId: 0a'],
    ['traceMany?traceIds=a,,b', 400, 'traceId is empty'],
    ['spans', 400, "Mandatory parameter/header 'serviceName' is missing"],
    ['autocompleteValues', 400, "Mandatory parameter/header 'key' is missing"],
    ['traces?limit=0', 400, 'limit <= 0'],
    ['traces?maxDuration=5', 400, 'maxDuration is only valid with minDuration'],
  ])('refuses %s with %i', async (path, status, text) => {
    expect(await refused(path)).toEqual([status, text])
  })

  const SHOP = 'c'.repeat(32)
  it.each<[Record<string, string>, readonly string[]]>([
    [{}, [SHOP, TRACE, `00000000000000ff${OLD}`, OLD]],
    [{ limit: '2' }, [SHOP, TRACE]],
    [{ serviceName: 'frontend' }, [TRACE, `00000000000000ff${OLD}`]],
    [{ serviceName: 'Frontend', spanName: 'GET /api' }, [TRACE]],
    [{ spanName: 'get /api' }, [TRACE]],
    [{ serviceName: 'nobody' }, []],
    [{ serviceName: 'frontend', spanName: 'query' }, []],
    [{ serviceName: 'backend', annotationQuery: 'error and sql.query=select 1' }, [TRACE]],
    [{ serviceName: 'frontend', annotationQuery: 'error' }, []],
    [{ annotationQuery: 'http.method=GET and http.status_code=500' }, [TRACE]],
    [{ annotationQuery: 'host.name=node-1' }, [TRACE]],
    [{ annotationQuery: 'error' }, [SHOP, TRACE]],
    [{ annotationQuery: 'error=gone' }, [SHOP]],
    [{ annotationQuery: 'http.status_code=404' }, [SHOP]],
    [{ annotationQuery: 'cached=true and ratio=0.5 and tags=[]' }, [SHOP]],
    [{ annotationQuery: 'otel.status_code=ERROR' }, [SHOP]],
    [{ annotationQuery: 'retry' }, [TRACE]],
    [{ annotationQuery: 'retr' }, []],
    [{ remoteServiceName: 'mysql' }, [TRACE]],
    [{ serviceName: 'frontend', remoteServiceName: 'mysql' }, []],
    [{ minDuration: '207000', maxDuration: '207000' }, [TRACE]],
    [{ serviceName: 'backend', minDuration: '40000', maxDuration: '50000', spanName: 'get /api' }, [TRACE]],
    [{ minDuration: '207001' }, [SHOP]],
    [{ lookback: '10000' }, [SHOP, TRACE]],
    [{ endTs: String(NOW_MS - 10_000) }, [`00000000000000ff${OLD}`, OLD]],
    [{ endTs: String(NOW_MS - 60_000), lookback: '1' }, [OLD]],
    [{ endTs: '9223372036854775807', lookback: '9223372036854775807', spanName: 'get' }, [OLD]],
    [{ endTs: '9223372036854775807', lookback: '1' }, []],
  ])('finds by %j', async (parameters, traces) => {
    expect(await search(parameters)).toEqual(traces)
  })

  it('gives 64 and 128 bits of one id as one trace when told to be loose', async () => {
    const loose = await openDoor(api.store, false)
    const get = async (path: string) => (await loose.inject({ url: `/api/v2/${path}` })).json()
    const both = [{ id: '000000000000000a' }, { id: '000000000000000b' }]
    expect(await get(`trace/${OLD}`)).toMatchObject(both)
    expect(await get(`trace/1${OLD}`)).toMatchObject(both)
    expect(await get('traces?serviceName=backend&lookback=70000&spanName=get')).toMatchObject([both])
    await loose.close()
  })
})

describeAskedDialect('Zipkin', () => openApi('owner'), [
  { url: '/api/v2/services', secret: 'frontend' },
  { url: '/api/v2/spans?serviceName=frontend', secret: 'get /api' },
  { url: '/api/v2/remoteServices?serviceName=frontend', secret: 'backend' },
  { url: '/api/v2/autocompleteValues?key=host.name', secret: 'node-1' },
  { url: `/api/v2/trace/${TRACE}`, secret: 'no stock' },
  { url: `/api/v2/traceMany?traceIds=${TRACE},a`, secret: 'no stock' },
  { url: '/api/v2/traces?serviceName=frontend', secret: 'no stock' },
  { url: '/zipkin/api/v2/traces', secret: 'no stock' },
])
