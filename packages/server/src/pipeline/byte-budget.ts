// One bound on the memory of the write path: bodies being read, inflated bytes, decoded columns, unsynced journal, blocks
// in flight. Doors take room before they read a body; without room the sender is told when to try again.
import { ClewError, type Room } from '@clew/model'

/** Room freed by the next fsync and the next stored block; both are done within about a second. */
const RETRY_AFTER_SECONDS = 1

/** Room of one request, or of one piece of its work. */
export interface Reservation extends Room {
  /** Gives a part back. */
  shrink(bytes: number): void
  /** Gives all its room back; a second call does nothing. */
  release(): void
}

export class ByteBudget {
  readonly limitBytes: number
  #used = 0

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  /** Bytes taken now. May exceed the limit by what `hold` took. */
  get used(): number {
    return this.#used
  }

  /**
   * Takes room for something new; `besideBytes` is what the same request holds in other reservations. Throws OVERLOADED
   * with a retry time when there is no room now, and BODY_TOO_LARGE when the request would not fit into an empty budget.
   */
  reserve(bytes: number, besideBytes = 0): Reservation {
    this.#admit(bytes, besideBytes)
    return new Held((delta, had) => this.#admit(delta, had + besideBytes), this.#giveBack, bytes)
  }

  /** Takes room for what has been accepted already and cannot be refused any more; new requests feel it instead. */
  hold(bytes: number): Reservation {
    this.#take(bytes)
    return new Held((delta) => this.#take(delta), this.#giveBack, bytes)
  }

  #admit(bytes: number, besideBytes: number): void {
    if (besideBytes + bytes > this.limitBytes)
      throw new ClewError(
        'BODY_TOO_LARGE',
        `byte budget: the request needs ${besideBytes + bytes} bytes of memory at once, all there may be is ` +
          `${this.limitBytes}; send smaller batches or raise byte_budget`,
      )
    if (this.#used + bytes > this.limitBytes)
      throw new ClewError(
        'OVERLOADED',
        `byte budget: ${bytes} bytes asked, ${Math.max(0, this.limitBytes - this.#used)} of ${this.limitBytes} free`,
        { retryAfterSeconds: RETRY_AFTER_SECONDS },
      )
    this.#take(bytes)
  }

  #take(bytes: number): void {
    this.#used += bytes
  }

  readonly #giveBack = (bytes: number): void => {
    this.#used -= bytes
  }
}

class Held implements Reservation {
  /** Gets what is asked for and what is there already. */
  readonly #take: (bytes: number, had: number) => void
  readonly #giveBack: (bytes: number) => void
  #bytes: number

  constructor(take: (bytes: number, had: number) => void, giveBack: (bytes: number) => void, bytes: number) {
    this.#take = take
    this.#giveBack = giveBack
    this.#bytes = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  grow(bytes: number): void {
    this.#take(bytes, this.#bytes)
    this.#bytes += bytes
  }

  shrink(bytes: number): void {
    const given = Math.min(bytes, this.#bytes)
    this.#giveBack(given)
    this.#bytes -= given
  }

  release(): void {
    this.shrink(this.#bytes)
  }
}
