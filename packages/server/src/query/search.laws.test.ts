// The law of the search: whatever is stored and asked, SQL and evaluation together give what plain evaluation gives.
import type { Span, TraceQuery } from '@clew/model'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arbitraryQuery } from '../testing/arbitrary-query.ts'
import { arbitrarySpan, WORLD_NOW } from '../testing/arbitrary-spans.ts'
import { FilledStore } from '../testing/filled-store.ts'
import { evaluateQuery } from './evaluate-query.ts'
import { QueryService } from './query-service.ts'
import type { Place } from './trace-order.ts'

/** More runs on demand; on a slow machine fewer, rather than a test that fails for its time. */
const LIMITS = { numRuns: Number(process.env.CLEW_SEARCH_RUNS ?? 20), interruptAfterTimeLimit: 60_000 }

describe('search laws', () => {
  let store: FilledStore
  /** One reads few spans at a time, so that slices are cut where they never are with so little data. */
  let services: QueryService[]
  let tenants = 0

  beforeAll(async () => {
    store = await FilledStore.open()
    const options = { clock: { nowMs: () => Number(WORLD_NOW / 1_000_000n) + 1000 } }
    const spansAtOnce = (traces: number) => traces + 1
    services = [new QueryService(store.reader, options), new QueryService(store.reader, { ...options, spansAtOnce })]
  })
  afterAll(() => store.close())

  it('answers every page and total as the plain evaluation of all spans does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(arbitrarySpan, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
        fc.array(arbitraryQuery, { minLength: 4, maxLength: 8 }),
        async (blocks, queries) => {
          const tenant = `tenant ${++tenants}`
          for (const spans of blocks) await store.addSpans(tenant, spans)
          for (const [i, query] of queries.entries())
            await expectSameAnswer(services[i % 2]!, tenant, query, blocks.flat())
        },
      ),
      LIMITS,
    )
  }, 600_000)

  it('keeps the pages of a search together while more data comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitrarySpan, { minLength: 2, maxLength: 8 }),
        fc.array(arbitrarySpan, { minLength: 1, maxLength: 4 }),
        arbitraryQuery,
        fc.nat({ max: 1 }),
        async (before, after, query, which) => {
          const service = services[which]!
          const tenant = `tenant ${++tenants}`
          await store.addSpans(tenant, before)
          const first = await service.findTraces(tenant, query)
          await store.addSpans(tenant, after)
          await expectSameAnswer(service, tenant, query, before, first)
        },
      ),
      LIMITS,
    )
  }, 600_000)

  async function expectSameAnswer(
    service: QueryService,
    tenant: string,
    query: TraceQuery,
    spans: readonly Span[],
    first?: Awaited<ReturnType<QueryService['findTraces']>>,
  ) {
    let after: Place | undefined
    let answer = first ?? (await service.findTraces(tenant, query))
    for (;;) {
      const expected = evaluateQuery(query, spans, after)
      expect(answer.traces).toEqual(expected.traces)
      if (query.totals) expect(answer.totals).toEqual({ ...expected.totals, exact: true })
      expect(answer.complete).toBe(true)
      expect(answer.cursor === undefined).toBe(expected.next === undefined)
      if (answer.cursor === undefined) return
      after = expected.next
      answer = await service.findTraces(tenant, { ...query, page: { ...query.page, cursor: answer.cursor } })
    }
  }
})
