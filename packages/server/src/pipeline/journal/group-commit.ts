// One fsync for everybody who waits: while it runs, the next group gathers. Decides when a segment is sealed, and takes
// nothing while a failed write is being taken back.
import { ClewError } from '@clew/model'
import type { BlockCounter } from './block-counter.ts'
import type { DiskRoom } from './disk-room.ts'
import { errorCode, type FileLayer } from './file-layer.ts'
import type { JournalLimits } from './journal-limits.ts'
import type { JournalLog } from './journal-log.ts'
import type { WaitingSegment } from './segment-queue.ts'
import { type PendingRecord, SegmentWriter } from './segment-writer.ts'
import type { Timers } from './timers.ts'

interface Waiter extends PendingRecord {
  readonly resolve: () => void
  readonly reject: (error: ClewError) => void
}

interface GroupCommitParts {
  readonly files: FileLayer
  readonly folder: string
  readonly blocks: BlockCounter
  readonly room: DiskRoom
  readonly limits: JournalLimits
  readonly timers: Timers
  readonly log: JournalLog
  readonly isSinkIdle: () => boolean
  readonly onSealed: (segment: WaitingSegment) => void
}

const REPAIR_AGAIN_MS = 1_000
const RETRY_AFTER_SECONDS = 2

export class GroupCommit {
  readonly #parts: GroupCommitParts
  #pending: Waiter[] = []
  #active: SegmentWriter | undefined
  #running: Promise<void> | undefined
  #cancelSealTimer: (() => void) | undefined
  #sealDue = false
  #stopping = false
  #failure: ClewError | undefined
  #repairNow: (() => void) | undefined

  constructor(parts: GroupCommitParts) {
    this.#parts = parts
  }

  /** Why nothing can be written now. */
  get failure(): ClewError | undefined {
    return this.#failure
  }

  /** Resolves when the record is on disk for good; rejects with DISK_FULL or JOURNAL_UNAVAILABLE. */
  append(pending: PendingRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      this.#pending.push({ ...pending, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** To be called when the store has become idle. */
  sealIfDue(): void {
    if (this.#running === undefined && this.#sealDue && this.#parts.isSinkIdle()) this.#seal()
  }

  /** Makes durable what waits and seals it. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#repairNow?.()
    await this.#running
    this.#seal()
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#takeGroup()
      try {
        this.#active ??= await this.#open(group[0]!.storedDay)
        await this.#active.append(group)
      } catch (error) {
        await this.#fail(error, group)
        continue
      }
      for (const waiter of group) {
        this.#parts.room.wrote(waiter.record.byteLength)
        waiter.resolve()
      }
      if (this.#isFull(this.#active) || (this.#sealDue && this.#parts.isSinkIdle())) this.#seal()
    }
    this.#running = undefined
  }

  async #open(storedDay: number): Promise<SegmentWriter> {
    const { files, folder, blocks, limits, timers } = this.#parts
    const writer = await SegmentWriter.create(files, folder, await blocks.take(), storedDay)
    this.#cancelSealTimer = timers.after(limits.sealAfterMs, () => {
      this.#sealDue = true
      this.sealIfDue()
    })
    return writer
  }

  /** What goes into one segment with one fsync: a day, and no more than a segment takes. */
  #takeGroup(): Waiter[] {
    const { limits } = this.#parts
    const first = this.#pending[0]!
    const active = this.#active
    if (
      active !== undefined &&
      (active.storedDay !== first.storedDay ||
        active.items + first.items > limits.segmentItems ||
        active.byteLength + first.record.byteLength > limits.segmentBytes)
    )
      this.#seal()
    let items = this.#active?.items ?? 0
    let byteLength = this.#active?.byteLength ?? 0
    let taken = 0
    for (const waiter of this.#pending) {
      items += waiter.items
      byteLength += waiter.record.byteLength
      const fits =
        waiter.storedDay === first.storedDay && items <= limits.segmentItems && byteLength <= limits.segmentBytes
      if (taken > 0 && !fits) break
      taken++
    }
    return this.#pending.splice(0, taken)
  }

  #isFull(writer: SegmentWriter): boolean {
    return writer.items >= this.#parts.limits.segmentItems || writer.byteLength >= this.#parts.limits.segmentBytes
  }

  #seal(): void {
    const writer = this.#active
    this.#active = undefined
    this.#cancelSealTimer?.()
    this.#cancelSealTimer = undefined
    this.#sealDue = false
    if (writer === undefined) return
    this.#release(writer)
  }

  #release(writer: SegmentWriter): void {
    writer.close().catch((error) => this.#parts.log.warn({ error, path: writer.path }, 'journal: closing a segment'))
    if (writer.items > 0) this.#parts.onSealed(writer.sealed())
  }

  /** A failed write or fsync is final for its file: its waiters are refused, and nothing is taken until it is undone. */
  async #fail(error: unknown, group: readonly Waiter[]): Promise<void> {
    const failure = asRefusal(error)
    this.#failure = failure
    this.#parts.log.error(
      { error, path: this.#active?.path },
      'journal: a write failed, nothing of it was acknowledged',
    )
    for (const waiter of [...group, ...this.#pending.splice(0)]) waiter.reject(failure)
    const writer = this.#active
    this.#active = undefined
    this.#cancelSealTimer?.()
    this.#sealDue = false
    if (writer !== undefined && !(await this.#repair(writer))) return
    this.#failure = undefined
    if (writer !== undefined) this.#release(writer)
  }

  /** False when the journal stopped before it succeeded. */
  async #repair(writer: SegmentWriter): Promise<boolean> {
    for (;;) {
      try {
        await writer.repair()
        return true
      } catch (error) {
        this.#parts.log.error({ error, path: writer.path }, 'journal: a failed write could not be undone yet')
      }
      if (this.#stopping) return false
      await new Promise<void>((resolve) => {
        this.#repairNow = resolve
        this.#parts.timers.after(REPAIR_AGAIN_MS, resolve)
      })
    }
  }
}

function asRefusal(error: unknown): ClewError {
  const code = errorCode(error)
  const options = { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS }
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ClewError('DISK_FULL', 'journal: the disk is full, nothing was kept of this request', options)
  return new ClewError('JOURNAL_UNAVAILABLE', `journal: a write failed (${code || error}), nothing was kept`, options)
}
