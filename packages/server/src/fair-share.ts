// A bound on what runs at once, shared fairly: each owner has a line of his own, and a place that becomes free goes to the
// owner who runs least. For the questions of tenants, and for their statements within the engine.
import { ClewError } from '@clew/model'

export interface Places {
  /** For all owners together. */
  readonly total: number
  /** For one owner: below `total`, so that there is a place for somebody else. */
  readonly each: number
  /** In line behind those of one owner. */
  readonly waiting: number
}

interface Owner {
  running: number
  /** Turn in which he was last served; 0 before the first. */
  servedAt: number
  readonly line: (() => void)[]
}

export class FairShare {
  readonly #places: Places
  readonly #owners = new Map<string, Owner>()
  #running = 0
  #turn = 0

  constructor(places: Places) {
    this.#places = places
  }

  /**
   * Runs `work` when there is a place. Throws TOO_MANY_QUERIES when too many of the owner wait already, and CANCELLED when
   * `signal` is aborted before its turn comes; what runs is not stopped.
   */
  async run<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled()
    const owner = this.#owners.get(name) ?? { running: 0, servedAt: 0, line: [] }
    this.#owners.set(name, owner)
    if (this.#hasPlaceFor(owner)) this.#start(owner)
    else if (owner.line.length < this.#places.waiting) await this.#wait(name, owner, signal)
    else throw this.#tooMany()
    try {
      return await work()
    } finally {
      owner.running--
      this.#running--
      this.#forgetIdle(name, owner)
      this.#startNext()
    }
  }

  #hasPlaceFor({ running }: Owner): boolean {
    return this.#running < this.#places.total && running < this.#places.each
  }

  #start(owner: Owner): void {
    owner.running++
    owner.servedAt = ++this.#turn
    this.#running++
  }

  #wait(name: string, owner: Owner, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener('abort', leave)
        this.#start(owner)
        resolve()
      }
      const leave = () => {
        owner.line.splice(owner.line.indexOf(start), 1)
        this.#forgetIdle(name, owner)
        reject(cancelled())
      }
      signal?.addEventListener('abort', leave, { once: true })
      owner.line.push(start)
    })
  }

  #forgetIdle(name: string, { running, line }: Owner): void {
    if (running === 0 && line.length === 0) this.#owners.delete(name)
  }

  #startNext(): void {
    let next: Owner | undefined
    for (const owner of this.#owners.values())
      if (owner.line.length > 0 && this.#hasPlaceFor(owner) && (next === undefined || comesBefore(owner, next)))
        next = owner
    next?.line.shift()?.()
  }

  #tooMany(): ClewError {
    const { each, waiting } = this.#places
    return new ClewError(
      'TOO_MANY_QUERIES',
      `questions: expected at most ${each} running and ${waiting} waiting, got one more`,
      { retryAfterSeconds: 1 },
    )
  }
}

function comesBefore(a: Owner, b: Owner): boolean {
  return a.running === b.running ? a.servedAt < b.servedAt : a.running < b.running
}

export function cancelled(): ClewError {
  return new ClewError('CANCELLED', 'question: nobody waits for its answer any more')
}
