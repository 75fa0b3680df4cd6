// Byte buffers that grow by doubling and serve block after block. Hot loops write into `bytes` at `length` themselves,
// after `reserve`.

/** A buffer larger than this is given back after its block, so that one huge block does not hold memory for good. */
const KEPT_BYTES = 16 * 1024 * 1024

export class GrowableBytes {
  bytes: Uint8Array<ArrayBuffer>
  length = 0
  readonly #initial: number

  constructor(initialCapacity: number) {
    this.#initial = initialCapacity
    this.bytes = new Uint8Array(initialCapacity)
  }

  /** Makes room for `more` bytes after `length`; `bytes` may be another array afterwards. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  clear(): void {
    this.length = 0
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(this.#initial)
  }

  /** What has been written; valid until the next write. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  /** Length and bytes, as Native writes a String. */
  pushString(source: Uint8Array, start: number, end: number): void {
    const size = end - start
    this.reserve(size + 5)
    this.length = writeVarUint(this.bytes, this.length, size)
    this.length = copyBytes(source, start, end, this.bytes, this.length)
  }
}

/** The same for unsigned 32-bit numbers. */
export class GrowableUint32 {
  values: Uint32Array<ArrayBuffer>
  length = 0

  constructor(initialCapacity: number) {
    this.values = new Uint32Array(initialCapacity)
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint32Array(this.values.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = value
  }

  clear(): void {
    this.length = 0
  }
}

/** LEB128 of an unsigned 32-bit number; gives the offset after it. */
export function writeVarUint(target: Uint8Array, at: number, value: number): number {
  let rest = value
  let to = at
  while (rest >= 0x80) {
    target[to++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[to++] = rest
  return to
}

/** Below this a loop is faster than making a view and calling `set` (measured: about 40 ns a call). */
const SHORT_COPY_BYTES = 48

/** Copies `source[start, end)` to `target` at `at`; gives the offset after it. The target has room. */
export function copyBytes(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  if (end - start > SHORT_COPY_BYTES) {
    target.set(source.subarray(start, end), at)
    return at + end - start
  }
  let to = at
  for (let from = start; from < end; from++) target[to++] = source[from]!
  return to
}
