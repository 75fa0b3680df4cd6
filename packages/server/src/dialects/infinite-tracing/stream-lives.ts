// How long streams live: the trace observer that agents know closes each with OK after half a minute or so, and they come
// back at once. It lets an agent notice a balancer's new mind, and no stream outlives a deployment.
import type { Timers } from '../../pipeline/journal/timers.ts'

const SHORTEST_MS = 27_000
const SPREAD_MS = 6_000
/** The golden ratio: parts of the spread that lie far from each other, so that agents that came together part. */
const STEP = 0.618_034

export class StreamLives {
  readonly #timers: Timers
  readonly #ends = new Set<() => void>()
  #started = 0

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** Streams that are alive now. */
  get count(): number {
    return this.#ends.size
  }

  /** Calls `end` once when the stream has lived long enough; the function given back is to be called when it is over. */
  start(end: () => void): () => void {
    const lifeMs = SHORTEST_MS + SPREAD_MS * ((this.#started++ * STEP) % 1)
    const callOff = this.#timers.after(lifeMs, end)
    this.#ends.add(end)
    return () => {
      callOff()
      this.#ends.delete(end)
    }
  }

  /** Ends all streams now. */
  endAll(): void {
    for (const end of this.#ends) end()
  }
}
