import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareWords, sortRows } from './row-order.ts'
import { bucketOf, minuteOf } from './time-units.ts'

const wordsOf = (values: readonly bigint[]): Uint32Array => new Uint32Array(BigUint64Array.from(values).buffer)
const uint64 = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn)
/** Few different ones, near to each other and far: many ties in the packed part. */
const close = fc.tuple(fc.constantFrom(0n, 7n, 0x8000_0000_0000_0000n), fc.bigInt(0n, 40n)).map(([a, b]) => a + b)

it('orders rows by 64-bit keys, equal ones as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(uint64, close), { maxLength: 300 }), (keys) => {
      const words = wordsOf(keys)
      const order = sortRows(keys.length, { words, compare: (a, b) => compareWords(words, a, b) })
      const expected = keys
        .map((_, row) => row)
        .sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b))
      expect([...order]).toEqual(expected)
    }),
  )
})

it('leaves to the comparison what the key does not decide', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 200 }), (ranks) => {
      const order = sortRows(ranks.length, {
        words: new Uint32Array(ranks.length * 2),
        compare: (a, b) => ranks[a]! - ranks[b]!,
      })
      const expected = ranks.map((_, row) => row).sort((a, b) => ranks[a]! - ranks[b]! || a - b)
      expect([...order]).toEqual(expected)
    }),
  )
})

it('divides any 64-bit time exactly', () => {
  const edge = fc
    .tuple(fc.bigInt(0n, 307_445_734n), fc.bigInt(-2n, 2n))
    .map(([minute, off]) => BigInt.asUintN(64, minute * 60_000_000_000n + off))
  fc.assert(
    fc.property(fc.oneof(uint64, edge), (time) => {
      const words = wordsOf([time])
      expect(BigInt(minuteOf(words, 0))).toBe(time / 60_000_000_000n)
      expect(BigInt(bucketOf(words, 0))).toBe(time / 300_000_000_000n)
    }),
    { numRuns: 2000 },
  )
})
