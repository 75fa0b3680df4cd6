import { describe, expect, it } from 'vitest'
import { spansOf } from '../codec-contract.ts'
import { decodeNewRelicSpans } from './decode-spans.ts'
import type { NewRelicLimits } from './limits.ts'

describe('New Relic spans with limits', () => {
  const decodeWithin = (limits: NewRelicLimits, spans: string) =>
    decodeNewRelicSpans(new TextEncoder().encode(`[{"common":{"attributes":{"c":1}},"spans":[${spans}]}]`), {
      nowUnixNano: 1_000_000_000_000n,
      limits,
    })

  it('are left out alone when they start too far from now', () => {
    const spans = [999_000, 998_999, 1_001_000, 1_001_001].map(
      (ms, i) => `{"id":"${i}","trace.id":"t","timestamp":${ms}}`,
    )
    const { batch, rejected, problems } = decodeWithin({ windowNanos: 1_000_000_000n }, spans.join())
    expect([batch.count, rejected]).toEqual([2, 2])
    expect(problems[0]!.message).toBe('[0].spans[1].timestamp: expected at most 1000 ms from now, got -1001 ms')
  })

  it('keep as many attributes, and as much of them, as may be', () => {
    const { batch, rejected, problems } = decodeWithin(
      { attributes: 3, keyChars: 4, valueChars: 2 },
      '{"id":"a","trace.id":"t","attributes":{"long.key":1,"a":"한국어","b":"xy","d":1}},{"id":"b","trace.id":"t"}',
    )
    const [span] = spansOf(batch)
    expect(span!.attributes.filter(({ key }) => !key.startsWith('clew.'))).toEqual([
      { key: 'c', value: { type: 'int', value: 1n } },
      { key: 'a', value: { type: 'string', value: '한국' } },
      { key: 'b', value: { type: 'string', value: 'xy' } },
    ])
    expect(span!.droppedAttributesCount).toBe(2)
    expect(rejected).toBe(0)
    expect(problems).toEqual([
      {
        message: '[0].spans[0].attributes: 2 attributes beyond the limits were dropped, 1 values cut; the span is kept',
        isRejected: false,
      },
    ])
  })
})
