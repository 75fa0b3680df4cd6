// Writes protobuf messages into one growing buffer. Nested messages are opened and closed; their length is put in when
// they are closed, so that no message is built twice to learn its size.

import { viewOf } from './plain-text.ts'
import { WIRE } from './protobuf-reader.ts'
import { encodeUtf8Into, utf8Bound } from './utf8.ts'

/** Below this a loop is faster than making a view and calling `set` (measured: about 40 ns a call). */
const SHORT_COPY_BYTES = 48
const NO_BYTES: Uint8Array = new Uint8Array(0)

export class ProtobufWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0
  /** What `putRange` copied from last: mostly the body that is decoded, for which one view is made. */
  #source = NO_BYTES
  #sourceView = viewOf(NO_BYTES)
  readonly #onGrowth: (bytes: number) => void

  /** `onGrowth` hears of each buffer before it is made. */
  constructor(initialBytes = 1024, onGrowth: (bytes: number) => void = () => {}) {
    onGrowth(initialBytes)
    this.#onGrowth = onGrowth
    this.#bytes = new Uint8Array(initialBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  /** What was written, as a view that the next write may leave behind. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** What was written, in an array of its own. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  tag(field: number, wireType: number): void {
    this.varint(((field << 3) | wireType) >>> 0)
  }

  /** An unsigned 32-bit value. */
  varint(value: number): void {
    this.#reserve(5)
    let rest = value >>> 0
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  uint32Field(field: number, value: number): void {
    this.tag(field, WIRE.varint)
    this.varint(value)
  }

  boolField(field: number, value: boolean): void {
    this.uint32Field(field, value ? 1 : 0)
  }

  /** int64 or uint64: the two's complement of the low 64 bits. */
  int64Field(field: number, value: bigint): void {
    this.tag(field, WIRE.varint)
    this.#reserve(10)
    const bits = BigInt.asUintN(64, value)
    let low = Number(bits & 0xffff_ffffn)
    let high = Number(bits >> 32n)
    while (high !== 0 || low > 127) {
      this.#bytes[this.#length++] = (low & 0x7f) | 0x80
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    this.#bytes[this.#length++] = low
  }

  fixed32Field(field: number, value: number): void {
    this.tag(field, WIRE.fixed32)
    this.#reserve(4)
    this.#view.setUint32(this.#length, value >>> 0, true)
    this.#length += 4
  }

  fixed64Field(field: number, value: bigint): void {
    this.tag(field, WIRE.fixed64)
    this.#reserve(8)
    this.#view.setBigUint64(this.#length, BigInt.asUintN(64, value), true)
    this.#length += 8
  }

  doubleField(field: number, value: number): void {
    this.tag(field, WIRE.fixed64)
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  stringField(field: number, text: string): void {
    const start = this.open(field)
    this.#reserve(utf8Bound(text))
    this.#length = encodeUtf8Into(this.#bytes, this.#length, text)
    this.close(start)
  }

  /** A string, or the UTF-8 of one. */
  textField(field: number, text: string | Uint8Array): void {
    if (typeof text === 'string') this.stringField(field, text)
    else this.bytesField(field, text)
  }

  /** `source[start, end)` as it is, with no view made for it. */
  rangeField(field: number, source: Uint8Array, start: number, end: number): void {
    this.tag(field, WIRE.lengthDelimited)
    this.varint(end - start)
    if (end - start > SHORT_COPY_BYTES) this.#rawRange(source, start, end)
    else this.putRange(this.claim(end - start), source, start, end)
  }

  bytesField(field: number, value: Uint8Array): void {
    this.tag(field, WIRE.lengthDelimited)
    this.varint(value.length)
    this.raw(value)
  }

  /** Bytes as they are: a message or fields encoded elsewhere. */
  raw(value: Uint8Array): void {
    this.#rawRange(value, 0, value.length)
  }

  /** What is written into; only until the next write, which may go on in a larger one. */
  get buffer(): Uint8Array {
    return this.#bytes
  }

  /** Place in `buffer` of so many bytes at the end, all of which the caller then fills. */
  claim(bytes: number): number {
    this.#reserve(bytes)
    const at = this.#length
    this.#length += bytes
    return at
  }

  /** Copies `source[start, end)` to a place that was claimed, four bytes at a time. */
  putRange(place: number, source: Uint8Array, start: number, end: number): void {
    if (source !== this.#source) {
      this.#source = source
      this.#sourceView = viewOf(source)
    }
    this.putView(place, this.#sourceView, start, end)
  }

  /** The same from bytes that come so often that a view of them is kept. */
  putView(place: number, from: DataView, start: number, end: number): void {
    const to = this.#view
    let at = place
    let next = start
    for (const lastWord = end - 4; next <= lastWord; next += 4) {
      to.setInt32(at, from.getInt32(next, true), true)
      at += 4
    }
    const bytes = this.#bytes
    while (next < end) bytes[at++] = from.getUint8(next++)
  }

  /** Takes back everything after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length)
  }

  /** Starts a length-delimited field; everything written until `close` is its value. */
  open(field: number): number {
    this.tag(field, WIRE.lengthDelimited)
    this.#reserve(1)
    return this.#length++
  }

  /** Ends the field that `open` started; fields are closed in the reverse order of opening. */
  close(start: number): void {
    const length = this.#length - start - 1
    if (length < 128) {
      this.#bytes[start] = length
      return
    }
    // One byte was kept for the length. A longer one moves the value up, which costs less than a second encoding.
    const more = varintSize(length) - 1
    this.#reserve(more)
    this.#bytes.copyWithin(start + 1 + more, start + 1, this.#length)
    this.#length += more
    let at = start
    let rest = length
    while (rest > 127) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[at] = rest
  }

  #rawRange(source: Uint8Array, start: number, end: number): void {
    const size = end - start
    this.#reserve(size)
    if (size > SHORT_COPY_BYTES) {
      this.#bytes.set(source.subarray(start, end), this.#length)
      this.#length += size
      return
    }
    const bytes = this.#bytes
    let to = this.#length
    for (let from = start; from < end; from++) bytes[to++] = source[from]!
    this.#length = to
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const size = Math.max(needed, this.#bytes.length * 2)
    this.#onGrowth(size)
    const grown = new Uint8Array(size)
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}

function varintSize(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  return value < 0x1000_0000 ? 4 : 5
}
