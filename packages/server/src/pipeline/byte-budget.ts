// One bound on the memory of the write path: bodies being read, inflated bytes, unsynced journal, blocks in flight.
// Doors take room before they read a body; without room the sender is told when to try again.
import { ClewError } from '@clew/model'

/** Room freed by the next fsync and the next stored block; both are done within about a second. */
const RETRY_AFTER_SECONDS = 1

export interface Reservation {
  /** Takes more room; throws OVERLOADED when there is none, and then keeps what it had. */
  grow(bytes: number): void
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

  /** Takes room for something new. Throws OVERLOADED with a retry time when there is none. */
  reserve(bytes: number): Reservation {
    this.#admit(bytes)
    return new Held((delta) => this.#admit(delta), this.#giveBack, bytes)
  }

  /** Takes room for what has been accepted already and cannot be refused any more; new requests feel it instead. */
  hold(bytes: number): Reservation {
    this.#take(bytes)
    return new Held((delta) => this.#take(delta), this.#giveBack, bytes)
  }

  #admit(bytes: number): void {
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
  readonly #take: (bytes: number) => void
  readonly #giveBack: (bytes: number) => void
  #bytes: number

  constructor(take: (bytes: number) => void, giveBack: (bytes: number) => void, bytes: number) {
    this.#take = take
    this.#giveBack = giveBack
    this.#bytes = bytes
  }

  grow(bytes: number): void {
    this.#take(bytes)
    this.#bytes += bytes
  }

  release(): void {
    this.#giveBack(this.#bytes)
    this.#bytes = 0
  }
}
