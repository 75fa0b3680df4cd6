import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonValueScanner } from './json-value-scanner.ts'

/** Texts that hold what ends strings and containers elsewhere. */
const awkwardText = fc
  .array(
    fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '\n', 'ä', '☃', '{"a":', '\\"}', 'plain text', 'Z_~^|'),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    awkwardText,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(awkwardText, tie('value'), { maxKeys: 4 }),
  ),
}))

describe('where a JSON value ends', () => {
  it('is its last byte, whatever its strings hold, what follows and where the chunks end', () => {
    const after = fc.constantFrom(',{"a":1}', ']', '}', ' ', '\n"')
    fc.assert(
      fc.property(anyValue, after, fc.array(fc.nat(), { maxLength: 5 }), (value, rest, cuts) => {
        const text = JSON.stringify(value)
        const bytes = new TextEncoder().encode(text + rest)
        const length = new TextEncoder().encode(text).length
        const places = [0, ...cuts.map((place) => place % length).sort((a, b) => a - b), bytes.length]
        const scanner = new JsonValueScanner()
        scanner.begin()
        let end = 0
        for (let i = 1; i < places.length && scanner.isWithin; i++)
          if (places[i]! > places[i - 1]!) end = places[i - 1]! + scanner.scan(bytes.slice(places[i - 1], places[i]), 0)
        expect(scanner.isWithin).toBe(false)
        expect(end).toBe(length)
      }),
      { numRuns: 2000 },
    )
  })
})
