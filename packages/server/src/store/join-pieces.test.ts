import { DecodeError } from '@clew/model'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { joinPieces } from './join-pieces.ts'

it('joins what is stored of a span or refuses it, whatever the bytes are', () => {
  const bytes = fc.uint8Array({ maxLength: 40 })
  const known = { bytes: Uint8Array.of(1, 2, 3), ends: Uint32Array.of(0, 1, 3), count: 3 }
  fc.assert(
    fc.property(bytes, bytes, (pieces, values) => {
      const parts = { traceHigh: 1n, traceLow: 2n, start: 3n, elapsed: 4n, pieces, values }
      try {
        expect(joinPieces(parts, known).length).toBeLessThanOrEqual(46 + 3 * pieces.length + values.length)
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }),
  )
})
