import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesFromHex, hexFromBytes, isZeroId, lowHalf } from './ids.ts'

const id = fc.uint8Array({ minLength: 16, maxLength: 16 })

describe('ids', () => {
  it('come back from hex in either case', () => {
    fc.assert(
      fc.property(id, (bytes) => {
        const hex = hexFromBytes(bytes, 0, 16)
        expect(hex).toMatch(/^[0-9a-f]{32}$/)
        expect(bytesFromHex(hex)).toEqual(bytes)
        expect(bytesFromHex(hex.toUpperCase())).toEqual(bytes)
      }),
    )
  })

  it('are read from the middle of other bytes', () => {
    expect(hexFromBytes(Uint8Array.of(0xff, 0x00, 0x0a, 0xff), 1, 2)).toBe('000a')
  })

  it.each(['a', '0g', ' 0', '０１', '0x', '-1'])('are not made of %j', (text) => {
    expect(bytesFromHex(text)).toBeUndefined()
  })

  it('are empty from an empty text', () => {
    expect(bytesFromHex('')).toEqual(new Uint8Array(0))
  })

  it('are zero only when all their bytes are', () => {
    const bytes = Uint8Array.of(1, 0, 0, 0, 1)
    expect(isZeroId(bytes, 1, 3)).toBe(true)
    expect(isZeroId(bytes, 1, 4)).toBe(false)
    expect(isZeroId(bytes, 0, 3)).toBe(false)
  })

  it('have their last eight bytes as the low half', () => {
    expect(lowHalf('00000000000000010000000000000002')).toBe(2n)
    expect(lowHalf('ffffffffffffffff8000000000000000')).toBe(2n ** 63n)
  })
})
