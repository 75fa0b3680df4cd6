import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8, encodeUtf8Into, invalidUtf8At, isUtf8, utf8Bound } from './utf8.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isUtf8ForThePlatform(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Bytes that are often near the edges of what is well formed. */
const tricky = fc.array(
  fc.constantFrom(
    0x00,
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
  ),
  { maxLength: 24 },
)

describe('UTF-8', () => {
  it('is judged as the platform judges it', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.array(fc.nat(255))), (numbers) => {
        const bytes = Uint8Array.from(numbers)
        expect(isUtf8(bytes, 0, bytes.length)).toBe(isUtf8ForThePlatform(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('is judged within the given range only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, padding) => {
        const inner = encodeUtf8(text)
        const bytes = new Uint8Array(inner.length + 2 * padding).fill(0xff)
        bytes.set(inner, padding)
        expect(isUtf8(bytes, padding, padding + inner.length)).toBe(true)
        expect(decodeUtf8(bytes, padding, padding + inner.length)).toBe(text)
      }),
    )
  })

  it('names the first byte that is wrong', () => {
    expect(invalidUtf8At(Uint8Array.of(0x41, 0xc3, 0xa9, 0xe2, 0x82), 0, 5)).toBe(3)
  })

  it('is written as the platform writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = new Uint8Array(utf8Bound(text))
        expect(bytes.subarray(0, encodeUtf8Into(bytes, 0, text))).toEqual(encodeUtf8(text))
      }),
    )
  })

  it('is not what a lone surrogate becomes, so that the scanner sees it', () => {
    for (const text of ['\ud800', 'a\udc00b', '\ud800\ud800']) {
      const bytes = new Uint8Array(utf8Bound(text))
      expect(isUtf8(bytes, 0, encodeUtf8Into(bytes, 0, text))).toBe(false)
    }
  })

  it('keeps a byte order mark, which is a character like others', () => {
    const bytes = encodeUtf8('\ufeffé')
    expect(decodeUtf8(bytes, 0, bytes.length)).toBe('\ufeffé')
  })
})
