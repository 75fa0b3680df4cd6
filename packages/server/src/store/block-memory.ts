// Answers that hold until the next block: the same question of the same data is not asked of the engine again. Retention
// takes data away without a block, so nothing is remembered for long.
import { type Clock, systemClock } from '@clew/model'

/** Retention drops what is at least a day old: to show it a second longer misleads nobody. */
const REMEMBERED_MS = 1000
const CAPACITY = 256

interface Remembered<T> {
  readonly block: bigint
  readonly untilMs: number
  readonly answer: Promise<T>
}

export class BlockMemory<T> {
  readonly #clock: Clock
  /** Oldest first. */
  readonly #known = new Map<string, Remembered<T>>()

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** What is remembered of `key` as of the highest block; undefined where it must be asked. */
  get(key: string, block: bigint): Promise<T> | undefined {
    const known = this.#known.get(key)
    return known !== undefined && known.block === block && this.#clock.nowMs() < known.untilMs
      ? known.answer
      : undefined
  }

  /** As `get`, and asks where nothing is remembered; those who ask at the same time share one answer, failures too. */
  read(key: string, block: bigint, ask: () => Promise<T>): Promise<T> {
    const known = this.get(key, block)
    if (known !== undefined) return known
    const answer = ask()
    this.#known.delete(key)
    this.#known.set(key, { block, untilMs: this.#clock.nowMs() + REMEMBERED_MS, answer })
    answer.catch(() => {
      if (this.#known.get(key)?.answer === answer) this.#known.delete(key)
    })
    if (this.#known.size > CAPACITY) this.#known.delete(this.#known.keys().next().value!)
    return answer
  }
}
