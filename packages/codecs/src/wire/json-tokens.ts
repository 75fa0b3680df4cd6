// The tokens of JSON (RFC 8259) in bytes: where a string, a number or a run of white space ends. For the reader on bytes.

export const CODE = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  f: 0x66,
  n: 0x6e,
  t: 0x74,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const

const PLUS = 0x2b
const POINT = 0x2e
const ZERO = 0x30
const LETTER_E = 0x65
const LETTER_U = 0x75
/** `"`, `\\`, `/`, b, f, n, r, t */
const SIMPLE_ESCAPES = [0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]

/** The last string that `endOfString` went over holds backslashes: its bytes are not yet what it says. */
export let hadEscapes = false

export function afterSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const code = bytes[at]!
    if (code > 0x20 || (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) return at
    at++
  }
  return at
}

/**
 * Place of the quote that ends the string whose text begins at `start`. Where there is none: minus the place, less one,
 * of what should not be there (a control character, an unknown escape, the end).
 */
export function endOfString(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  hadEscapes = false
  while (at < end) {
    const code = bytes[at]!
    if (code === CODE.quote) return at
    if (code < 0x20) break
    if (code === CODE.backslash) {
      const next = afterEscape(bytes, at, end)
      if (next < 0) break
      hadEscapes = true
      at = next
    } else at++
  }
  return -at - 1
}

/** The place behind the escape that begins with the backslash at `at`, or -1 when it is none that JSON knows. */
export function afterEscape(bytes: Uint8Array, at: number, end: number): number {
  const code = at + 1 < end ? bytes[at + 1]! : 0
  if (code !== LETTER_U) return SIMPLE_ESCAPES.includes(code) ? at + 2 : -1
  if (at + 6 > end) return -1
  for (let i = at + 2; i < at + 6; i++) if (!isHexDigit(bytes[i]!)) return -1
  return at + 6
}

/** The place after the number that begins at `start`, or -1 when it is none or something is stuck to it. */
export function afterNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  if (bytes[at] === CODE.minus) at++
  const integer = at
  at = afterDigits(bytes, at, end)
  if (at === integer || (bytes[integer] === ZERO && at > integer + 1)) return -1
  if (at < end && bytes[at] === POINT) {
    const fraction = at + 1
    at = afterDigits(bytes, fraction, end)
    if (at === fraction) return -1
  }
  if (at < end && (bytes[at]! | 0x20) === LETTER_E) {
    at++
    if (at < end && (bytes[at] === PLUS || bytes[at] === CODE.minus)) at++
    const exponent = at
    at = afterDigits(bytes, exponent, end)
    if (at === exponent) return -1
  }
  return at < end && isNumberPart(bytes[at]!) ? -1 : at
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function afterDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isDigit(bytes[at]!)) at++
  return at
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66)
}

/** What cannot follow a number: `01`, `1.2.3`, `1-`. */
function isNumberPart(code: number): boolean {
  return isDigit(code) || code === CODE.minus || code === POINT || code === PLUS || (code | 0x20) === LETTER_E
}
