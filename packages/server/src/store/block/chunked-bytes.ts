// The data of a large String column: written into chunks that are never joined or moved and serve block after block.
// Hot loops write into `bytes` at `length` themselves, after `reserve`.
import { copyBytes, writeVarUint } from './growable-bytes.ts'

const CHUNK_BYTES = 1024 * 1024
/** Held from block to block; what a larger block needs more is given back after it. */
const KEPT_CHUNKS = 32

export class ChunkedBytes {
  /** The chunk that is being written, and how far. */
  bytes = new Uint8Array(CHUNK_BYTES)
  length = 0
  #full: Uint8Array[] = []
  #spare: Uint8Array<ArrayBuffer>[] = []

  /** Makes room for `more` bytes after `length`, in one piece; `bytes` and `length` may be others afterwards. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    this.#full.push(this.bytes.subarray(0, this.length))
    this.bytes = (more <= CHUNK_BYTES ? this.#spare.pop() : undefined) ?? new Uint8Array(Math.max(CHUNK_BYTES, more))
    this.length = 0
  }

  clear(): void {
    for (const chunk of this.#full)
      if (chunk.buffer.byteLength === CHUNK_BYTES && this.#spare.length < KEPT_CHUNKS)
        this.#spare.push(new Uint8Array(chunk.buffer as ArrayBuffer))
    this.#full = []
    this.length = 0
  }

  /** What has been written; valid until the next `clear`. */
  written(): Uint8Array[] {
    return [...this.#full, this.bytes.subarray(0, this.length)]
  }

  /** Length and bytes, as Native writes a String. */
  pushString(source: Uint8Array, start: number, end: number): void {
    const size = end - start
    this.reserve(size + 5)
    this.length = writeVarUint(this.bytes, this.length, size)
    this.length = copyBytes(source, start, end, this.bytes, this.length)
  }
}
