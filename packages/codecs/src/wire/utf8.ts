// UTF-8 between byte ranges and JavaScript strings, positional and without a subarray for the usual short ASCII text.

// The parts of two WHATWG classes that are used; every runtime has them, but no ECMAScript library of TypeScript.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }
declare const TextEncoder: new () => { encode(text: string): Uint8Array }

const encoder = new TextEncoder()
const lossyDecoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** From here on a call into TextDecoder (about 70 ns, whatever the length) is faster than a look into the table below. */
const SHORT_TEXT_BYTES = 24

/** Short texts seen lately by a hash of their bytes: attribute keys and the like come again and again, and are shared. */
const RECENT_TEXTS = 4096
const recentTexts: string[] = new Array(RECENT_TEXTS).fill('')

/** True when `bytes[start, end)` is well-formed UTF-8 (Unicode 17, table 3-7: no overlong form, no surrogate). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start
  const unrolledEnd = end - 7
  while (i < unrolledEnd) {
    const all =
      bytes[i]! |
      bytes[i + 1]! |
      bytes[i + 2]! |
      bytes[i + 3]! |
      bytes[i + 4]! |
      bytes[i + 5]! |
      bytes[i + 6]! |
      bytes[i + 7]!
    if (all >= 0x80) return invalidUtf8At(bytes, i, end) < 0
    i += 8
  }
  let all = 0
  for (let rest = i; rest < end; rest++) all |= bytes[rest]!
  return all < 0x80 || invalidUtf8At(bytes, i, end) < 0
}

/** Offset of the first byte that belongs to no well-formed sequence, or -1. */
export function invalidUtf8At(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end) {
    const lead = bytes[i]!
    if (lead < 0x80) i++
    else {
      const length = sequenceLength(bytes, i, end)
      if (length === 0) return i
      i += length
    }
  }
  return -1
}

/** Length of the well-formed sequence of two to four bytes that starts at `i`, or 0 when there is none. */
function sequenceLength(bytes: Uint8Array, i: number, end: number): number {
  const lead = bytes[i]!
  if (lead < 0xc2 || lead > 0xf4) return 0
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  if (i + length > end) return 0
  const second = bytes[i + 1]!
  // The second byte is narrower after four leads: overlong forms (e0, f0), surrogates (ed), above U+10FFFF (f4).
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 0
  for (let next = i + 2; next < i + length; next++) if ((bytes[next]! & 0xc0) !== 0x80) return 0
  return length
}

/** The text of `bytes[start, end)`; what is no UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_TEXT_BYTES) return lossyDecoder.decode(bytes.subarray(start, end))
  let hash = 0
  let all = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    all |= byte
    hash = (Math.imul(hash, 31) + byte) | 0
  }
  if (all >= 0x80) return lossyDecoder.decode(bytes.subarray(start, end))
  const slot = (hash ^ (hash >>> 12)) & (RECENT_TEXTS - 1)
  const recent = recentTexts[slot]!
  if (isAscii(recent, bytes, start, end)) return recent
  const text = decodeAscii(bytes, start, end)
  recentTexts[slot] = text
  return text
}

function isAscii(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}

function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  const codes: number[] = new Array(end - start)
  for (let i = start; i < end; i++) codes[i - start] = bytes[i]!
  return String.fromCharCode(...codes)
}

/** Most bytes `encodeUtf8Into` can need for `text`. */
export function utf8Bound(text: string): number {
  return text.length * 3
}

/**
 * Writes `text` at `offset` and gives the offset after it; the target must have room for `utf8Bound(text)`.
 * A lone surrogate is written as the three bytes of its code point, which is no UTF-8: the scanner marks it and the
 * sanitizer replaces it, where U+FFFD written here would lose it without a word.
 */
export function encodeUtf8Into(target: Uint8Array, offset: number, text: string): number {
  let at = offset
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      target[at++] = code
      continue
    }
    if (code < 0x800) {
      target[at++] = 0xc0 | (code >> 6)
      target[at++] = 0x80 | (code & 0x3f)
      continue
    }
    if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
      const low = text.charCodeAt(i + 1)
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        i++
        target[at++] = 0xf0 | (code >> 18)
        target[at++] = 0x80 | ((code >> 12) & 0x3f)
        target[at++] = 0x80 | ((code >> 6) & 0x3f)
        target[at++] = 0x80 | (code & 0x3f)
        continue
      }
    }
    target[at++] = 0xe0 | (code >> 12)
    target[at++] = 0x80 | ((code >> 6) & 0x3f)
    target[at++] = 0x80 | (code & 0x3f)
  }
  return at
}

/** The UTF-8 bytes of a text, always valid: U+FFFD stands for a lone surrogate. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}
