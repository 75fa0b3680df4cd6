// Keeps a reserve of free disk: below it nothing new is accepted, so that what was accepted can still be stored.
import { ClewError, type Clock } from '@clew/model'
import type { FileLayer } from './file-layer.ts'

/** How old a reading may be. Between readings what was written since is subtracted. */
const READING_AGE_MS = 250
const RETRY_AFTER_SECONDS = 10

export class DiskRoom {
  readonly #files: FileLayer
  readonly #folder: string
  readonly #reserveBytes: number
  readonly #clock: Clock
  #freeBytes = Number.POSITIVE_INFINITY
  #readAtMs = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined

  constructor(files: FileLayer, folder: string, reserveBytes: number, clock: Clock) {
    this.#files = files
    this.#folder = folder
    this.#reserveBytes = reserveBytes
    this.#clock = clock
  }

  /** Why nothing is accepted, as far as the last reading and what was written since say. Starts a new one when it is old. */
  refusal(bytes = 0): ClewError | undefined {
    if (this.isOld) void this.refresh()
    if (this.#freeBytes - bytes >= this.#reserveBytes) return undefined
    return new ClewError(
      'DISK_FULL',
      `disk of ${this.#folder}: ${this.#freeBytes} bytes free, a reserve of ${this.#reserveBytes} is kept`,
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    )
  }

  /** A reading too old to accept anything by. */
  get isOld(): boolean {
    return this.#clock.nowMs() - this.#readAtMs >= READING_AGE_MS
  }

  wrote(bytes: number): void {
    this.#freeBytes -= bytes
  }

  /** Reads anew. A disk that cannot be asked is left to fail at the write. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<void> {
    try {
      this.#freeBytes = await this.#files.freeBytes(this.#folder)
    } catch {
      this.#freeBytes = Number.POSITIVE_INFINITY
    }
    this.#readAtMs = this.#clock.nowMs()
  }
}
