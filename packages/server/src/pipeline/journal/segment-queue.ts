// Sealed segments on their way into the store, strictly in order: the tables are the ledger (docs/adr/0002), and "every
// block up to N is stored" is only true when none overtakes another. A stored segment is deleted.
import { ClewError, type ErrorCode } from '@clew/model'
import type { ByteBudget } from '../byte-budget.ts'
import type { DiskRoom } from './disk-room.ts'
import { type FileLayer, ignoreMissing } from './file-layer.ts'
import type { JournalLog } from './journal-log.ts'
import type { Quarantine } from './quarantine.ts'
import type { RequestLog } from './request-log.ts'
import type { SealedSegment, SegmentSink } from './segment-sink.ts'
import type { Timers } from './timers.ts'

export interface WaitingSegment extends SealedSegment {
  readonly byteLength: number
  /** Entries of RequestLog. */
  readonly requests: Uint8Array
}

interface QueueParts {
  readonly files: FileLayer
  readonly folder: string
  readonly sink: SegmentSink
  readonly requestLog: RequestLog
  readonly quarantine: Quarantine
  readonly room: DiskRoom
  readonly budget: ByteBudget
  readonly timers: Timers
  readonly log: JournalLog
  /** Called each time no segment is left. */
  readonly onIdle: () => void
  /** Called when a segment is stored, or set aside, and no longer in the journal. */
  readonly onGone: (segment: SealedSegment) => void
}

/** A refusal by an engine that works is the segment's fault after so many. */
const TRIES = 3
/** Of errors with a code, those that may be the segment's fault; the others (a full disk, no memory, too many parts) pass. */
const MAYBE_ITS_FAULT: ReadonlySet<ErrorCode> = new Set(['DECODE_FAILED', 'STORE_UNAVAILABLE', 'INTERNAL'])
const RETRY_DELAYS_MS = [500, 2_000, 5_000, 15_000]

export class SegmentQueue {
  readonly #parts: QueueParts
  readonly #waiting: WaitingSegment[] = []
  #byteLength = 0
  #running = false
  #stopping = false
  #wakeUp: (() => void) | undefined
  #onStopped: (() => void)[] = []
  #failure: string | undefined

  constructor(parts: QueueParts) {
    this.#parts = parts
  }

  /** True when nothing waits and nothing is being written. */
  get isIdle(): boolean {
    return this.#waiting.length === 0
  }

  get count(): number {
    return this.#waiting.length
  }

  get byteLength(): number {
    return this.#byteLength
  }

  /** Why the first segment could not be stored when last tried. */
  get failure(): string | undefined {
    return this.#failure
  }

  push(segment: WaitingSegment): void {
    this.#waiting.push(segment)
    this.#byteLength += segment.byteLength
    if (!this.#running) void this.#run()
    else if (this.#waiting.length === 2) this.#parts.sink.prepare?.(segment)
  }

  /** Lets the store take what waits, as long as it takes it; the rest stays on disk for the next start. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wakeUp?.()
    if (this.#running) await new Promise<void>((resolve) => this.#onStopped.push(resolve))
  }

  async #run(): Promise<void> {
    this.#running = true
    for (let segment = this.#waiting[0]; segment !== undefined; segment = this.#waiting[0]) {
      if (!(await this.#store(segment))) break
      this.#waiting.shift()
      this.#byteLength -= segment.byteLength
      this.#failure = undefined
      this.#parts.onGone(segment)
    }
    this.#running = false
    if (this.isIdle) this.#parts.onIdle()
    for (const resolve of this.#onStopped.splice(0)) resolve()
  }

  /** False when it gave up because the journal stops. */
  async #store(segment: WaitingSegment): Promise<boolean> {
    // The sink reads the file into memory and builds blocks of about its size.
    const memory = this.#parts.budget.hold(segment.byteLength)
    try {
      let stored = segment.items === 0
      let refusals = 0
      for (let attempt = 0; ; attempt++) {
        try {
          if (!stored) {
            const written = this.#parts.sink.write(segment)
            const next = this.#waiting[1]
            if (next !== undefined && attempt === 0) this.#parts.sink.prepare?.(next)
            await written
          }
          stored = true
          await this.#forget(segment)
          return true
        } catch (error) {
          this.#failure = error instanceof Error ? error.message : String(error)
          if (!stored && (await this.#isSegmentsFault(error))) refusals++
          this.#parts.log.warn({ error, block: String(segment.block), refusals }, 'journal: a segment was not stored')
          if (refusals >= TRIES && (await this.#setAside(segment))) return true
        }
        if (this.#stopping) return false
        await this.#pause(RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)]!)
        if (this.#stopping) return false
      }
    } finally {
      memory.release()
    }
  }

  async #isSegmentsFault(error: unknown): Promise<boolean> {
    if (error instanceof ClewError && !MAYBE_ITS_FAULT.has(error.code)) return false
    await this.#parts.room.refresh()
    if (this.#parts.room.refusal() !== undefined) return false
    try {
      return (await this.#parts.sink.isAvailable?.()) ?? true
    } catch {
      return false
    }
  }

  async #forget(segment: WaitingSegment): Promise<void> {
    await this.#parts.requestLog.persist(segment.requests)
    // It may be gone already when it is the fsync of the folder that failed last time.
    await this.#parts.files.remove(segment.path).catch(ignoreMissing)
    await this.#parts.files.syncFolder(this.#parts.folder)
  }

  async #setAside(segment: WaitingSegment): Promise<boolean> {
    try {
      const tablesDone = (await this.#parts.sink.tablesHolding?.(segment)) ?? 0
      await this.#parts.requestLog.persist(segment.requests)
      await this.#parts.quarantine.takeSegment(segment, tablesDone)
      await this.#parts.files.syncFolder(this.#parts.folder)
      this.#parts.log.error(
        { block: String(segment.block), items: segment.items },
        `journal: the store refused a segment ${TRIES} times, it is kept in quarantine until the next start: ${this.#failure}`,
      )
      return true
    } catch (error) {
      this.#parts.log.error({ error, block: String(segment.block) }, 'journal: a segment could not be set aside')
      return false
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        this.#wakeUp = undefined
        resolve()
      }
      const cancel = this.#parts.timers.after(delayMs, done)
      this.#wakeUp = done
    })
  }
}
