// A client that never saw the answer sends the same request again: it is told "stored" and nothing is stored twice. The
// memory holds ten minutes, survives a crash (docs/adr/0004), and knows the requests in flight.
import { type Acknowledgement, type Clock, type RequestContext, systemClock } from '@clew/model'
import { NO_IDENTITY } from '../accepted-request.ts'
import type { FileLayer } from '../journal/file-layer.ts'
import { nodeFileLayer } from '../journal/node-file-layer.ts'
import { ENTRY_BYTES, type RequestLog } from '../journal/request-log.ts'
import { IdentityHash } from './identity-hash.ts'
import { IdentityTable } from './identity-table.ts'
import { RequestLogFiles } from './request-log-files.ts'

export interface RequestMemoryOptions {
  readonly dataFolder: string
  readonly files?: FileLayer
  readonly clock?: Clock
  readonly windowMs?: number
  readonly maxIdentities?: number
}

export interface RequestMemoryState {
  readonly identities: number
  /** How far back every request is known; below `windowMs` when more requests came than it may hold. */
  readonly coveredMs: number
  readonly windowMs: number
}

const TEN_MINUTES_MS = 600_000
/** 16 bytes each in tables at most half full: 64 MB when all are in use. */
const MAX_IDENTITIES = 1_000_000

export class RequestMemory implements RequestLog {
  readonly #clock: Clock
  readonly #windowMs: number
  readonly #hash: IdentityHash
  readonly #log: RequestLogFiles
  readonly #table: IdentityTable
  /** Requests whose answer is not known yet, by the bytes of their identity as a latin1 string. */
  readonly #inFlight = new Map<string, Promise<Acknowledgement>>()

  private constructor(clock: Clock, windowMs: number, hash: IdentityHash, log: RequestLogFiles, table: IdentityTable) {
    this.#clock = clock
    this.#windowMs = windowMs
    this.#hash = hash
    this.#log = log
    this.#table = table
  }

  static async open(options: RequestMemoryOptions): Promise<RequestMemory> {
    const files = options.files ?? nodeFileLayer
    const clock = options.clock ?? systemClock
    const windowMs = options.windowMs ?? TEN_MINUTES_MS
    const folder = `${options.dataFolder}/journal`
    await files.createFolder(folder)
    const hash = await IdentityHash.open(files, folder)
    const table = new IdentityTable({ windowMs, maxIdentities: options.maxIdentities ?? MAX_IDENTITIES })
    const { log, entries } = await RequestLogFiles.open({ files, folder, clock, windowMs })
    const memory = new RequestMemory(clock, windowMs, hash, log, table)
    for (const chunk of entries) memory.restore(chunk)
    return memory
  }

  /** NO_IDENTITY for a request that is never the same as another. */
  identify(request: RequestContext): Uint8Array {
    return request.requestKey === null ? NO_IDENTITY : this.#hash.identify(request)
  }

  /**
   * Runs `store` unless this request is stored already. A second copy waits for the first; if the first fails the second
   * is tried. Rejects with what `store` rejects with.
   */
  async once(identity: Uint8Array, store: () => Promise<Acknowledgement>): Promise<Acknowledgement> {
    if (this.#table.has(identity, this.#clock.nowMs())) return { repeated: true, warnings: [] }
    const name = Buffer.from(identity.buffer, identity.byteOffset, identity.length).toString('latin1')
    for (let first = this.#inFlight.get(name); first !== undefined; first = this.#inFlight.get(name)) {
      try {
        return { repeated: true, warnings: (await first).warnings }
      } catch {
        // Its own sender hears of the failure; this copy is tried next, unless another copy was quicker.
      }
    }
    const attempt = store()
    this.#inFlight.set(name, attempt)
    try {
      const acknowledgement = await attempt
      this.#table.add(identity, this.#clock.nowMs())
      return acknowledgement
    } finally {
      this.#inFlight.delete(name)
    }
  }

  restore(entries: Uint8Array): void {
    const view = Buffer.from(entries.buffer, entries.byteOffset, entries.length)
    const oldestMs = this.#clock.nowMs() - this.#windowMs
    for (let at = 0; at + ENTRY_BYTES <= view.length; at += ENTRY_BYTES) {
      const acceptedMs = view.readDoubleLE(at)
      if (acceptedMs >= oldestMs) this.#table.add(view.subarray(at + 8, at + ENTRY_BYTES), acceptedMs)
    }
  }

  persist(entries: Uint8Array): Promise<void> {
    return this.#log.append(entries)
  }

  state(): RequestMemoryState {
    const nowMs = this.#clock.nowMs()
    return { identities: this.#table.size, coveredMs: this.#table.coveredMs(nowMs), windowMs: this.#windowMs }
  }

  stop(): Promise<void> {
    return this.#log.stop()
  }
}
