// The strings of one span, one after the other as UTF-8: what the positions in the scratch point into. In the body they
// may hold escapes, so they cannot be pointed at where they are.
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { encodeUtf8Into, utf8Bound } from '../wire/utf8.ts'

/** Below this a loop is faster than making a view and calling `set`. */
const SHORT_COPY_BYTES = 48

export class TextBuffer {
  bytes = new Uint8Array(4096)
  /** Where the string that was put in last begins, and where all end. */
  start = 0
  end = 0
  readonly #source: Uint8Array

  /** `source` is what the readers read. */
  constructor(source: Uint8Array) {
    this.#source = source
  }

  clear(): void {
    this.start = 0
    this.end = 0
  }

  /** The last string, number or skipped value of the reader. */
  putValue(reader: JsonBytesReader): void {
    this.#put(reader, reader.valueStart, reader.valueEnd, reader.hasEscapes)
  }

  /** A value seen before, by its place. */
  putAt(reader: JsonBytesReader, start: number, end: number, hasEscapes: boolean): void {
    this.#put(reader, start, end, hasEscapes)
  }

  putBytes(bytes: Uint8Array): void {
    this.#begin(bytes.length)
    this.bytes.set(bytes, this.end)
    this.end += bytes.length
  }

  #put(reader: JsonBytesReader, start: number, end: number, hasEscapes: boolean): void {
    if (hasEscapes) {
      const text = reader.textAt(start, end, true)
      this.#begin(utf8Bound(text))
      this.end = encodeUtf8Into(this.bytes, this.end, text)
    } else {
      this.#begin(end - start)
      this.#copy(start, end)
    }
  }

  #copy(start: number, end: number): void {
    if (end - start > SHORT_COPY_BYTES) this.bytes.set(this.#source.subarray(start, end), this.end)
    else for (let from = start, to = this.end; from < end; from++, to++) this.bytes[to] = this.#source[from]!
    this.end += end - start
  }

  #begin(more: number): void {
    this.start = this.end
    if (this.end + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.end + more, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.end))
    this.bytes = grown
  }
}
