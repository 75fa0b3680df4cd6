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

  describe('traces that share the low half of their id', () => {
    const [older, newer] = ['1', '2'].map((digit) => `${digit}af7651916cd43dd8448eb211c80319c`)
    const start = 1_759_276_800_000_000_000n

    beforeAll(() =>
      store.addSpans('shared', [
        exampleSpan({ traceId: older!, name: 'older' }),
        exampleSpan({ traceId: newer!, name: 'newer', startTimeUnixNano: start + 1n, endTimeUnixNano: start + 2n }),
      ]),
    )

    it.each(['newest', 'duration', 'spanCount'] as const)('are two lines, on pages of one, by %s', async (by) => {
      const asked = { order: { by, direction: 'descending' }, totals: true } as const
      const first = await service.findTraces(
        'shared',
        query({ kind: 'all' }, { ...asked, page: { limit: 1, cursor: undefined } }),
      )
      const second = await service.findTraces(
        'shared',
        query({ kind: 'all' }, { ...asked, page: { limit: 1, cursor: first.cursor } }),
      )
      const names = [...first.traces, ...second.traces].map((trace) => [
        trace.traceId,
        trace.root?.name,
        trace.spanCount,
      ])
      expect(names.sort()).toEqual([
        [older, 'older', 1],
        [newer, 'newer', 1],
      ])
      expect(first.totals).toEqual({ traces: 2, spans: 2, exact: true })
      expect(second.cursor).toBeUndefined()
    })

    it('are told apart by their full id, and both given for its low half', async () => {
      const found = async (...ids: string[]) =>
        (await service.traces('shared', ids)).map(({ traceId }) => traceId).sort()
      expect(await found(newer!)).toEqual([newer])
      expect(await found(newer!.slice(16))).toEqual([older, newer])
      expect(await found(newer!, older!)).toEqual([older, newer])
      expect(await found(newer!, newer!.slice(16), '1'.repeat(32))).toEqual([older, newer])
    })
  })

  it('counts and shows a span that came again once, and says so', async () => {
    await store.addSpans('again', [exampleSpan(), exampleSpan({ spanId: id(2, 16) })])
    await store.addSpans('again', [exampleSpan()])
    const found = await service.findTraces('again', query({ kind: 'all' }, { totals: true }))
    expect(found.traces).toMatchObject([{ spanCount: 2, matchedSpans: 2 }])
    expect(found.totals).toEqual({ traces: 1, spans: 2, exact: true })
    expect(await service.traces('again', [exampleSpan().traceId])).toMatchObject([
      { repeatedSpans: 1, spans: { length: 2 } },
    ])
  })

  it('sorts by duration beyond what a signed integer holds', async () => {
    await store.addSpans('long', [
      exampleSpan({ traceId: id(1), startTimeUnixNano: 0n, endTimeUnixNano: 2n ** 64n - 1n }),
      exampleSpan({ traceId: id(2) }),
    ])
    const order = { by: 'duration', direction: 'descending' } as const
    const found = await service.findTraces('long', query({ kind: 'all' }, { order }))
    expect(found.traces.map((trace) => trace.durationNano)).toEqual([2n ** 64n - 1n, 1_000_000_000n])
  })

  it('finds a text behind the part of a value that the search copy holds', async () => {
    const attributes = attributesOf({ 'exception.stacktrace': `${'at line\n'.repeat(300)}at NeedleFactory` })
    await store.addSpans('cut', [exampleSpan({ attributes }), exampleSpan({ traceId: id(7), spanId: id(9, 16) })])
    const found = await service.findTraces('cut', query({ kind: 'text', text: 'needlefactory' }, { totals: true }))
    expect(found.traces).toHaveLength(1)
    expect(found.totals).toEqual({ traces: 1, spans: 1, exact: true })
  })

  it('says how far it looked when its time runs out, and goes on from there', async () => {
    let nowMs = Number(1_759_276_800_000n)
    const hurried = new QueryService(store.reader, { clock: { nowMs: () => nowMs++ }, searchBudgetMs: 3 })
    const day = 86_400_000_000_000n
    const old = 1_759_276_800_000_000_000n - 400n * day
    await store.addSpans('hurried', [exampleSpan({ startTimeUnixNano: old, endTimeUnixNano: old + 1n })])
    const found: string[] = []
    let answer = await hurried.findTraces('hurried', query({ kind: 'all' }))
    expect(answer).toMatchObject({ traces: [], complete: false, notices: [expect.stringMatching(/ran out/)] })
    expect(answer.lookedBackTo).toBeGreaterThan(old)
    while (answer.cursor !== undefined) {
      answer = await hurried.findTraces(
        'hurried',
        query({ kind: 'all' }, { page: { limit: 20, cursor: answer.cursor } }),
      )
      found.push(...answer.traces.map((trace) => trace.traceId))
    }
    expect(found).toEqual([exampleSpan().traceId])
  })
})
