// The attributes of one `attributes` object as places in the body: what a span or a `common` block says, read once before
// anything is written, since ids and times may come behind them. One list is used again for every span.
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { type AttributeKey, attributeKey, keyOf } from './attribute-key.ts'
import { isIntegerText } from './number-text.ts'
import { plainStringEnd, plainValueEnd, valueKind } from './plain-values.ts'
import { VALUE } from './value-kind.ts'

const QUOTE = 0x22
const SPACE = 0x20
const NEWLINE = 0x0a
const COMMA = 0x2c
const COLON = 0x3a

/** Numbers kept for each attribute. */
const WIDTH = 4

export class AttributeList {
  readonly keys: AttributeKey[] = []
  /** Kind of value with `ESCAPED`, start of the key, start and end of the value. */
  #places = new Int32Array(32 * WIDTH)
  count = 0

  clear(): void {
    this.count = 0
  }

  /** Adds what the object at the reader holds; `bytes` are what it reads. Throws DecodeError when it is none or not whole. */
  read(reader: JsonBytesReader, bytes: Uint8Array): void {
    reader.openObject()
    for (let isFirst = true; ; isFirst = false) {
      const position = this.#readPlain(bytes, reader.position, isFirst)
      if (position !== reader.position) reader.goOn(position)
      if (!reader.nextKey()) return
      const { keyStart } = reader
      const key = reader.keyHasEscapes ? keyOf(reader.key()) : attributeKey(bytes, keyStart, reader.keyEnd)
      const kind = readValue(reader, bytes)
      this.#add(key, kind, keyStart, reader.valueStart, reader.valueEnd)
    }
  }

  /**
   * Adds attributes from `start` on as long as they are written as nearly all are: no escapes, no nesting, no exponents, a
   * space here and there. Gives the place behind the last of them; what follows is the reader's, mistakes too.
   */
  #readPlain(bytes: Uint8Array, start: number, isFirst: boolean): number {
    let done = start
    for (let first = isFirst; ; first = false) {
      let at = done
      if (!first && bytes[at++] !== COMMA) return done
      while (bytes[at] === SPACE || bytes[at] === NEWLINE) at++
      if (bytes[at++] !== QUOTE) return done
      const keyStart = at
      const key = this.#plainKey(bytes, at)
      if (key === undefined) return done
      at += key.utf8.length + 1
      if (bytes[at++] !== COLON) return done
      if (bytes[at] === SPACE) at++
      const end = plainValueEnd(bytes, at)
      if (end < 0) return done
      if (valueKind === VALUE.string) this.#add(key, VALUE.string, keyStart, at + 1, end - 1)
      else this.#add(key, valueKind, keyStart, at, end)
      done = end
    }
  }

  /** The key whose text begins at `at`. Spans of a body have the same keys in the same order, more often than not. */
  #plainKey(bytes: Uint8Array, at: number): AttributeKey | undefined {
    const before = this.keys[this.count]
    if (before !== undefined) {
      const { utf8 } = before
      let same = 0
      while (same < utf8.length && bytes[at + same] === utf8[same]) same++
      if (same === utf8.length && bytes[at + same] === QUOTE) return before
    }
    const end = plainStringEnd(bytes, at)
    if (end < 0) return undefined
    const key = attributeKey(bytes, at, end)
    return key.utf8.length === end - at ? key : undefined
  }

  role(i: number): number {
    return this.keys[i]!.role
  }

  /** One of VALUE. */
  kind(i: number): number {
    return this.#places[i * WIDTH]! & ~ESCAPED
  }

  hasEscapes(i: number): boolean {
    return (this.#places[i * WIDTH]! & ESCAPED) !== 0
  }

  keyStart(i: number): number {
    return this.#places[i * WIDTH + 1]!
  }

  start(i: number): number {
    return this.#places[i * WIDTH + 2]!
  }

  end(i: number): number {
    return this.#places[i * WIDTH + 3]!
  }

  /** Makes the value null. */
  drop(i: number): void {
    this.#places[i * WIDTH] = VALUE.null
  }

  /** Ends a string earlier. */
  cut(i: number, end: number): void {
    this.#places[i * WIDTH + 3] = end
  }

  /** The text of a string value; `bytes` are what was read. */
  text(bytes: Uint8Array, i: number): string {
    const text = decodeUtf8(bytes, this.start(i), this.end(i))
    return this.hasEscapes(i) ? (JSON.parse(`"${text}"`) as string) : text
  }

  #add(key: AttributeKey, kind: number, keyStart: number, start: number, end: number): void {
    const place = this.count * WIDTH
    if (place === this.#places.length) {
      const grown = new Int32Array(2 * place)
      grown.set(this.#places)
      this.#places = grown
    }
    this.keys[this.count++] = key
    this.#places[place] = kind
    this.#places[place + 1] = keyStart
    this.#places[place + 2] = start
    this.#places[place + 3] = end
  }
}

const ESCAPED = 16

/** Steps over the value at the reader, which then knows its place; gives its kind, with `ESCAPED`. */
function readValue(reader: JsonBytesReader, bytes: Uint8Array): number {
  switch (reader.kind()) {
    case 'string':
      reader.string()
      return reader.hasEscapes ? VALUE.string | ESCAPED : VALUE.string
    case 'number':
      reader.number()
      return isIntegerText(bytes, reader.valueStart, reader.valueEnd) ? VALUE.integer : VALUE.double
    case 'boolean':
      return reader.boolean() ? VALUE.true : VALUE.false
    case 'null':
      reader.takeNull()
      return VALUE.null
    default:
      reader.skip()
      return VALUE.nested
  }
}
