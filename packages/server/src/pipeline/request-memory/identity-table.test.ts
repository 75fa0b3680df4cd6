import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdentityTable } from './identity-table.ts'

const identity = (a: number, b: number, c: number, d: number) => new Uint8Array(Uint32Array.of(a, b, c, d).buffer)

test('answers as a set does, also for identities that differ in one word', () => {
  const word = fc.nat(3)
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, word, fc.constantFrom(1, 3, 5)), { maxLength: 300 }), (added) => {
      const table = new IdentityTable({ windowMs: 600_000, maxIdentities: 10_000 })
      const set = new Set<string>()
      for (const words of added) {
        expect(table.has(identity(...words), 0)).toBe(set.has(words.join()))
        table.add(identity(...words), 0)
        set.add(words.join())
      }
      expect(table.size).toBe(set.size)
    }),
  )
})

test('grows to many identities', () => {
  const table = new IdentityTable({ windowMs: 600_000, maxIdentities: 1_000_000 })
  for (let i = 0; i < 50_000; i++) table.add(identity(Math.imul(i, 2_654_435_761) >>> 0, i, 7, 9), i)
  let found = 0
  for (let i = 0; i < 50_000; i++) if (table.has(identity(Math.imul(i, 2_654_435_761) >>> 0, i, 7, 9), 50_000)) found++
  expect(found).toBe(50_000)
  expect(table.has(identity(1, 1, 1, 1), 50_000)).toBe(false)
  expect(table.size).toBe(50_000)
})
