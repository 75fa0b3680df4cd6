// Bounds how many questions of a tenant run at once: the next ones wait in line, and when the line is full they are refused.
import { ClewError } from '@clew/model'

export interface QuerySlotLimits {
  readonly running: number
  readonly waiting: number
}

export class QuerySlots {
  readonly #limits: QuerySlotLimits
  readonly #tenants = new Map<string, { running: number; readonly waiting: (() => void)[] }>()

  constructor(limits: QuerySlotLimits) {
    this.#limits = limits
  }

  /** Runs `work` when there is room. Throws TOO_MANY_QUERIES when too many of the tenant wait already. */
  async run<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    const line = this.#tenants.get(tenant) ?? { running: 0, waiting: [] }
    this.#tenants.set(tenant, line)
    if (line.running < this.#limits.running) line.running++
    else if (line.waiting.length < this.#limits.waiting) await new Promise<void>((start) => line.waiting.push(start))
    else
      throw new ClewError(
        'TOO_MANY_QUERIES',
        `questions: expected at most ${this.#limits.running} running and ${this.#limits.waiting} waiting, got one more`,
        { retryAfterSeconds: 1 },
      )
    try {
      return await work()
    } finally {
      const next = line.waiting.shift()
      if (next !== undefined) next()
      else if (--line.running === 0) this.#tenants.delete(tenant)
    }
  }
}
