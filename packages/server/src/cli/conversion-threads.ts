// Threads beside the main one that convert bodies: convert-worker.ts is what runs in them. Bodies and what is made of them
// change hands without a copy, and a body comes back with its answer.
import type { Worker } from 'node:worker_threads'
import type { ConvertedBody, Family, Formats, SpanFormat } from '@clew/codecs'
import { ClewError } from '@clew/model'
import { neighbourOf, startWorker } from '../start-worker.ts'

export interface ConversionJob {
  readonly formats: Formats
  readonly family: Family
  /** What the bodies before have told. */
  readonly format: SpanFormat | undefined
  readonly bytes: Uint8Array
}

export interface ConversionAnswer {
  readonly bytes: Uint8Array
  readonly converted: ConvertedBody
}

/** One that is worked on, and one that waits for it to end. */
const JOBS_PER_THREAD = 2

interface Waiting {
  resolve(answer: ConversionAnswer): void
  reject(error: ClewError): void
}

interface Thread {
  readonly worker: Worker
  /** In the order they were asked for, which is that of the answers. */
  readonly waiting: Waiting[]
}

export class ConversionThreads {
  readonly #count: number
  readonly #start: () => Worker
  readonly #threads: Thread[] = []
  #failure: ClewError | undefined

  /** They are started one by one when there is work for them. */
  constructor(count: number, start = () => startWorker(neighbourOf(import.meta.url, 'convert-worker'))) {
    this.#count = count
    this.#start = start
  }

  get hasRoom(): boolean {
    return this.#threads.length < this.#count || this.#threads.some(hasRoom)
  }

  /** To be asked while there is room. Rejects with INTERNAL when the thread ended before it answered. */
  convert(job: ConversionJob): Promise<ConversionAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const thread = this.#threads.find(hasRoom) ?? this.#startThread()
    return new Promise((resolve, reject) => {
      thread.waiting.push({ resolve, reject })
      thread.worker.postMessage(job, [job.bytes.buffer as ArrayBuffer])
    })
  }

  async stop(): Promise<void> {
    const threads = this.#threads.splice(0)
    await Promise.all(threads.map(({ worker }) => worker.terminate()))
  }

  #startThread(): Thread {
    const worker = this.#start()
    const thread: Thread = { worker, waiting: [] }
    this.#threads.push(thread)
    worker.on('message', (answer: ConversionAnswer) => thread.waiting.shift()?.resolve(answer))
    worker.on('error', (cause) => this.#died(thread, cause.message))
    worker.on('exit', () => this.#died(thread, 'it ended'))
    return thread
  }

  #died(thread: Thread, why: string): void {
    if (!this.#threads.includes(thread)) return
    this.#failure ??= new ClewError('INTERNAL', `a thread of the conversion failed: ${why}`)
    for (const { reject } of thread.waiting.splice(0)) reject(this.#failure)
  }
}

function hasRoom({ waiting }: Thread): boolean {
  return waiting.length < JOBS_PER_THREAD
}
