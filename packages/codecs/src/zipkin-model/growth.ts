// Tells of the memory of a list before it grows. A list that is used again for every span is paid for once.
import type { ReserveMemory } from '../codec.ts'

/** Shorter lists are not worth a word. */
const FREE_ITEMS = 1024

export class Growth {
  readonly #itemBytes: number
  readonly #reserve: ReserveMemory
  #items = FREE_ITEMS

  constructor(itemBytes: number, reserve: ReserveMemory) {
    this.#itemBytes = itemBytes
    this.#reserve = reserve
  }

  /** To be called before the item with this index is added. */
  reach(index: number): void {
    if (index < this.#items) return
    this.#reserve(this.#items * this.#itemBytes)
    this.#items *= 2
  }
}
