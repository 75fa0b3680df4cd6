// A cursor over Native bytes: the primitives every column is read with.
import { DecodeError } from '@clew/model'

export class NativeReader {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    // A Buffer's `slice` makes a view, a Uint8Array's a copy; the copy is meant here.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length
  }

  /** LEB128; sizes here are far below 2^53. */
  varUint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw this.#ended(1)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }

  text(): string {
    return Buffer.from(this.take(this.varUint())).toString('utf8')
  }

  /** The next `length` bytes, a view. */
  take(length: number): Uint8Array {
    const start = this.at
    if (!(length <= this.bytes.length - start)) throw this.#ended(length)
    this.at = start + length
    return this.bytes.subarray(start, this.at)
  }

  /** The next `count` values of `width` bytes, aligned for a typed array: a view where they already are, else a copy. */
  aligned(count: number, width: number): { buffer: ArrayBufferLike; offset: number } {
    const part = this.take(count * width)
    if (part.byteOffset % width === 0) return { buffer: part.buffer, offset: part.byteOffset }
    const copy = part.slice()
    return { buffer: copy.buffer, offset: copy.byteOffset }
  }

  uint64(): number {
    const { buffer, offset } = this.aligned(1, 8)
    return Number(new BigUint64Array(buffer, offset, 1)[0])
  }

  #ended(wanted: number): DecodeError {
    return new DecodeError('native result', `byte ${this.at}`, `${wanted} bytes expected, the answer ends`)
  }
}
