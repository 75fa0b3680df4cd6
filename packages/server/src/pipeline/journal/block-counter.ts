// Numbers the segments. A number is never given twice, whatever crashes: numbers are taken from the file in runs, and
// what is left of a run at a crash is skipped.
//
//   block-counter   | crc u32 | store id u32 | next counter u64 |   block id = store id << 40 | counter
import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type FileLayer, readIfPresent, replaceFile } from './file-layer.ts'

const FILE_NAME = 'block-counter'
const FILE_BYTES = 16
const COUNTER_BITS = 40n
/** One fsynced write of the file serves so many segments. */
const RUN_LENGTH = 256n

export class BlockCounter {
  readonly #files: FileLayer
  readonly #folder: string
  readonly #storeId: number
  #next: bigint
  #runEnd: bigint

  private constructor(files: FileLayer, folder: string, storeId: number, next: bigint) {
    this.#files = files
    this.#folder = folder
    this.#storeId = storeId
    this.#next = next
    this.#runEnd = next
  }

  /** `blocksInUse`: those of segments found on disk; numbers go on after them even when the file is lost. */
  static async open(files: FileLayer, folder: string, blocksInUse: readonly bigint[]): Promise<BlockCounter> {
    const stored = readCounter(await readIfPresent(files, `${folder}/${FILE_NAME}`))
    // Without its file the counter starts anew under a new id: blocks stored long ago may have any number of the old one.
    const storeId = stored?.storeId ?? randomBytes(3).readUIntBE(0, 3)
    let next = stored?.next ?? 1n
    for (const block of blocksInUse) {
      if (block >> COUNTER_BITS !== BigInt(storeId)) continue
      const counter = block & ((1n << COUNTER_BITS) - 1n)
      if (counter >= next) next = counter + 1n
    }
    return new BlockCounter(files, folder, storeId, next)
  }

  async take(): Promise<bigint> {
    if (this.#next === this.#runEnd) {
      const end = this.#next + RUN_LENGTH
      await replaceFile(this.#files, this.#folder, FILE_NAME, counterBytes(this.#storeId, end))
      this.#runEnd = end
    }
    const counter = this.#next++
    return (BigInt(this.#storeId) << COUNTER_BITS) | counter
  }
}

function counterBytes(storeId: number, next: bigint): Uint8Array {
  const bytes = Buffer.alloc(FILE_BYTES)
  bytes.writeUInt32LE(storeId, 4)
  bytes.writeBigUInt64LE(next, 8)
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0)
  return bytes
}

function readCounter(bytes: Uint8Array | undefined): { storeId: number; next: bigint } | undefined {
  if (bytes === undefined || bytes.length !== FILE_BYTES) return undefined
  const buffer = Buffer.from(bytes)
  if (crc32(buffer.subarray(4)) !== buffer.readUInt32LE(0)) return undefined
  return { storeId: buffer.readUInt32LE(4), next: buffer.readBigUInt64LE(8) }
}
