import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteInterner, sampleBytes } from './byte-interner.ts'

const entries = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 200 })
const intern = (interner: ByteInterner, bytes: Uint8Array): number => interner.intern(bytes, 0, bytes.length)

describe('ByteInterner', () => {
  it('gives equal bytes one number and different bytes different ones, 0 to nothing', () => {
    const interner = new ByteInterner()
    fc.assert(
      fc.property(entries, (all) => {
        interner.clear()
        const known = new Map<string, number>([['', 0]])
        for (const bytes of all) {
          const id = intern(interner, bytes)
          const text = Buffer.from(bytes).toString('hex')
          expect(id).toBe(known.get(text) ?? known.size)
          known.set(text, id)
        }
        expect(interner.size).toBe(known.size)
        for (const [text, id] of known) expect(Buffer.from(interner.bytesOf(id)).toString('hex')).toBe(text)
      }),
    )
  })

  it('ranks its entries in the order of their bytes', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const interner = new ByteInterner()
        for (const bytes of all) intern(interner, bytes)
        const ranks = interner.ranks()
        for (let a = 0; a < interner.size; a++)
          for (let b = 0; b < interner.size; b++)
            expect(Math.sign(ranks[a]! - ranks[b]!)).toBe(Buffer.compare(interner.bytesOf(a), interner.bytesOf(b)))
      }),
      { numRuns: 20 },
    )
  })

  it('says whether an entry of some length ends with bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), fc.nat(12), (a, b, from) => {
        const interner = new ByteInterner()
        const id = intern(interner, a)
        const start = Math.min(from, b.length)
        const expected = a.length === b.length && Buffer.from(a.subarray(start)).equals(b.subarray(start))
        expect(interner.endsWith(id, b.length, b, start, b.length)).toBe(expected)
        expect(interner.endsWith(id, a.length, a, Math.min(from, a.length), a.length)).toBe(true)
      }),
    )
  })

  it('samples equal bytes alike wherever they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (before, bytes) => {
        const inside = Buffer.concat([before, bytes])
        expect(sampleBytes(inside, before.length, inside.length)).toBe(sampleBytes(bytes, 0, bytes.length))
      }),
    )
  })
})
