// Room for calls that can wait: their sender is held back until there is some, where others are refused at once. How many
// wait is bounded, since what a sender had under way when it was held back is in memory all the same.
import { ClewError } from '@clew/model'
import type { ByteBudget, Reservation } from '../pipeline/byte-budget.ts'

/** Times the 4 MiB of a stream's window, which is what each of those who wait may have sent: as much as the budget itself. */
const MAX_WAITING = 64
const LOOK_MS = 5
/** A try may be work: some of it inflates. */
const RETRY_MS = 50
/** Room comes with the next fsync and the next stored block: every second or so. */
const WAIT_MS = 10_000

export class Patience {
  readonly #budget: ByteBudget
  #waiting = 0
  #lastInLine: Promise<void> = Promise.resolve()
  #isTurn = false

  constructor(budget: ByteBudget) {
    this.#budget = budget
  }

  /**
   * Takes room for what is still to come. Throws OVERLOADED when there is none, or others wait for it already. The half of
   * all room stays free of it, for those who cannot wait, and for inflating and storing what has come: otherwise many who
   * hold a part could all wait for the rest.
   */
  reserve(bytes: number): Reservation {
    const { used, limitBytes } = this.#budget
    if ((this.#waiting > 0 && !this.#isTurn) || (used > 0 && used + bytes > limitBytes / 2))
      throw new ClewError('OVERLOADED', `byte budget: ${used} of ${limitBytes} bytes are taken, ${this.#waiting} wait`)
    return this.#budget.reserve(bytes)
  }

  /**
   * Waits in line until `attempt`, which may reserve, does not throw OVERLOADED. Rejects with OVERLOADED when too many wait
   * already or the signal says that nobody waits for this any more.
   */
  async inTurn(attempt: () => void, signal: AbortSignal): Promise<void> {
    if (this.#waiting >= MAX_WAITING)
      throw new ClewError('OVERLOADED', `streams: expected at most ${MAX_WAITING} that wait for room, got more`)
    this.#waiting++
    const before = this.#lastInLine
    let leave = () => {}
    this.#lastInLine = new Promise((resolve) => {
      leave = resolve
    })
    try {
      await before
      while (!this.#tryInTurn(attempt, signal)) await pause(LOOK_MS)
    } finally {
      this.#waiting--
      leave()
    }
  }

  /** Tries again and again as long as `attempt` throws OVERLOADED, up to ten seconds; then throws that. */
  async untilRoom<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
      try {
        return await attempt()
      } catch (error) {
        if (!isOverload(error) || waitedMs >= WAIT_MS || signal.aborted) throw error
      }
      await pause(RETRY_MS)
    }
  }

  #tryInTurn(attempt: () => void, signal: AbortSignal): boolean {
    this.#isTurn = true
    try {
      attempt()
      return true
    } catch (error) {
      if (!isOverload(error) || signal.aborted) throw error
      return false
    } finally {
      this.#isTurn = false
    }
  }
}

/** Whether there was no room, or something behind could take no more now. */
export function isOverload(error: unknown): boolean {
  return error instanceof ClewError && error.code === 'OVERLOADED'
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
