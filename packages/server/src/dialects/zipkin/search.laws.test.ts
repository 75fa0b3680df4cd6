// The law of Zipkin's search: whatever is stored and asked, what SQL and its pages find is what a look at every span of
// every trace finds.
import type { Span } from '@clew/model'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QueryService } from '../../query/query-service.ts'
import { arbitrarySpan, KEYS, WORLD_NOW } from '../../testing/arbitrary-spans.ts'
import { attributesOf } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { findTraces } from './find-traces.ts'
import { asKept } from './kept-span.ts'
import { parseQueryRequest, type QueryRequest } from './query-request.ts'
import { TraceMatcher } from './trace-matcher.ts'

/** More runs on demand; on a slow machine fewer, rather than a test that fails for its time. */
const LIMITS = { numRuns: Number(process.env.CLEW_SEARCH_RUNS ?? 3), interruptAfterTimeLimit: 60_000 }
const NOW_MS = Number(WORLD_NOW / 1_000_000n) + 1000
/** All within what a criterion may be away from the begin of its trace. */
const SECONDS_AGO = [0, 1, 10, 30, 58] as const
const REMOTE_KEYS = ['peer.service', 'server.address', 'db.name'] as const

const zipkinSpan = fc
  .record({
    span: arbitrarySpan,
    secondsAgo: fc.constantFrom(...SECONDS_AGO),
    remote: fc.option(fc.tuple(fc.constantFrom(...REMOTE_KEYS), fc.constantFrom('mysql', 'MySQL', 'shop'))),
  })
  .map(({ span, secondsAgo, remote }): Span => {
    const start = WORLD_NOW - BigInt(secondsAgo) * 1_000_000_000n
    return {
      ...span,
      startTimeUnixNano: start,
      endTimeUnixNano: start + (span.endTimeUnixNano - span.startTimeUnixNano),
      attributes: [...span.attributes, ...(remote === null ? [] : attributesOf({ [remote[0]]: remote[1] }))],
    }
  })

/** Copies of a span differ in nothing that search looks at; here each has an id of its own. */
const blocks = fc
  .array(fc.array(zipkinSpan, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((spans, b) => spans.map((span, i) => ({ ...span, spanId: `${b + 1}${i}`.padStart(16, '0') }))))

const tagKey = fc.constantFrom(...KEYS, 'error', 'otel.status_code', 'otel.scope.name', 'note', 'exception')
const tagValue = fc.constantFrom('x', 'X', 'GET', '500', '0.5', 'true', 'ERROR', 'not found', '9007199254740993')
const term = fc.oneof(
  tagKey,
  fc.tuple(tagKey, tagValue).map(([key, value]) => `${key}=${value}`),
)
/** So that most questions find something. */
const rarely = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
const often = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 2, nil: undefined })

const request: fc.Arbitrary<QueryRequest> = fc
  .record({
    serviceName: rarely(fc.constantFrom('shop', 'SHOP', 'stock', 'nobody')),
    remoteServiceName: rarely(fc.constantFrom('mysql', 'Shop', 'nobody')),
    spanName: rarely(fc.constantFrom('get /', 'Select', 'straße', 'none')),
    annotationQuery: often(fc.array(term, { minLength: 1, maxLength: 2 }).map((terms) => terms.join(' and '))),
    minDuration: rarely(fc.constantFrom('1', '2', '5000', '5001')),
    endTs: rarely(fc.constantFrom(...SECONDS_AGO.map((seconds) => String(NOW_MS - 1000 - seconds * 1000)))),
    lookback: rarely(fc.constantFrom('1', '1000', '29000')),
  })
  .map((parameters) => parseQueryRequest({ ...parameters, limit: '100' }, NOW_MS))

describe('the search of Zipkin', () => {
  let store: FilledStore
  let tenants = 0
  beforeAll(async () => {
    store = await FilledStore.open()
  })
  afterAll(() => store.close())

  it.each([true, false])(
    'finds every trace there is, and no other (strict ids: %s)',
    async (strict) => {
      const clock = { nowMs: () => NOW_MS }
      const parts = { queries: new QueryService(store.reader, { clock }), clock, budgetMs: 8_000, strict }
      await fc.assert(
        fc.asyncProperty(blocks, fc.array(request, { minLength: 6, maxLength: 10 }), async (stored, requests) => {
          const tenant = `${strict} ${++tenants}`
          for (const spans of stored) await store.addSpans(tenant, spans)
          for (const asked of requests) {
            const { signal } = new AbortController()
            const { traces, notice } = await findTraces(asked, { tenant, signal }, parts)
            const found = traces.map((group) => group.map(({ traceId }) => traceId).sort())
            expect(notice).toBeUndefined()
            expect(found.map(String).sort(), JSON.stringify(asked, printable)).toEqual(
              tracesOf(stored.flat(), asked, strict).map(String).sort(),
            )
          }
        }),
        LIMITS,
      )
    },
    600_000,
  )
})

/** The ids of the matching traces, those that are one together. */
function tracesOf(spans: readonly Span[], asked: QueryRequest, strict: boolean): readonly (readonly string[])[] {
  const groups = new Map<string, Span[]>()
  for (const span of spans) {
    const id = strict ? span.traceId : span.traceId.slice(16)
    groups.set(id, [...(groups.get(id) ?? []), span])
  }
  return [...groups.values()]
    .filter((group) => {
      const matcher = new TraceMatcher(asked)
      for (const span of group) matcher.add(asKept(span))
      return matcher.matches
    })
    .map((group) => [...new Set(group.map(({ traceId }) => traceId))].sort())
}

function printable(_key: string, value: unknown): unknown {
  if (value instanceof Map) return [...value]
  return typeof value === 'bigint' ? String(value) : value
}
