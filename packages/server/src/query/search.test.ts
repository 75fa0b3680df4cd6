// The search over a real engine: what it finds, in which order, on which page.
import type { Expression, TraceQuery } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributesOf, exampleSpan } from '../testing/example-spans.ts'
import { FilledStore } from '../testing/filled-store.ts'
import { QueryService } from './query-service.ts'

const EVERYTHING = { from: 0n, to: 2n ** 64n }

function query(where: Expression, changes: Partial<TraceQuery> = {}): TraceQuery {
  return {
    timeRange: EVERYTHING,
    stages: [{ kind: 'filter', spanset: { kind: 'spans', where } }],
    order: { by: 'newest', direction: 'descending' },
    page: { limit: 20, cursor: undefined },
    totals: false,
    spansPerTrace: 3,
    ...changes,
  }
}

function id(number: number, digits = 32): string {
  return number.toString(16).padStart(digits, '0')
}

describe('search', () => {
  let store: FilledStore
  let service: QueryService

  beforeAll(async () => {
    store = await FilledStore.open()
    service = new QueryService(store.reader)
    const spans = Array.from({ length: 50 }, (_, i) =>
      exampleSpan({
        traceId: id(1000 + i),
        spanId: id(1 + i, 16),
        startTimeUnixNano: 1_759_276_800_000_000_000n + BigInt(i) * 1_000_000n,
        endTimeUnixNano: 1_759_276_800_000_000_000n + BigInt(i) * 3_000_000n,
        serviceName: i % 2 === 0 ? 'even' : 'odd',
        attributes: attributesOf({ 'http.response.status_code': i % 5 === 0 ? 500n : 200n, 'request.id': `r${i}` }),
      }),
    )
    await store.addSpans('default', spans)
  })
  afterAll(() => store.close())

  it('finds the newest traces of a service first', async () => {
    const where: Expression = {
      kind: 'compare',
      field: { kind: 'intrinsic', name: 'service' },
      operator: '=',
      value: { type: 'string', value: 'even' },
    }
    const found = await service.findTraces(
      'default',
      query(where, { page: { limit: 3, cursor: undefined }, totals: true }),
    )
    expect(found.traces.map((trace) => trace.traceId)).toEqual([id(1048), id(1046), id(1044)])
    expect(found.totals).toEqual({ traces: 25, spans: 25, exact: true })
    expect(found.traces[0]).toMatchObject({
      root: { service: 'even', name: 'GET /cart' },
      spanCount: 1,
      matchedSpans: 1,
      durationNano: 96_000_000n,
    })
  })

  it('pages through everything without a gap or a repeat', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const found = await service.findTraces('default', query({ kind: 'all' }, { page: { limit: 7, cursor } }))
      seen.push(...found.traces.map((trace) => trace.traceId))
      cursor = found.cursor
    } while (cursor !== undefined)
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => id(1049 - i)))
  })
})
