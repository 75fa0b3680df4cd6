// Room for calls that can wait: their sender is held back until there is some, where others are refused at once. How many
// wait is bounded, since what a sender had under way when it was held back is in memory all the same.
import { ClewError } from '@clew/model'
import type { ByteBudget, Reservation } from '../pipeline/byte-budget.ts'

/** Times the 4 MiB of a stream's window: what those who wait may have sent. */
const MAX_WAITING = 32
/** Room comes with the next fsync and the next stored block: every second or so. */
const WAIT_MS = 10_000
const LOOK_MS = 20

export class Patience {
  readonly #budget: ByteBudget
  #waiting = 0

  constructor(budget: ByteBudget) {
    this.#budget = budget
  }

  /**
   * Takes room for what is still to come. The half of all room stays free of it, for those who cannot wait, and for
   * inflating and storing what has come: otherwise many who hold a part could all wait for the rest.
   */
  reserve(bytes: number): Reservation {
    const { used, limitBytes } = this.#budget
    if (used > 0 && used + bytes > limitBytes / 2)
      throw new ClewError('OVERLOADED', `byte budget: ${used} of ${limitBytes} bytes are taken`)
    return this.#budget.reserve(bytes)
  }

  /** Tries again and again as long as `attempt` throws OVERLOADED, up to ten seconds; then throws that. */
  async untilRoom<T>(attempt: () => T | Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await attempt()
    } catch (error) {
      if (!isOverload(error) || this.#waiting >= MAX_WAITING) throw error
    }
    this.#waiting++
    try {
      return await this.#tryAgain(attempt, signal)
    } finally {
      this.#waiting--
    }
  }

  async #tryAgain<T>(attempt: () => T | Promise<T>, signal: AbortSignal): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
      try {
        return await attempt()
      } catch (error) {
        if (!isOverload(error) || waitedMs >= WAIT_MS || signal.aborted) throw error
      }
    }
  }
}

/** Whether there was no room, or something behind could take no more now. */
export function isOverload(error: unknown): boolean {
  return error instanceof ClewError && error.code === 'OVERLOADED'
}
