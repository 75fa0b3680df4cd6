// Where a text stands in the body; as a string only where its bytes are not yet what it says.
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'

export class TextPlace {
  start = 0
  end = 0
  /** What the text says where it holds escapes. */
  unescaped: string | undefined

  get isEmpty(): boolean {
    return this.start === this.end
  }

  /** The string that the reader has just read. */
  take(reader: JsonBytesReader): void {
    this.set(reader.valueStart, reader.valueEnd, reader.hasEscapes ? reader.text() : undefined)
  }

  copy(other: TextPlace): void {
    this.set(other.start, other.end, other.unescaped)
  }

  set(start: number, end: number, unescaped: string | undefined): void {
    this.start = start
    this.end = end
    this.unescaped = unescaped
  }
}
