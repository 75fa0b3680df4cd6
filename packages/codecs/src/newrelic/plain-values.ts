// JSON values as senders write nearly all of them: strings without escapes, numbers without exponents, true, false, null.
// What is written otherwise, or wrongly, is left to the reader that knows all of JSON.
import { VALUE } from './value-kind.ts'

const QUOTE = 0x22
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const BACKSLASH = 0x5c

/** Kind of the last value that `plainValueEnd` found. */
export let valueKind: number = VALUE.null

/** The place behind the value that begins at `start`, or -1. */
export function plainValueEnd(bytes: Uint8Array, start: number): number {
  const code = bytes[start]!
  if (code === QUOTE) {
    valueKind = VALUE.string
    const end = plainStringEnd(bytes, start + 1)
    return end < 0 ? -1 : end + 1
  }
  if (code === MINUS || (code >= ZERO && code <= NINE)) return numberEnd(bytes, start)
  if (isWord(bytes, start, TRUE)) {
    valueKind = VALUE.true
    return start + TRUE.length
  }
  if (isWord(bytes, start, FALSE)) {
    valueKind = VALUE.false
    return start + FALSE.length
  }
  if (!isWord(bytes, start, NULL)) return -1
  valueKind = VALUE.null
  return start + NULL.length
}

/** The place of the quote that ends the string whose text begins at `start`, or -1. */
export function plainStringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    const code = bytes[at]!
    if (code === QUOTE) return at
    if (code === BACKSLASH || code < 0x20) return -1
  }
  return -1
}

function numberEnd(bytes: Uint8Array, start: number): number {
  const digits = bytes[start] === MINUS ? start + 1 : start
  let at = digitsEnd(bytes, digits)
  if (at === digits || (bytes[digits] === ZERO && at > digits + 1)) return -1
  valueKind = VALUE.integer
  if (bytes[at] === POINT) {
    valueKind = VALUE.double
    const fraction = at + 1
    at = digitsEnd(bytes, fraction)
    if (at === fraction) return -1
  }
  return isEndOfValue(bytes[at]) ? at : -1
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
  return at
}

/** A comma, a closing brace, or white space. */
function isEndOfValue(code: number | undefined): boolean {
  return code === 0x2c || code === 0x7d || code === 0x20 || code === 0x0a
}

const TRUE = Uint8Array.of(0x74, 0x72, 0x75, 0x65)
const FALSE = Uint8Array.of(0x66, 0x61, 0x6c, 0x73, 0x65)
const NULL = Uint8Array.of(0x6e, 0x75, 0x6c, 0x6c)

function isWord(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false
  return true
}
