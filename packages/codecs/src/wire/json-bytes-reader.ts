// A pull reader of JSON (RFC 8259) on bytes: gives the places of keys, items and values, so that strings are copied and not
// made. For formats where every microsecond a span counts; json-reader.ts is the same over a text.
import { DecodeError } from '@clew/model'
import type { JsonKind } from './json-reader.ts'
import { afterNumber, afterSpace, CODE, endOfString, hadEscapes, isDigit } from './json-tokens.ts'
import { decodeUtf8 } from './utf8.ts'

/** Numbers kept for each open container: -1 or the index within an array; start and end of the key within an object. */
const LEVEL_NUMBERS = 3
const IN_OBJECT = -2

/** Skipped values may nest as deep as they like: each level takes three numbers, no stack. */
export class JsonBytesReader {
  readonly #format: string
  readonly #bytes: Uint8Array
  readonly end: number
  readonly #prefix: string
  #at: number
  #levels = new Int32Array(16 * LEVEL_NUMBERS)
  #depth = 0
  #isFirst = true

  /** Place of the last value that is no container: of a string between its quotes; or of all that was skipped. */
  valueStart = 0
  valueEnd = 0
  /** The last string holds backslashes: its bytes are not yet what it says. */
  hasEscapes = false
  /** Place of the last key, between its quotes. */
  keyStart = 0
  keyEnd = 0
  keyHasEscapes = false

  /**
   * Reads the document in `bytes[start, end)`; what is no UTF-8 within strings is passed over. `prefix` is the path of a
   * value that is read for itself, for messages.
   */
  constructor(format: string, bytes: Uint8Array, start = 0, end = bytes.length, prefix = '') {
    this.#format = format
    this.#prefix = prefix
    // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
    this.#bytes =
      bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = start
    this.end = end
  }

  /** Where the next look begins. */
  get position(): number {
    return this.#at
  }

  /** For a caller that read whole entries of the open container by itself: the look goes on at `position`, behind the last. */
  goOn(position: number): void {
    this.#at = position
    this.#isFirst = false
  }

  kind(): JsonKind {
    const code = this.#peek()
    if (code === CODE.quote) return 'string'
    if (code === CODE.openObject) return 'object'
    if (code === CODE.openArray) return 'array'
    if (code === CODE.minus || isDigit(code)) return 'number'
    if (code === CODE.n) return 'null'
    if (code === CODE.t || code === CODE.f) return 'boolean'
    return this.fail(`expected a value, got ${this.#found()}`)
  }

  openObject(): void {
    if (this.#peek() !== CODE.openObject) this.#failKind('an object')
    this.#open(IN_OBJECT)
  }

  openArray(): void {
    if (this.#peek() !== CODE.openArray) this.#failKind('an array')
    this.#open(-1)
  }

  /** Steps to the next key of the open object; false, and the object is closed, when there is none. The value follows. */
  nextKey(): boolean {
    if (!this.#nextEntry(CODE.closeObject)) return false
    if (this.#bytes[this.#at] !== CODE.quote || this.#at >= this.end) this.fail(`expected a key, got ${this.#found()}`)
    this.#quoted()
    this.keyStart = this.valueStart
    this.keyEnd = this.valueEnd
    this.keyHasEscapes = this.hasEscapes
    const level = (this.#depth - 1) * LEVEL_NUMBERS
    this.#levels[level + 1] = this.keyStart
    this.#levels[level + 2] = this.keyEnd
    if (this.#peek() !== CODE.colon) this.fail(`expected ":", got ${this.#found()}`)
    this.#at++
    return true
  }

  /** Whether the open array has another item, which then follows; else it is closed. */
  nextItem(): boolean {
    if (!this.#nextEntry(CODE.closeArray)) return false
    this.#levels[(this.#depth - 1) * LEVEL_NUMBERS]!++
    return true
  }

  string(): void {
    if (this.#peek() !== CODE.quote) this.#failKind('a string')
    this.#quoted()
  }

  number(): void {
    const code = this.#peek()
    if (code !== CODE.minus && !isDigit(code)) this.#failKind('a number')
    this.#digits()
  }

  boolean(): boolean {
    const isTrue = this.#peek() === CODE.t
    if (!isTrue && this.#peek() !== CODE.f) this.#failKind('a boolean')
    this.#literal(isTrue ? 'true' : 'false')
    return isTrue
  }

  /** Takes a `null` if that is the value here. */
  takeNull(): boolean {
    if (this.#peek() !== CODE.n) return false
    this.#literal('null')
    return true
  }

  /** Steps over the value here, whatever it is; its place is that of the last value. */
  skip(): void {
    this.#peek()
    const start = this.#at
    const depth = this.#depth
    do {
      if (this.#depth > depth) {
        const inArray = this.#levels[(this.#depth - 1) * LEVEL_NUMBERS]! !== IN_OBJECT
        if (inArray ? !this.nextItem() : !this.nextKey()) continue
      }
      this.#skipOne()
    } while (this.#depth > depth)
    this.valueStart = start
    this.valueEnd = this.#at
  }

  /** The text of the last string, or the digits of the last number. */
  text(): string {
    return this.textAt(this.valueStart, this.valueEnd, this.hasEscapes)
  }

  key(): string {
    return this.textAt(this.keyStart, this.keyEnd, this.keyHasEscapes)
  }

  /** The text of a string seen before, by its place. What is no UTF-8 becomes U+FFFD. */
  textAt(start: number, end: number, hasEscapes: boolean): string {
    const text = decodeUtf8(this.#bytes, start, end)
    return hasEscapes ? (JSON.parse(`"${text}"`) as string) : text
  }

  /** Whether the last key is this one, given as its UTF-8. */
  isKey(key: Uint8Array): boolean {
    if (this.keyHasEscapes) return this.key() === decodeUtf8(key, 0, key.length)
    return this.isAt(this.keyStart, this.keyEnd, key)
  }

  isAt(start: number, end: number, text: Uint8Array): boolean {
    if (end - start !== text.length) return false
    for (let i = 0; i < text.length; i++) if (this.#bytes[start + i] !== text[i]) return false
    return true
  }

  /** Nothing but white space may follow the document. */
  finish(): void {
    if (this.#peek() >= 0) this.fail(`expected the end of the document, got ${this.#found()}`)
  }

  /** Throws DecodeError with the path of the place where the reader stands. */
  fail(problem: string): never {
    throw new DecodeError(this.#format, this.path() || `byte ${this.#at}`, problem)
  }

  /** Keys and indexes from the root to the value that is read, such as `[0].spans[3].id`; '' at the root. */
  path(): string {
    let path = this.#prefix
    for (let depth = 0; depth < Math.min(this.#depth, SHOWN.levels); depth++) {
      const [index, start, end] = this.#levels.subarray(depth * LEVEL_NUMBERS, (depth + 1) * LEVEL_NUMBERS)
      if (index! >= 0) path += `[${index}]`
      else if (index === IN_OBJECT && end! > 0) path += (path === '' ? '' : '.') + this.#shortKey(start!, end!)
    }
    return path
  }

  #shortKey(start: number, end: number): string {
    const key = decodeUtf8(this.#bytes, start, Math.min(end, start + SHOWN.keyBytes))
    return end - start > SHOWN.keyBytes ? `${key}…` : key
  }

  #open(index: number): void {
    const level = this.#depth * LEVEL_NUMBERS
    if (level === this.#levels.length) {
      const grown = new Int32Array(2 * level)
      grown.set(this.#levels)
      this.#levels = grown
    }
    this.#levels[level] = index
    this.#levels[level + 1] = 0
    this.#levels[level + 2] = 0
    this.#depth++
    this.#isFirst = true
    this.#at++
  }

  #nextEntry(close: number): boolean {
    const code = this.#peek()
    if (code === close) {
      this.#at++
      this.#depth--
      this.#isFirst = false
      return false
    }
    if (!this.#isFirst) {
      if (code !== CODE.comma) this.fail(`expected "," or "${String.fromCharCode(close)}", got ${this.#found()}`)
      this.#at++
      this.#peek()
    }
    this.#isFirst = false
    return true
  }

  #skipOne(): void {
    switch (this.kind()) {
      case 'object':
        this.openObject()
        break
      case 'array':
        this.openArray()
        break
      case 'string':
        this.#quoted()
        break
      case 'number':
        this.#digits()
        break
      case 'boolean':
        this.boolean()
        break
      case 'null':
        this.takeNull()
    }
  }

  /** From an opening quote. */
  #quoted(): void {
    const start = this.#at + 1
    const close = endOfString(this.#bytes, start, this.end)
    if (close < 0) {
      this.#at = -close - 1
      const problem = this.#bytes[this.#at] === CODE.backslash ? 'a known escape' : 'the end of a string'
      this.fail(`expected ${problem}, got ${this.#found()}`)
    }
    this.#value(start, close, close + 1, hadEscapes)
  }

  #digits(): void {
    const after = afterNumber(this.#bytes, this.#at, this.end)
    if (after < 0) this.fail(`expected a number, got ${this.#found()}`)
    this.#value(this.#at, after, after)
  }

  #literal(word: string): void {
    for (let i = 0; i < word.length; i++)
      if (this.#at + i >= this.end || this.#bytes[this.#at + i] !== word.charCodeAt(i))
        this.fail(`expected a value, got ${this.#found()}`)
    const after = this.#at + word.length
    this.#value(this.#at, after, after)
  }

  #value(start: number, end: number, next: number, hasEscapes = false): void {
    this.valueStart = start
    this.valueEnd = end
    this.hasEscapes = hasEscapes
    this.#at = next
  }

  /** The first byte of the next token, white space passed over; -1 at the end. */
  #peek(): number {
    this.#at = afterSpace(this.#bytes, this.#at, this.end)
    return this.#at < this.end ? this.#bytes[this.#at]! : -1
  }

  #failKind(expected: string): never {
    this.kind() // What is no value at all is said first.
    return this.fail(`expected ${expected}, got ${this.#found()}`)
  }

  #found(): string {
    if (this.#at >= this.end) return 'the end of the document'
    return JSON.stringify(decodeUtf8(this.#bytes, this.#at, Math.min(this.end, this.#at + 20)))
  }
}

const SHOWN = { levels: 32, keyBytes: 40 } as const
