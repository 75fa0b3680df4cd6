// Bytes that grow at the end and are taken away from the front: what a splitter holds of the stream.

export class ByteBuffer {
  #bytes = new Uint8Array(65_536)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The bytes so far, as a view that the next call may leave behind. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  append(source: Uint8Array, start = 0, end = source.length): void {
    const needed = this.#length + end - start
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.view)
      this.#bytes = grown
    }
    this.#bytes.set(source.subarray(start, end), this.#length)
    this.#length = needed
  }

  /** Only the first `length` bytes stay. */
  truncate(length: number): void {
    this.#length = length
  }

  /** The first `count` bytes go. */
  drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length)
    this.#length -= count
  }

  /** What it holds, in an array of its own; empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }
}
