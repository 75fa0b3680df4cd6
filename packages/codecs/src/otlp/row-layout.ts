// Cuts columns out of one stretch of bytes, in order. Wider columns come first, so that each starts where it is aligned.

export class RowLayout {
  readonly count: number
  readonly #area: Uint8Array
  #at: number

  /** `area` starts at a multiple of eight within its buffer and has room for all columns of `count` rows. */
  constructor(area: Uint8Array, count: number) {
    this.#area = area
    this.#at = area.byteOffset
    this.count = count
  }

  uint64(): BigUint64Array {
    return new BigUint64Array(this.#area.buffer, this.#take(8), this.count)
  }

  uint32(): Uint32Array {
    return new Uint32Array(this.#area.buffer, this.#take(4), this.count)
  }

  bytes(perRow: number): Uint8Array {
    return new Uint8Array(this.#area.buffer, this.#take(perRow), this.count * perRow)
  }

  #take(bytesPerRow: number): number {
    const start = this.#at
    this.#at += bytesPerRow * this.count
    return start
  }
}
