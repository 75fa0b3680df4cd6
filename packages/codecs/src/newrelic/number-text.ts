// Numbers of New Relic JSON between their digits and what OTLP holds: integers and doubles told apart by how they are
// written, milliseconds as nanoseconds.
import { MAX_UINT64, NANOS_PER_MILLI } from '@clew/model'
import { decodeUtf8 } from '../wire/utf8.ts'

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
/** Any run of this many digits is an exact double, and so is its quotient by a power of ten up to 10^22. */
const EXACT_DIGITS = 15
const MAX_INT64 = MAX_UINT64 >> 1n
/** A millisecond has a million nanoseconds. */
const NANO_DECIMALS = 6
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent)

/** Written with digits alone, so that it is an integer and no double. */
export function isIntegerText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = bytes[start] === MINUS ? start + 1 : start; at < end; at++)
    if (bytes[at]! < ZERO || bytes[at]! > NINE) return false
  return true
}

/** The number in `bytes[start, end)`, which JSON allows; rounded to the nearest double. */
export function readDouble(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === MINUS
  let digits = 0
  let point = -1
  let at = negative ? start + 1 : start
  if (end - at > EXACT_DIGITS) return Number(decodeUtf8(bytes, start, end))
  for (; at < end; at++) {
    const code = bytes[at]!
    if (code >= ZERO && code <= NINE) digits = digits * 10 + (code - ZERO)
    else if (code === POINT) point = at
    else return Number(decodeUtf8(bytes, start, end))
  }
  const value = point < 0 ? digits : digits / POWERS_OF_TEN[end - point - 1]!
  return negative ? -value : value
}

/** The integer in `bytes[start, end)`, or undefined when it needs more than 64 bits with its sign. */
export function readInteger(bytes: Uint8Array, start: number, end: number): number | bigint | undefined {
  if (end - start <= EXACT_DIGITS) return readDouble(bytes, start, end)
  const value = BigInt(decodeUtf8(bytes, start, end))
  return value > MAX_INT64 || value < -MAX_INT64 - 1n ? undefined : value
}

/** A number of milliseconds as nanoseconds: exact with up to six decimals, else the nearest; undefined beyond all doubles. */
export function readMillis(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const negative = bytes[start] === MINUS
  const from = negative ? start + 1 : start
  let digits = 0
  let decimals = -1
  for (let at = from; at < end; at++) {
    const code = bytes[at]!
    if (code >= ZERO && code <= NINE) {
      digits = digits * 10 + (code - ZERO)
      if (decimals >= 0) decimals++
    } else if (code === POINT) decimals = 0
    else return millisOfText(decodeUtf8(bytes, start, end))
  }
  if (end - from > EXACT_DIGITS || decimals > NANO_DECIMALS) return millisOfText(decodeUtf8(bytes, start, end))
  const factor = POWERS_OF_TEN[NANO_DECIMALS - Math.max(decimals, 0)]!
  const nanos = digits <= Number.MAX_SAFE_INTEGER / factor ? BigInt(digits * factor) : BigInt(digits) * BigInt(factor)
  return negative ? -nanos : nanos
}

const MILLIS_TEXT = /^(-?)(\d+)(?:\.(\d{1,6}))?$/

/** The same for any text; undefined also for one that is no number. */
export function millisOfText(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = MILLIS_TEXT.exec(text) ?? []
  if (whole === undefined) {
    const millis = text === '' ? Number.NaN : Number(text)
    return Number.isFinite(millis) ? nearestNanos(millis) : undefined
  }
  const nanos = BigInt(whole + fraction.padEnd(NANO_DECIMALS, '0'))
  return sign === '-' ? -nanos : nanos
}

function nearestNanos(millis: number): bigint {
  const whole = Math.trunc(millis)
  return BigInt(whole) * NANOS_PER_MILLI + BigInt(Math.round((millis - whole) * Number(NANOS_PER_MILLI)))
}

/** Nanoseconds as milliseconds in decimal digits, every nanosecond kept: 12530000 is `12.53`. */
export function millisText(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : ''
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(7, '0')
  const fraction = digits.slice(-6).replace(/0+$/, '')
  return `${sign}${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`
}
