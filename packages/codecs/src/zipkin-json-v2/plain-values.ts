// Values of JSON as they stand in the bytes, for the fast way through a span. Each method gives the place behind what it
// read, or 0 where something else stands; none of them fails.
import type { ReserveMemory } from '../codec.ts'
import { afterEscape, afterSpace, CODE } from '../wire/json-tokens.ts'
import { afterPlainText, viewOf } from '../wire/plain-text.ts'
import type { TextPlace } from '../zipkin-model/span-scratch.ts'
import { EscapedTexts } from './escaped-texts.ts'

const NO_BYTES = new Uint8Array(0)
const SPACE = 0x20
const ZERO = 0x30
const TWO_32 = 0x1_0000_0000
/** Times of our days have 16 digits; numbers of so many are exact in a double up to MAX_SAFE_INTEGER. */
const MOST_DIGITS = 16

/** Of each byte: what it is as a lower-case hex digit, or -1. */
const HEX_VALUES = new Int8Array(256).fill(-1)
for (const [value, digit] of [...'0123456789abcdef'].entries()) HEX_VALUES[digit.charCodeAt(0)] = value

export class PlainValues {
  bytes: Uint8Array = NO_BYTES
  /** Place of the text that `text` read. */
  textBytes: Uint8Array = NO_BYTES
  textStart = 0
  textEnd = 0
  /** The number that `number` read, as halves of 32 bits. */
  low = 0
  high = 0
  readonly #escaped: EscapedTexts
  view = viewOf(NO_BYTES)

  constructor(reserve?: ReserveMemory) {
    this.#escaped = new EscapedTexts(reserve)
  }

  /** Goes to a span in `bytes`, a plain Uint8Array. */
  open(bytes: Uint8Array): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = viewOf(bytes)
  }

  /** The next byte that is no white space. */
  token(at: number): number {
    return this.bytes[at]! > SPACE ? at : afterSpace(this.bytes, at, this.bytes.length)
  }

  /** The first token behind this bracket. */
  enter(at: number, bracket: number): number {
    return this.bytes[at] === bracket ? this.token(at + 1) : 0
  }

  isAt(at: number, expected: Uint8Array): boolean {
    const { bytes } = this
    for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false
    return true
  }

  text(at: number): number {
    return this.bytes[at] === CODE.quote ? this.textFrom(at + 1) : 0
  }

  /** From behind the quote. */
  textFrom(start: number): number {
    const { bytes } = this
    const close = afterPlainText(this.view, start, bytes.length)
    if (bytes[close] !== CODE.quote) return this.#textWithEscapes(start)
    this.textBytes = bytes
    this.textStart = start
    this.textEnd = close
    return close + 1
  }

  textInto(at: number, place: TextPlace): number {
    const after = this.text(at)
    if (after > 0) place.set(this.textBytes, this.textStart, this.textEnd)
    return after
  }

  /** As many digits as `target` has room for, or 16 for the second half of a longer one. */
  hexInto(at: number, target: Uint8Array): number {
    const { bytes } = this
    if (bytes[at] !== CODE.quote) return 0
    let to = 0
    if (bytes[at + 1 + 2 * target.length] !== CODE.quote) {
      if (bytes[at + 17] !== CODE.quote) return 0
      to = target.length - 8
      target.fill(0, 0, to)
    }
    let from = at + 1
    let all = 0
    for (; to < target.length; to++) {
      const value = (HEX_VALUES[bytes[from]!]! << 4) | HEX_VALUES[bytes[from + 1]!]!
      target[to] = value
      all |= value
      from += 2
    }
    return all < 0 ? 0 : from + 1
  }

  /** A whole number that a double holds, without a sign or an exponent. */
  number(at: number): number {
    const { bytes } = this
    let value = 0
    let after = at
    for (;;) {
      const digit = bytes[after]! - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
      if (++after - at > MOST_DIGITS) return 0
    }
    if (after === at || value > Number.MAX_SAFE_INTEGER || (bytes[at] === ZERO && after > at + 1)) return 0
    this.high = Math.floor(value / TWO_32)
    this.low = value - this.high * TWO_32
    return after
  }

  #textWithEscapes(start: number): number {
    const close = this.#closeOf(start)
    if (close === 0) return 0
    this.textBytes = this.#escaped.textOf(this.bytes, this.view, start, close)
    this.textStart = 0
    this.textEnd = this.textBytes.length
    return close + 1
  }

  /** The quote that ends a string with escapes; 0 where what stands there is no string. */
  #closeOf(start: number): number {
    const { bytes } = this
    let at = start
    for (;;) {
      at = afterPlainText(this.view, at, bytes.length)
      if (bytes[at] === CODE.quote) return at
      if (bytes[at] !== CODE.backslash) return 0
      at = afterEscape(bytes, at, bytes.length)
      if (at < 0) return 0
    }
  }
}
