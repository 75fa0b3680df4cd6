// The attributes of one `attributes` object as places in the body: what a span or a `common` block says, read once before
// anything is written, since ids and times may come behind them. One list is used again for every span.
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { roleOf } from './keys.ts'
import { isIntegerText } from './number-text.ts'

export const VALUE = { null: 0, string: 1, integer: 2, double: 3, true: 4, false: 5, nested: 6 } as const

/** Numbers kept for each attribute. */
const WIDTH = 5

export class AttributeList {
  readonly keys: string[] = []
  /** Role, kind of value with `ESCAPED`, start of the key, start and end of the value. */
  #places = new Int32Array(32 * WIDTH)
  count = 0

  clear(): void {
    this.count = 0
  }

  /** Adds what the object at the reader holds; `bytes` are what it reads. Throws DecodeError when it is none or not whole. */
  read(reader: JsonBytesReader, bytes: Uint8Array): void {
    reader.openObject()
    while (reader.nextKey()) {
      const { keyStart } = reader
      const key = reader.key()
      const kind = readValue(reader, bytes)
      this.#add(key, kind, keyStart, reader.valueStart, reader.valueEnd)
    }
  }

  role(i: number): number {
    return this.#places[i * WIDTH]!
  }

  /** One of VALUE. */
  kind(i: number): number {
    return this.#places[i * WIDTH + 1]! & ~ESCAPED
  }

  hasEscapes(i: number): boolean {
    return (this.#places[i * WIDTH + 1]! & ESCAPED) !== 0
  }

  keyStart(i: number): number {
    return this.#places[i * WIDTH + 2]!
  }

  start(i: number): number {
    return this.#places[i * WIDTH + 3]!
  }

  end(i: number): number {
    return this.#places[i * WIDTH + 4]!
  }

  /** The text of a string value; `bytes` are what was read. */
  text(bytes: Uint8Array, i: number): string {
    const text = decodeUtf8(bytes, this.start(i), this.end(i))
    return this.hasEscapes(i) ? (JSON.parse(`"${text}"`) as string) : text
  }

  #add(key: string, kind: number, keyStart: number, start: number, end: number): void {
    const place = this.count * WIDTH
    if (place === this.#places.length) {
      const grown = new Int32Array(2 * place)
      grown.set(this.#places)
      this.#places = grown
    }
    this.keys[this.count++] = key
    this.#places[place] = roleOf(key)
    this.#places[place + 1] = kind
    this.#places[place + 2] = keyStart
    this.#places[place + 3] = start
    this.#places[place + 4] = end
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
