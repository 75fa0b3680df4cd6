// The identities of the last ten minutes, in generations of about a minute: a look-up asks each, the oldest is dropped
// whole. No object per request; the number of identities is bounded, and the window shortens when the bound bites.
import { IDENTITY_BYTES } from '../accepted-request.ts'

export interface IdentityTableOptions {
  readonly windowMs: number
  readonly maxIdentities: number
}

/** Generations in a full table: what is kept is between the window and a tenth more. */
const GENERATIONS = 10
const WORDS = IDENTITY_BYTES / 4
const FIRST_SLOTS = 1_024

export class IdentityTable {
  readonly #options: IdentityTableOptions
  /** Oldest first. */
  readonly #generations: Generation[] = []
  #size = 0
  /** Newest identity that was dropped before its time. */
  #shortenedToMs = Number.NEGATIVE_INFINITY

  constructor(options: IdentityTableOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  /** Milliseconds back from `nowMs` for which every identity is known: less than the window when the bound bit. */
  coveredMs(nowMs: number): number {
    return Math.max(0, Math.min(this.#options.windowMs, nowMs - this.#shortenedToMs))
  }

  has(identity: Uint8Array, nowMs: number): boolean {
    this.#dropOld(nowMs)
    const words = wordsOf(identity)
    for (let i = this.#generations.length - 1; i >= 0; i--) if (this.#generations[i]!.has(words)) return true
    return false
  }

  add(identity: Uint8Array, acceptedMs: number): void {
    const { windowMs, maxIdentities } = this.#options
    this.#dropOld(acceptedMs)
    let current = this.#generations.at(-1)
    if (
      current === undefined ||
      acceptedMs - current.oldestMs >= windowMs / GENERATIONS ||
      current.size >= Math.ceil(maxIdentities / GENERATIONS)
    ) {
      current = new Generation(acceptedMs)
      this.#generations.push(current)
    }
    if (!current.add(wordsOf(identity), acceptedMs)) return
    this.#size++
    while (this.#size > maxIdentities && this.#generations.length > 1)
      this.#shortenedToMs = Math.max(this.#shortenedToMs, this.#drop().newestMs)
  }

  #dropOld(nowMs: number): void {
    while (this.#generations.length > 0 && this.#generations[0]!.newestMs < nowMs - this.#options.windowMs) this.#drop()
  }

  #drop(): Generation {
    const oldest = this.#generations.shift()!
    this.#size -= oldest.size
    return oldest
  }
}

/** A set of identities: open addressing with linear probing, never more than half full. All zero is an empty slot. */
class Generation {
  readonly oldestMs: number
  newestMs: number
  size = 0
  #slots = new Uint32Array(FIRST_SLOTS * WORDS)

  constructor(oldestMs: number) {
    this.oldestMs = oldestMs
    this.newestMs = oldestMs
  }

  has(words: Uint32Array): boolean {
    return this.#slots[this.#find(words) + 3] !== 0
  }

  /** False when it was there. */
  add(words: Uint32Array, acceptedMs: number): boolean {
    if (acceptedMs > this.newestMs) this.newestMs = acceptedMs
    const at = this.#find(words)
    if (this.#slots[at + 3] !== 0) return false
    this.#slots.set(words, at)
    this.size++
    if (2 * WORDS * this.size > this.#slots.length) this.#grow()
    return true
  }

  /** Where the words are, or the empty slot where they belong. */
  #find(words: Uint32Array): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let at = (words[0]! * WORDS) & mask
    while (
      slots[at + 3] !== 0 &&
      (slots[at] !== words[0] || slots[at + 1] !== words[1] || slots[at + 2] !== words[2] || slots[at + 3] !== words[3])
    )
      at = (at + WORDS) & mask
    return at
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(2 * old.length)
    for (let at = 0; at < old.length; at += WORDS)
      if (old[at + 3] !== 0) this.#slots.set(old.subarray(at, at + WORDS), this.#find(old.subarray(at, at + WORDS)))
  }
}

const WORDS_OF = new Uint32Array(WORDS)
const BYTES_OF = new Uint8Array(WORDS_OF.buffer)

/**
 * The words of an identity, until the next call. The last one is never 0, which marks an empty slot: one bit of 128 is
 * given up for it.
 */
function wordsOf(identity: Uint8Array): Uint32Array {
  BYTES_OF.set(identity)
  WORDS_OF[3] = WORDS_OF[3]! | 1
  return WORDS_OF
}
