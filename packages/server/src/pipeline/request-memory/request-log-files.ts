// The identities of requests whose segments are stored and deleted, on disk: a file a minute, removed when its last entry
// is older than the window. A run of entries is a segment's: it is fsynced before the segment is deleted.
//
//   requests-<ms>.log   | crc u32 | length u32 | entries … | crc u32 | length u32 | entries … |
import { crc32 } from 'node:zlib'
import type { Clock } from '@clew/model'
import type { AppendFile, FileLayer } from '../journal/file-layer.ts'
import { ENTRY_BYTES } from '../journal/request-log.ts'

const FILE_NAME = /^requests-(\d{1,16})\.log$/
const FRAME_BYTES = 8
const FILE_SPAN_MS = 60_000

interface LogFilesOptions {
  readonly files: FileLayer
  readonly folder: string
  readonly clock: Clock
  readonly windowMs: number
}

interface LogFile {
  readonly path: string
  /** Time of its last append: no entry is younger. */
  newestMs: number
}

interface OpenLogFile {
  readonly log: LogFile
  readonly file: AppendFile
  readonly startMs: number
}

export class RequestLogFiles {
  readonly #options: LogFilesOptions
  readonly #closed: LogFile[]
  #current: OpenLogFile | undefined
  /** In the name of the newest file. */
  #startedMs: number

  private constructor(options: LogFilesOptions, closed: LogFile[], startedMs: number) {
    this.#options = options
    this.#closed = closed
    this.#startedMs = startedMs
  }

  /** Also gives the entries of the files that are there, oldest first. What a crash tore off was never relied on. */
  static async open(options: LogFilesOptions): Promise<{ log: RequestLogFiles; entries: Uint8Array[] }> {
    const { files, folder, clock, windowMs } = options
    const entries: Uint8Array[] = []
    const closed: LogFile[] = []
    const starts = (await files.list(folder)).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []).map(Number)
    starts.sort((a, b) => a - b)
    for (const startMs of starts) {
      const path = `${folder}/requests-${startMs}.log`
      const found = readEntries(await files.read(path))
      const newestMs = Math.max(startMs, ...found.map(newestOf))
      if (found.length === 0 || newestMs < clock.nowMs() - windowMs) await files.remove(path)
      else {
        entries.push(...found)
        closed.push({ path, newestMs })
      }
    }
    return { log: new RequestLogFiles(options, closed, starts.at(-1) ?? 0), entries }
  }

  /** Resolves when the entries are durable. One call at a time. */
  async append(entries: Uint8Array): Promise<void> {
    if (entries.length === 0) return
    const nowMs = this.#options.clock.nowMs()
    const current = await this.#file(nowMs)
    const frame = Buffer.alloc(FRAME_BYTES)
    frame.writeUInt32LE(crc32(entries), 0)
    frame.writeUInt32LE(entries.length, 4)
    try {
      await current.file.write([frame, entries])
      await current.file.sync()
      current.log.newestMs = nowMs
    } catch (error) {
      // A file that failed once is not written again: the same entries go to a new one when the journal tries again.
      await this.#close()
      throw error
    }
  }

  async stop(): Promise<void> {
    await this.#close()
  }

  async #file(nowMs: number): Promise<OpenLogFile> {
    if (this.#current !== undefined && nowMs - this.#current.startMs < FILE_SPAN_MS) return this.#current
    await this.#close()
    const { files, folder, windowMs } = this.#options
    while (this.#closed.length > 0 && this.#closed[0]!.newestMs < nowMs - windowMs) {
      await files.remove(this.#closed[0]!.path)
      this.#closed.shift()
    }
    // Names never repeat, also when the clock stands still or goes back.
    this.#startedMs = Math.max(nowMs, this.#startedMs + 1)
    const path = `${folder}/requests-${this.#startedMs}.log`
    const file = await files.create(path)
    this.#current = { log: { path, newestMs: nowMs }, file, startMs: nowMs }
    try {
      await files.syncFolder(folder)
    } catch (error) {
      await this.#close()
      throw error
    }
    return this.#current
  }

  async #close(): Promise<void> {
    const current = this.#current
    if (current === undefined) return
    this.#current = undefined
    this.#closed.push(current.log)
    // What counts of it is fsynced already.
    await current.file.close().catch(() => {})
  }
}

function readEntries(bytes: Uint8Array): Uint8Array[] {
  const log = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const found: Uint8Array[] = []
  let at = 0
  while (at + FRAME_BYTES <= log.length) {
    const length = log.readUInt32LE(at + 4)
    const end = at + FRAME_BYTES + length
    // No frame is empty: where a machine went down, a file may end in zeros, and those have the right checksum.
    if (length === 0 || end > log.length) break
    const entries = log.subarray(at + FRAME_BYTES, end)
    if (crc32(entries) !== log.readUInt32LE(at)) break
    found.push(entries)
    at = end
  }
  return found
}

function newestOf(entries: Uint8Array): number {
  return Buffer.from(entries.buffer, entries.byteOffset, entries.length).readDoubleLE(entries.length - ENTRY_BYTES)
}
