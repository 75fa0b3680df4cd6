import { describe, expect, it } from 'vitest'
import { findParents } from './parent-index.ts'
import { identifySpans } from './span-identities.ts'

const span = (spanId: string, spanIdText: string, parentSpanId = '', parentSpanIdText = '') => ({
  ...{ spanId, spanIdText, parentSpanId, parentSpanIdText },
})

describe('ids of spans', () => {
  it('name their spans alone where each stands for one text', () => {
    const spans = [span('1', 'A'), span('2', '', '1', 'A'), span('2', '')]
    expect(identifySpans(spans)).toEqual({ spanIds: ['1', '2', '2'], parentSpanIds: ['', '1', ''], metIds: 0 })
  })

  it('name their spans with the text where two texts met, for parents too', () => {
    const spans = [
      span('1', 'A'),
      span('1', 'B'),
      span('2', 'C', '1', 'B'),
      span('3', 'D', '1', 'A'),
      span('4', '', '1'),
    ]
    const { spanIds, parentSpanIds, metIds } = identifySpans(spans)
    expect(metIds).toBe(1)
    expect([...findParents(spanIds, parentSpanIds).parentIndex]).toEqual([-1, -1, 1, 0, -1])
  })

  it('tell a text from an id that is written as itself', () => {
    const { spanIds, metIds } = identifySpans([span('1', 'A'), span('1', '')])
    expect([spanIds, metIds]).toEqual([['1 A', '1 '], 1])
  })
})
