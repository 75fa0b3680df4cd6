// Tuples of five 32-bit numbers (0 where a grouping has fewer) to small consecutive numbers: the grouping of the rollups. Open addressing in typed
// arrays; no object for a row.
const WIDTH = 5

export class IntTupleTable {
  /** Number of different tuples; the next new one gets this number. */
  size = 0
  #tuples = new Uint32Array(1024 * WIDTH)
  #table = new Int32Array(4096)

  /** Number `position` of the tuple `id`. */
  at(id: number, position: number): number {
    return this.#tuples[id * WIDTH + position]!
  }

  intern(a: number, b: number, c: number, d: number, e: number): number {
    const tuples = this.#tuples
    const mask = this.#table.length - 1
    let slot = hashTuple(a, b, c, d, e) & mask
    for (;;) {
      const entry = this.#table[slot]!
      if (entry === 0) break
      const at = (entry - 1) * WIDTH
      if (
        tuples[at] === a &&
        tuples[at + 1] === b &&
        tuples[at + 2] === c &&
        tuples[at + 3] === d &&
        tuples[at + 4] === e
      )
        return entry - 1
      slot = (slot + 1) & mask
    }
    return this.#add(slot, a, b, c, d, e)
  }

  #add(slot: number, a: number, b: number, c: number, d: number, e: number): number {
    const id = this.size++
    if (this.size * WIDTH > this.#tuples.length) {
      const grown = new Uint32Array(this.#tuples.length * 2)
      grown.set(this.#tuples)
      this.#tuples = grown
    }
    this.#tuples.set([a, b, c, d, e], id * WIDTH)
    this.#table[slot] = id + 1
    if (this.size * 2 > this.#table.length) this.#grow()
    return id
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 4)
    const mask = table.length - 1
    for (let id = 0; id < this.size; id++) {
      let slot = hashTuple(this.at(id, 0), this.at(id, 1), this.at(id, 2), this.at(id, 3), this.at(id, 4)) & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = id + 1
    }
    this.#table = table
  }
}

function hashTuple(a: number, b: number, c: number, d: number, e: number): number {
  let hash = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b)
  hash = Math.imul(hash ^ b ^ (hash >>> 15), 0xc2b2_ae35)
  hash = Math.imul(hash ^ c ^ (hash >>> 13), 0x27d4_eb2f)
  hash = Math.imul(hash ^ d ^ (hash >>> 15), 0x1656_67b1)
  hash = Math.imul(hash ^ e ^ (hash >>> 13), 0x85eb_ca6b)
  return hash ^ (hash >>> 16)
}
