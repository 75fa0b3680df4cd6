// The end of the write path that receivers see: requests are appended to a segment file, one fsync serves every request
// that waits, then they are answered. A sealed segment goes to the store behind their backs and is deleted.
import { encodingBytes } from '@clew/codecs'
import { type Acknowledgement, ClewError, type Clock, systemClock, type TelemetryBatch } from '@clew/model'
import type { AcceptedRequest } from '../accepted-request.ts'
import type { ByteBudget } from '../byte-budget.ts'
import { BlockCounter } from './block-counter.ts'
import { DiskRoom } from './disk-room.ts'
import type { FileLayer } from './file-layer.ts'
import { GroupCommit } from './group-commit.ts'
import { DEFAULT_JOURNAL_LIMITS, type JournalLimits } from './journal-limits.ts'
import type { JournalLog } from './journal-log.ts'
import { nodeFileLayer } from './node-file-layer.ts'
import { Quarantine } from './quarantine.ts'
import { dayOf, recoverSegments } from './recovery.ts'
import type { RequestLog } from './request-log.ts'
import { type LastStop, noteCleanStop, noteStart, readBootId } from './running-note.ts'
import { encodeRecord, itemsOf } from './segment-format.ts'
import { parseSegmentName } from './segment-name.ts'
import { SegmentQueue, type WaitingSegment } from './segment-queue.ts'
import type { SegmentSink } from './segment-sink.ts'
import { systemTimers, type Timers } from './timers.ts'

export interface JournalOptions {
  readonly dataFolder: string
  readonly sink: SegmentSink
  readonly budget: ByteBudget
  readonly requestLog: RequestLog
  readonly log: JournalLog
  /** Free disk that stays free. */
  readonly diskReserveBytes: number
  readonly limits?: Partial<JournalLimits>
  readonly files?: FileLayer
  readonly clock?: Clock
  readonly timers?: Timers
  readonly bootId?: string
}

export interface JournalState {
  /** Undefined when requests are taken, else why not. */
  readonly refusing: string | undefined
  /** True when every segment found at start is stored. */
  readonly replayDone: boolean
  readonly segmentsWaiting: number
  readonly bytesWaiting: number
  /** Bytes of requests that wait for their fsync. */
  readonly bytesUnsynced: number
  /** Files in the quarantine folder. */
  readonly quarantined: number
  /** Why the store did not take the oldest segment when last tried. */
  readonly storeFailure: string | undefined
}

/** Retry time for senders while the store is behind by the whole backlog. */
const BACKLOG_RETRY_SECONDS = 5

export class Journal {
  /** How the run before this one ended. */
  readonly lastStop: LastStop
  readonly #files: FileLayer
  readonly #folder: string
  readonly #limits: JournalLimits
  readonly #log: JournalLog
  readonly #quarantine: Quarantine
  readonly #room: DiskRoom
  readonly #queue: SegmentQueue
  readonly #commit: GroupCommit
  readonly #replaying = new Set<bigint>()
  #bytesUnsynced = 0
  #onReplayed: (() => void)[] = []
  #stopped: Promise<void> | undefined

  /** Reads what earlier runs left, and what their stores refused, and hands it to the sink; requests may come at once. */
  static async open(options: JournalOptions): Promise<Journal> {
    const files = options.files ?? nodeFileLayer
    const folder = `${options.dataFolder}/journal`
    await files.createFolder(folder)
    const quarantine = await Quarantine.open(files, `${options.dataFolder}/quarantine`)
    const lastStop = await noteStart(files, folder, options.bootId ?? (await readBootId()))
    const { requestLog, log } = options
    const blocks = await BlockCounter.open(files, folder, blocksOf(await files.list(folder)))
    await quarantine.returnSegments(folder, () => blocks.take())
    const segments = await recoverSegments({ files, folder, quarantine, requestLog, log })
    const room = new DiskRoom(files, folder, options.diskReserveBytes, options.clock ?? systemClock)
    await room.refresh()
    return new Journal(options, { files, folder, quarantine, lastStop, blocks, room }, segments)
  }

  private constructor(options: JournalOptions, parts: OpenedParts, segments: readonly WaitingSegment[]) {
    this.lastStop = parts.lastStop
    this.#files = parts.files
    this.#folder = parts.folder
    this.#limits = { ...DEFAULT_JOURNAL_LIMITS, ...options.limits }
    this.#log = options.log
    this.#quarantine = parts.quarantine
    this.#room = parts.room
    const shared = { ...options, ...parts, timers: options.timers ?? systemTimers }
    this.#queue = new SegmentQueue({
      ...shared,
      onIdle: () => this.#commit.sealIfDue(),
      onGone: (segment) => this.#gone(segment.block),
    })
    this.#commit = new GroupCommit({
      ...shared,
      limits: this.#limits,
      isSinkIdle: () => this.#queue.isIdle,
      onSealed: (segment) => this.#queue.push(segment),
    })
    for (const segment of segments) this.#replaying.add(segment.block)
    for (const segment of segments) this.#queue.push(segment)
  }

  /**
   * Resolves when the batches of a request are on disk for good, as one record. Rejects with OVERLOADED, DISK_FULL, JOURNAL_UNAVAILABLE or
   * SHUTTING_DOWN: then nothing of it is kept, and the sender may try again.
   */
  async consume(batches: readonly TelemetryBatch[], request: AcceptedRequest): Promise<Acknowledgement> {
    if (this.#room.isOld) await this.#room.refresh()
    this.#throwIf(this.#refusal())
    for (const batch of batches) request.room.grow(encodingBytes(batch))
    const record = encodeRecord(batches, request)
    this.#throwIf(this.#room.refusal(this.#bytesUnsynced + record.byteLength))
    this.#bytesUnsynced += record.byteLength
    try {
      const { acceptedMs, identity } = request
      await this.#commit.append({ record, items: itemsOf(batches), storedDay: dayOf(acceptedMs), acceptedMs, identity })
    } finally {
      this.#bytesUnsynced -= record.byteLength
    }
    return STORED
  }

  /** Resolves when every segment found at start is stored or set aside, or the journal has stopped. */
  async replayed(): Promise<void> {
    if (this.#replaying.size > 0 && this.#stopped === undefined)
      await new Promise<void>((resolve) => this.#onReplayed.push(resolve))
  }

  state(): JournalState {
    return {
      refusing: (this.#refusal() ?? this.#room.refusal())?.message,
      replayDone: this.#replaying.size === 0,
      segmentsWaiting: this.#queue.count,
      bytesWaiting: this.#queue.byteLength,
      bytesUnsynced: this.#bytesUnsynced,
      quarantined: this.#quarantine.count,
      storeFailure: this.#queue.failure,
    }
  }

  /**
   * Takes nothing new, makes durable what waits, and lets the store take all segments, as long as it takes them: what it
   * does not take stays for the next start. Idempotent.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    await this.#commit.stop()
    await this.#queue.stop()
    for (const resolve of this.#onReplayed.splice(0)) resolve()
    try {
      await noteCleanStop(this.#files, this.#folder)
    } catch (error) {
      this.#log.warn({ error }, 'journal: the next start will take this stop for a crash, which does no harm')
    }
  }

  #refusal(): ClewError | undefined {
    if (this.#stopped !== undefined) return new ClewError('SHUTTING_DOWN', 'journal: Clew is stopping')
    if (this.#commit.failure !== undefined) return this.#commit.failure
    if (this.#queue.byteLength <= this.#limits.backlogBytes) return undefined
    return new ClewError(
      'OVERLOADED',
      `journal: ${this.#queue.byteLength} bytes wait for the store, at most ${this.#limits.backlogBytes} may`,
      { retryAfterSeconds: BACKLOG_RETRY_SECONDS },
    )
  }

  #throwIf(refusal: ClewError | undefined): void {
    if (refusal !== undefined) throw refusal
  }

  #gone(block: bigint): void {
    if (!this.#replaying.delete(block) || this.#replaying.size > 0) return
    for (const resolve of this.#onReplayed.splice(0)) resolve()
  }
}

interface OpenedParts {
  readonly files: FileLayer
  readonly folder: string
  readonly quarantine: Quarantine
  readonly lastStop: LastStop
  readonly blocks: BlockCounter
  readonly room: DiskRoom
}

function blocksOf(names: readonly string[]): bigint[] {
  return names.flatMap((name) => parseSegmentName(name)?.block ?? [])
}

const STORED: Acknowledgement = { repeated: false, warnings: [] }
