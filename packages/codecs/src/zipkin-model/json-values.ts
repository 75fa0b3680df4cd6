// Values of Zipkin's JSON, v1 and v2, from the bytes into the scratch. What is no value of its field makes its span unfit
// and no other; only what is no JSON ends the reading.
import type { ReserveMemory } from '../codec.ts'
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { decodeUtf8, encodeUtf8, encodeUtf8Into, utf8Bound } from '../wire/utf8.ts'
import type { EndpointScratch, SpanScratch, TextPlace } from './span-scratch.ts'
import { highHalfOf, lowHalfOf } from './times.ts'

const NO_BYTES = new Uint8Array(0)
const ZERO = 0x30
/** Times of our days have 16 digits; numbers of so many are exact in a double up to MAX_SAFE_INTEGER. */
const SHORT_DIGITS = 16
const INTEGER = /^-?\d{1,19}$/
const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/
const MAX_INT64 = 2n ** 63n - 1n
const MAX_PORT = 0xffff
const MAX_SHOWN = 40
const FREE_OWN_BYTES = 65_536

const SERVICE_NAME = encodeUtf8('serviceName')
const IPV4 = encodeUtf8('ipv4')
const IPV6 = encodeUtf8('ipv6')
const PORT = encodeUtf8('port')

const HEX_VALUES = new Int8Array(256).fill(-1)
for (const [value, digit] of [...'0123456789abcdef'].entries()) HEX_VALUES[digit.charCodeAt(0)] = value

export class JsonValues {
  reader!: JsonBytesReader
  /** What the reader reads. */
  bytes: Uint8Array = NO_BYTES
  /** Place of the text that `text` read. */
  textBytes: Uint8Array = NO_BYTES
  textStart = 0
  textEnd = 0
  /** The number that `micros` read, as halves of 32 bits. */
  low = 0
  high = 0
  readonly #span: SpanScratch
  readonly #reserve: ReserveMemory
  /** Texts of this span that were written with escapes. */
  #own = new Uint8Array(1024)
  #ownLength = 0

  constructor(span: SpanScratch, reserve: ReserveMemory = () => {}) {
    this.#span = span
    this.#reserve = reserve
  }

  /** Goes to the next span; `bytes`, a plain Uint8Array, are what the reader reads. */
  open(reader: JsonBytesReader, bytes: Uint8Array): void {
    this.reader = reader
    this.bytes = bytes
    this.#ownLength = 0
  }

  /** Enters an object; false, and the span is unfit, where there is none. An empty array, as PHP writes it, is neither. */
  openObject(field: string): boolean {
    const { reader } = this
    if (reader.kind() === 'object') {
      reader.openObject()
      return true
    }
    if (reader.kind() === 'array') {
      reader.skip()
      if (reader.valueEnd - reader.valueStart === 2) return false
      this.#span.reject(`${field}: expected an object, got an array`)
      return false
    }
    return this.unfit(field, 'an object')
  }

  openArray(field: string): boolean {
    if (this.reader.kind() !== 'array') return this.unfit(field, 'an array')
    this.reader.openArray()
    return true
  }

  /** Takes the key that was read as the text. */
  key(): void {
    const { reader } = this
    this.textBytes = this.bytes
    this.textStart = reader.keyStart
    this.textEnd = reader.keyEnd
    if (reader.keyHasEscapes) this.#setOwn(reader.key())
  }

  /** Reads a string; a number is read as its digits (as Zipkin's reader does). False, and the span is unfit, for others. */
  text(field: string): boolean {
    const { reader } = this
    const kind = reader.kind()
    if (kind === 'string') reader.string()
    else if (kind === 'number') reader.number()
    else return this.unfit(field, 'a string')
    this.textBytes = this.bytes
    this.textStart = reader.valueStart
    this.textEnd = reader.valueEnd
    if (reader.hasEscapes) this.#setOwn(reader.text())
    return true
  }

  textInto(field: string, place: TextPlace): void {
    if (this.text(field)) place.set(this.textBytes, this.textStart, this.textEnd)
  }

  /** Digits of an id into the last bytes of `target`, zeros before them. */
  id(field: string, target: Uint8Array): void {
    target.fill(0)
    if (!this.text(field)) return
    const digits = this.textEnd - this.textStart
    const limit = target.length * 2
    if (digits === 0) this.#span.reject(`${field} is empty`)
    else if (digits > limit) this.#span.reject(`${field}.length > ${limit}, got ${this.#shown()}`)
    else if (!this.#hexInto(target))
      this.#span.reject(`${field} should be lower-hex encoded with no prefix, got ${this.#shown()}`)
  }

  /** Microseconds into `low` and `high`; false, and 0, where there are none: negative ones are none, as in Zipkin. */
  micros(field: string): boolean {
    this.low = 0
    this.high = 0
    if (!this.text(field)) return false
    const value = this.#shortNumber()
    if (value >= 0) {
      this.low = lowHalfOf(value)
      this.high = highHalfOf(value)
      return true
    }
    const text = this.textValue()
    const whole = wholeNumber(text)
    if (whole === undefined || whole > MAX_INT64) return this.#unfitText(field, 'microseconds as a whole number')
    if (whole < 0n) return false
    this.low = Number(whole & 0xffff_ffffn)
    this.high = Number(whole >> 32n)
    return true
  }

  endpoint(field: string, endpoint: EndpointScratch): void {
    const { reader } = this
    endpoint.clear()
    if (!this.openObject(field)) return
    while (reader.nextKey()) {
      if (reader.takeNull()) continue
      if (reader.isKey(SERVICE_NAME)) this.textInto('serviceName', endpoint.serviceName)
      else if (reader.isKey(IPV4)) this.textInto('ipv4', endpoint.ipv4)
      else if (reader.isKey(IPV6)) this.textInto('ipv6', endpoint.ipv6)
      else if (reader.isKey(PORT)) endpoint.port = this.#port()
      else reader.skip()
    }
  }

  /** A boolean, or its name as a string. */
  boolean(field: string): boolean {
    if (this.reader.kind() === 'boolean') return this.reader.boolean()
    if (!this.text(field)) return false
    const text = this.textValue()
    return text === 'true' || (text !== 'false' && this.#unfitText(field, 'true or false'))
  }

  /** Whether the text is this one, given as its UTF-8. */
  isText(text: Uint8Array): boolean {
    const { textBytes, textStart } = this
    if (this.textEnd - textStart !== text.length) return false
    for (let i = 0; i < text.length; i++) if (textBytes[textStart + i] !== text[i]) return false
    return true
  }

  /** The text that `text` read, as a string. */
  textValue(): string {
    return decodeUtf8(this.textBytes, this.textStart, this.textEnd)
  }

  /** Steps over a value that is none of its field. */
  unfit(field: string, expected: string): false {
    const kind = this.reader.kind()
    this.reader.skip()
    this.#span.reject(`${field}: expected ${expected}, got ${kind === 'null' ? kind : `a value that is ${kind}`}`)
    return false
  }

  #unfitText(field: string, expected: string): false {
    this.#span.reject(`${field}: expected ${expected}, got ${this.#shown()}`)
    return false
  }

  #port(): number {
    if (!this.text('port')) return 0
    const port = wholeNumber(this.textValue())
    if (port !== undefined && port >= 0n && port <= MAX_PORT) return Number(port)
    this.#unfitText('port', `a number from 0 to ${MAX_PORT}`)
    return 0
  }

  #hexInto(target: Uint8Array): boolean {
    const { textBytes, textStart } = this
    let at = target.length
    for (let end = this.textEnd; end > textStart; end -= 2) {
      const low = HEX_VALUES[textBytes[end - 1]!]!
      const high = end - 2 >= textStart ? HEX_VALUES[textBytes[end - 2]!]! : 0
      if (low < 0 || high < 0) return false
      target[--at] = (high << 4) | low
    }
    return true
  }

  /** The text as a whole number of few digits, or -1. */
  #shortNumber(): number {
    const { textBytes, textStart, textEnd } = this
    if (textEnd - textStart > SHORT_DIGITS || textEnd === textStart) return -1
    let value = 0
    for (let at = textStart; at < textEnd; at++) {
      const digit = textBytes[at]! - ZERO
      if (digit < 0 || digit > 9) return -1
      value = value * 10 + digit
    }
    return value <= Number.MAX_SAFE_INTEGER ? value : -1
  }

  /** A text that stands nowhere in the body as it is. */
  #setOwn(text: string): void {
    const bound = utf8Bound(text)
    if (this.#ownLength + bound > this.#own.length) {
      // Texts of this span stay in the bytes they are in.
      const size = Math.max(2 * this.#own.length, bound)
      if (size > FREE_OWN_BYTES) this.#reserve(size)
      this.#own = new Uint8Array(size)
      this.#ownLength = 0
    }
    this.textBytes = this.#own
    this.textStart = this.#ownLength
    // A lone surrogate becomes bytes that are no UTF-8, which are seen and mended later.
    this.textEnd = encodeUtf8Into(this.#own, this.textStart, text)
    this.#ownLength = this.textEnd
  }

  #shown(): string {
    const text = this.textValue()
    return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
  }
}

/** Also in another notation, such as 1.5e15, while a double holds it exactly. */
function wholeNumber(text: string): bigint | undefined {
  if (INTEGER.test(text)) return BigInt(text)
  if (!NUMBER.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? BigInt(value) : undefined
}

/** A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
