// Lets merges wait while segments do. Merges take the core that blocks are built and inserted on, and parts that come
// quickly one after the other are better merged once, together, than some now and their result again later.
import type { Engine } from './engine.ts'

/** Blocks in a row that came while another was still being stored. The first is a small burst. */
const BEHIND_BLOCKS = 2
/** Parts that may gather: each costs a look-up a fraction of a millisecond. */
const MOST_BLOCKS = 24

export class MergePause {
  readonly #engine: Pick<Engine, 'pauseMerges'>
  #behind = 0
  #paused = false

  constructor(engine: Pick<Engine, 'pauseMerges'>) {
    this.#engine = engine
  }

  /** Before a block is inserted; `hasWaited` when it was there before the last one was stored. */
  async beforeBlock(hasWaited: boolean): Promise<void> {
    this.#behind = hasWaited ? this.#behind + 1 : 0
    await this.#set(this.#behind >= BEHIND_BLOCKS && this.#behind < MOST_BLOCKS)
  }

  /** When nothing more waits. */
  async end(): Promise<void> {
    this.#behind = 0
    await this.#set(false)
  }

  async #set(paused: boolean): Promise<void> {
    if (this.#paused === paused) return
    await this.#engine.pauseMerges?.(paused)
    this.#paused = paused
  }
}
