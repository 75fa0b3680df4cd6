// Jaeger's query API over a small world, for its tests: two services that share span ids as Zipkin's clients do, on
// machines with different clocks, and a trace with a 64-bit id.
import type { Span } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { HttpDoor } from '../../http/http-door.ts'
import { ByteBudget } from '../../pipeline/byte-budget.ts'
import { QueryService } from '../../query/query-service.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { attributesOf, exampleSpan } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { type QueryHttpParts, querySurfaces } from './routes.ts'

export const ORDER = '0af7651916cd43dd8448eb211c80319c'
export const SHORT = '000000000000000048485a3953bb6124'
export const START = 1_759_276_800_000_000_000n
export const NOW_MS = Number(START / 1_000_000n) + 60_000
const MS = 1_000_000n

const resourceOf = (service: string, host: string) => ({
  attributes: attributesOf({ 'service.name': service, 'host.name': host, zone: 'b' }),
  droppedAttributesCount: 0,
  schemaUrl: '',
})
const scope = {
  name: 'net/http',
  version: '1.2',
  attributes: attributesOf({ tier: 'front' }),
  droppedAttributesCount: 0,
  schemaUrl: '',
}

/** A call of `stock` by `shop` with one span id for both halves; the clock of `stock` is 300 ms behind. */
export const WORLD: readonly Span[] = [
  exampleSpan({
    traceId: ORDER,
    spanId: '00000000000000a1',
    name: 'GET /cart',
    resource: resourceOf('shop', 'web-1'),
    scope,
    flags: 1,
    traceState: 'vendor=1',
    attributes: attributesOf({
      'http.route': '/cart',
      'http.response.status_code': 500n,
      big: 9_007_199_254_740_993n,
      ratio: 0.25,
      cached: false,
      user: 'Kim 김',
      items: { type: 'array', values: attributesOf({ a: 'x', b: 2n }).map(({ value }) => value) },
      raw: { type: 'bytes', value: Uint8Array.of(1, 2, 255) },
      'telemetry.sdk.language': 'nodejs',
      'peer.ipv4': 167_772_161n,
    }),
    events: [
      { timeUnixNano: START + 3n * MS, name: 'retry', attributes: attributesOf({ n: 2n }), droppedAttributesCount: 0 },
      { timeUnixNano: START + 5n * MS, name: 'cache', attributes: [], droppedAttributesCount: 0 },
    ],
    links: [
      {
        ...{ traceId: SHORT, spanId: '00000000000000c1', traceState: '', flags: 0 },
        ...{ attributes: [], droppedAttributesCount: 0 },
      },
    ],
    status: { code: 'error', message: 'out of stock' },
  }),
  exampleSpan({
    traceId: ORDER,
    spanId: '00000000000000b1',
    parentSpanId: '00000000000000a1',
    name: 'GET /stock',
    kind: 'client',
    resource: resourceOf('shop', 'web-1'),
    startTimeUnixNano: START + 100n * MS,
    endTimeUnixNano: START + 500n * MS,
  }),
  exampleSpan({
    traceId: ORDER,
    spanId: '00000000000000b1',
    parentSpanId: '00000000000000a1',
    name: 'GET /stock',
    serviceName: 'stock',
    resource: resourceOf('stock', 'db-1'),
    startTimeUnixNano: START - 150n * MS,
    endTimeUnixNano: START + 150n * MS,
  }),
  exampleSpan({
    traceId: ORDER,
    spanId: '00000000000000b2',
    parentSpanId: '00000000000000b1',
    name: 'SELECT items',
    kind: 'client',
    serviceName: 'stock',
    resource: resourceOf('stock', 'db-1'),
    startTimeUnixNano: START - 100n * MS,
    endTimeUnixNano: START - 50n * MS,
  }),
  exampleSpan({
    traceId: SHORT,
    spanId: '00000000000000c1',
    name: 'nightly',
    kind: 'internal',
    serviceName: 'batch',
    startTimeUnixNano: START - 10_000n * MS,
    endTimeUnixNano: START - 8_000n * MS,
  }),
]

export interface AskedJaeger {
  readonly app: FastifyInstance
  readonly queries: QueryService
  readonly asTenant: (tenant: string) => Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** `spans` belong to `tenant`. */
export async function openJaeger(
  tenant = 'default',
  spans: readonly Span[] = WORLD,
  changes: Partial<QueryHttpParts> = {},
): Promise<AskedJaeger> {
  const store = await FilledStore.open()
  await store.addSpans(tenant, spans)
  const door = new HttpDoor({
    name: 'jaeger-query',
    host: '0.0.0.0',
    port: 0,
    setting: 'jaeger_query.port',
    authorize: (key) => key ?? 'default',
    logger: createLogger({ level: 'silent', format: 'json' }),
  })
  const clock = { nowMs: () => NOW_MS }
  const queries = new QueryService(store.reader, { clock })
  const body = { limitBytes: 1 << 20, budget: new ByteBudget(1 << 22) }
  const parts = { queries, clock, body, corsOrigins: [], ui: { root: '', basePath: '/' }, maxClockSkewNanos: 0n }
  for (const surface of querySurfaces({ ...parts, ...changes })) {
    door.own(surface)
    await door.app.register(async (scope) => surface.register(scope, 'jaeger-query'))
  }
  await door.app.ready()
  return {
    app: door.app,
    queries,
    asTenant: (asked) => ({ 'x-clew-key': asked }),
    stop: async () => {
      await door.app.close()
      await store.close()
    },
  }
}
