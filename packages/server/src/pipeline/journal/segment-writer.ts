// The segment that is being written: records are appended and made durable together. After any failure it writes no
// more; what was made durable before the failure stays, the rest is taken out of the file before anybody is told.
import { type AppendFile, type FileLayer, ignoreMissing, replaceFile } from './file-layer.ts'
import { RequestEntries } from './request-log.ts'
import { type EncodedRecord, encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-format.ts'
import { segmentName } from './segment-name.ts'
import type { WaitingSegment } from './segment-queue.ts'

export interface PendingRecord {
  readonly record: EncodedRecord
  readonly items: number
  readonly storedDay: number
  readonly acceptedMs: number
  readonly identity: Uint8Array
}

/** Smaller chunks are gathered in one buffer: a writev of thousands costs more than their copy. */
const GATHER_BELOW_BYTES = 8_192

export class SegmentWriter {
  readonly block: bigint
  readonly storedDay: number
  readonly path: string
  readonly #files: FileLayer
  readonly #folder: string
  readonly #file: AppendFile
  readonly #requests = new RequestEntries()
  #named = false
  #syncFailed = false
  #durableBytes = 0
  #items = 0

  private constructor(files: FileLayer, folder: string, file: AppendFile, block: bigint, storedDay: number) {
    this.block = block
    this.storedDay = storedDay
    this.path = `${folder}/${segmentName(block)}`
    this.#files = files
    this.#folder = folder
    this.#file = file
  }

  static async create(files: FileLayer, folder: string, block: bigint, storedDay: number): Promise<SegmentWriter> {
    const file = await files.create(`${folder}/${segmentName(block)}`)
    return new SegmentWriter(files, folder, file, block, storedDay)
  }

  get items(): number {
    return this.#items
  }

  get byteLength(): number {
    return this.#durableBytes
  }

  /** Resolves when all of `group` is on disk for good. After a rejection only `repair` and `close` may be called. */
  async append(group: readonly PendingRecord[]): Promise<void> {
    const chunks: Uint8Array[] = []
    let byteLength = 0
    if (this.#durableBytes === 0) {
      chunks.push(encodeSegmentHeader(this))
      byteLength += SEGMENT_HEADER_BYTES
    }
    for (const { record } of group) {
      chunks.push(...record.chunks)
      byteLength += record.byteLength
    }
    // The name of a new file is made durable beside its first bytes, not before them.
    const named = this.#named ? Promise.resolve() : this.#files.syncFolder(this.#folder)
    const [data, name] = await Promise.allSettled([this.#write(gather(chunks)), named])
    if (data.status === 'rejected') throw data.reason
    if (name.status === 'rejected') throw name.reason
    this.#named = true
    this.#durableBytes += byteLength
    for (const pending of group) {
      this.#items += pending.items
      this.#requests.add(pending.acceptedMs, pending.identity)
    }
  }

  /**
   * After a failed append: leaves in the file what was acknowledged and nothing else. May be called until it resolves;
   * before that the requests of the failed group may still be in the file and must not be accepted again.
   */
  async repair(): Promise<void> {
    if (this.#durableBytes === 0) {
      await this.#files.remove(this.path).catch(ignoreMissing)
      await this.#files.syncFolder(this.#folder)
      return
    }
    if (!this.#syncFailed) {
      // A failed write (a full disk, above all) says nothing against the file; its fsync here does, if it fails.
      this.#syncFailed = true
      await this.#files.truncate(this.path, this.#durableBytes)
      return
    }
    // Nothing can be said of a file whose fsync failed: what was durable before is copied into another.
    const bytes = await this.#files.read(this.path)
    await replaceFile(this.#files, this.#folder, segmentName(this.block), bytes.subarray(0, this.#durableBytes))
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write(chunks: readonly Uint8Array[]): Promise<void> {
    await this.#file.write(chunks)
    try {
      await this.#file.sync()
    } catch (error) {
      this.#syncFailed = true
      throw error
    }
  }

  sealed(): WaitingSegment {
    return {
      block: this.block,
      storedDay: this.storedDay,
      path: this.path,
      items: this.#items,
      tablesDone: 0,
      byteLength: this.#durableBytes,
      requests: this.#requests.bytes,
    }
  }
}

/** Runs of small chunks as one chunk each; big ones as they are. */
export function gather(chunks: readonly Uint8Array[]): Uint8Array[] {
  const gathered: Uint8Array[] = []
  let small: Uint8Array[] = []
  const flush = () => {
    if (small.length > 0) gathered.push(small.length === 1 ? small[0]! : Buffer.concat(small))
    small = []
  }
  for (const chunk of chunks) {
    if (chunk.length < GATHER_BELOW_BYTES) small.push(chunk)
    else {
      flush()
      gathered.push(chunk)
    }
  }
  flush()
  return gathered
}
