import type { TraceQuery } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts'

const query: TraceQuery = {
  timeRange: { from: 0n, to: 1n },
  stages: [{ kind: 'filter', spanset: { kind: 'spans', where: { kind: 'text', text: 'a' } } }],
  order: { by: 'newest', direction: 'descending' },
  page: { limit: 20, cursor: undefined },
  totals: false,
  spansPerTrace: 3,
}
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const cursor: fc.Arbitrary<Cursor> = fc.record({
  place: fc.record({
    value: uint64,
    traceId: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  }),
  block: uint64,
  from: uint64,
  to: fc.oneof(uint64, fc.constant(2n ** 64n)),
  carried: fc.array(uint64, { maxLength: 3 }),
})

describe('cursor', () => {
  it('comes back as it was for the same question at another time and page size', () => {
    fc.assert(
      fc.property(cursor, (value) => {
        const later = { ...query, timeRange: { from: 5n, to: 6n }, page: { limit: 3, cursor: undefined } }
        expect(decodeCursor(encodeCursor(value, query), later)).toEqual(value)
      }),
    )
  })

  it('is refused by another question', () => {
    const [text] = fc.sample(cursor, 1).map((value) => encodeCursor(value, query))
    const other: TraceQuery = { ...query, order: { by: 'duration', direction: 'descending' } }
    expect(() => decodeCursor(text!, other)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }))
  })

  it('is INVALID_CURSOR when it is any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(() => decodeCursor(text, query)).toThrow(expect.objectContaining({ code: 'INVALID_CURSOR' }))
      }),
    )
  })
})
