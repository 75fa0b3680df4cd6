// The main thread's side of block-worker.ts: asks for a block, gets the paths of its files. A worker that dies is replaced
// at the next request; the segment it worked on is simply asked for again by the writer.
import type { Worker } from 'node:worker_threads'
import { ClewError, type ErrorCode } from '@clew/model'
import { neighbourOf, startWorker } from '../start-worker.ts'
import type { StoredSeries } from './block/attribute-catalog.ts'
import type { BlockOptions, BuiltBlock } from './native-block.ts'

/** Sent before the first block of a day: what the attribute catalog of that day holds. */
export interface StartDay {
  readonly kind: 'startDay'
  readonly stored: readonly StoredSeries[]
}

export interface BuildRequest extends BlockOptions {
  readonly kind: 'build'
  readonly id: number
  readonly segmentPath: string
  /** Spans and log records that the journal acknowledged in it. */
  readonly items: number
}

export interface BuildAnswer {
  readonly id: number
  readonly built?: BuiltBlock
  readonly failure?: BuildFailure
}

export interface BuildFailure {
  /** DECODE_FAILED when it is the segment's fault, DISK_FULL or JOURNAL_UNAVAILABLE when the disk's. */
  readonly code: ErrorCode
  readonly message: string
}

/** A thread that has nothing to do for so long ends: its buffers are the largest part of the memory of an idle server. */
const IDLE_MS = 20_000

interface Waiting {
  resolve(built: BuiltBlock): void
  reject(error: ClewError): void
}

export class BlockBuilderThread {
  #worker: Worker | undefined
  #day: number | undefined
  #nextId = 0
  #idle: NodeJS.Timeout | undefined
  readonly #idleMs: number
  readonly #waiting = new Map<number, Waiting>()

  constructor(idleMs = IDLE_MS) {
    this.#idleMs = idleMs
  }

  /** The day `startDay` was last called for; undefined in a thread that knows nothing. */
  get day(): number | undefined {
    return this.#day
  }

  startDay(day: number, stored: readonly StoredSeries[]): void {
    this.#start().postMessage({ kind: 'startDay', stored } satisfies StartDay)
    this.#day = day
  }

  /** After a block that may not be stored: what the thread takes for listed may not be, so the day is started again. */
  forgetDay(): void {
    this.#day = undefined
  }

  /**
   * Rejects with DECODE_FAILED when the segment is not what was written, DISK_FULL or JOURNAL_UNAVAILABLE when it cannot
   * be read or its block cannot be written, STORE_UNAVAILABLE when the thread died.
   */
  build(segment: Pick<BuildRequest, 'segmentPath' | 'items'>, options: BlockOptions): Promise<BuiltBlock> {
    const worker = this.#start()
    clearTimeout(this.#idle)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ kind: 'build', id, ...segment, ...options } satisfies BuildRequest)
    })
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    this.#worker = undefined
    this.#day = undefined
    this.#rejectAll('stopped')
    await worker?.terminate()
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker
    const worker = startWorker(neighbourOf(import.meta.url, 'block-worker'))
    this.#worker = worker
    worker.on('message', (answer: BuildAnswer) => this.#settle(answer))
    worker.on('error', (cause) => this.#died(worker, cause.message))
    worker.on('exit', () => this.#died(worker, 'it ended'))
    return worker
  }

  #settle({ id, built, failure }: BuildAnswer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => void this.stop(), this.#idleMs).unref()
    if (built !== undefined) waiting?.resolve(built)
    else if (failure !== undefined) waiting?.reject(new ClewError(failure.code, `block builder: ${failure.message}`))
  }

  #died(worker: Worker, why: string): void {
    // One that was stopped has been dealt with, and another may be at work by now.
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#day = undefined
    this.#rejectAll(why)
  }

  #rejectAll(why: string): void {
    for (const waiting of this.#waiting.values())
      waiting.reject(new ClewError('STORE_UNAVAILABLE', `block builder thread: ${why}`))
    this.#waiting.clear()
  }
}
