import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterPlainText, viewOf } from './plain-text.ts'

const isPlain = (code: number) => code >= 0x20 && code !== 0x22 && code !== 0x5c

/** Mostly bytes at the edges of what is plain. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(0x00, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xa2, 0xdc, 0xff),
      fc.nat(255),
    ),
    {
      maxLength: 40,
    },
  )
  .map((codes) => Uint8Array.from(codes))

describe('the end of plain text', () => {
  it('is the first quote, backslash or control character, wherever it stands', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(10), fc.nat(10), (bytes, skipped, cut) => {
        const start = Math.min(skipped, bytes.length)
        const end = Math.max(start, bytes.length - cut)
        const found = bytes.subarray(start, end).findIndex((code) => !isPlain(code))
        expect(afterPlainText(viewOf(bytes), start, end)).toBe(found < 0 ? end : start + found)
      }),
      { numRuns: 3000 },
    )
  })

  it('is found in a part of a larger buffer', () => {
    const whole = new TextEncoder().encode('xx"plain text"xx')
    expect(afterPlainText(viewOf(whole.subarray(3)), 0, 13)).toBe(10)
  })
})
