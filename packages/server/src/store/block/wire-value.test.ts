import fc from 'fast-check'
import { expect, it } from 'vitest'
import { int64AsDouble, valueText, valueWire } from './wire-value.ts'

const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
const textOf = (type: 'int' | 'double' | 'bool' | 'string', wire: Uint8Array): string =>
  Buffer.from(valueText(type, wire, 0, wire.length)).toString()

it('reads back the text of every scalar', () => {
  fc.assert(
    fc.property(int64, fc.double(), fc.boolean(), fc.string({ unit: 'grapheme' }), (int, double, bool, text) => {
      expect(textOf('int', valueWire('int', String(int)))).toBe(String(int))
      expect(textOf('double', valueWire('double', String(double)))).toBe(String(double))
      expect(textOf('bool', valueWire('bool', String(bool)))).toBe(String(bool))
      expect(textOf('string', valueWire('string', text))).toBe(text)
    }),
  )
})

it('gives an integer as the nearest double', () => {
  fc.assert(
    fc.property(int64, (int) => {
      expect(int64AsDouble(valueWire('int', String(int)), 0)).toBe(Number(int))
    }),
    { numRuns: 1000 },
  )
})
