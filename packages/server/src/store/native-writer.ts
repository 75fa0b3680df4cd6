// Columns to a file in ClickHouse's Native format, revision 0 (docs/en/interfaces/specs/NativeFormat.md): one block,
// columns one after the other, each with name, type and data. The chunks of a column are written as they are, so that
// a large column is never joined in memory.
import { type FileHandle, open } from 'node:fs/promises'
import { GrowableBytes, type GrowableUint32, writeVarUint } from './block/growable-bytes.ts'

export interface NativeFileColumn {
  readonly name: string
  /** As ClickHouse writes it, for example `Array(LowCardinality(String))`. */
  readonly type: string
  /** The data of all rows, in order. A chunk need only be valid until the next one is asked for. */
  readonly chunks: Iterable<Uint8Array>
}

/** Writes one block; nothing is synced, since a block file can always be built again from its segment. */
export async function writeNativeFile(path: string, rows: number, columns: readonly NativeFileColumn[]): Promise<void> {
  const file = await open(path, 'w')
  try {
    const gathered = new GrowableBytes(GATHERED_BYTES)
    gathered.length = writeVarUint(gathered.bytes, writeVarUint(gathered.bytes, 0, columns.length), rows)
    for (const column of columns) {
      pushText(gathered, column.name)
      pushText(gathered, column.type)
      for (const chunk of column.chunks) {
        if (gathered.length + chunk.length > GATHERED_BYTES) await flush(file, gathered)
        if (chunk.length > GATHERED_BYTES) await writeAll(file, chunk)
        else appendChunk(gathered, chunk)
      }
    }
    await flush(file, gathered)
  } finally {
    await file.close()
  }
}

/** Small chunks go out together; larger ones are not copied. */
const GATHERED_BYTES = 256 * 1024

function appendChunk(target: GrowableBytes, chunk: Uint8Array): void {
  target.reserve(chunk.length)
  target.bytes.set(chunk, target.length)
  target.length += chunk.length
}

function pushText(target: GrowableBytes, text: string): void {
  const bytes = Buffer.from(text)
  target.pushString(bytes, 0, bytes.length)
}

async function flush(file: FileHandle, gathered: GrowableBytes): Promise<void> {
  await writeAll(file, gathered.written())
  gathered.length = 0
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

/** Every row the same 64-bit number. */
export function constantUint64(value: bigint, rows: number): Uint8Array {
  return asBytes(new BigUint64Array(rows).fill(value))
}

export function constantUint16(value: number, rows: number): Uint8Array {
  return asBytes(new Uint16Array(rows).fill(value))
}

/**
 * LowCardinality(String): state prefix, then dictionary and keys. Inside an Array the prefix stands before the offsets,
 * so it is apart.
 */
export const LOW_CARDINALITY_PREFIX = asBytes(new BigUint64Array([1n]))

/** `dictionary` holds `dictionarySize` Native strings, the first of them ''; `keys` are indexes into it. */
export function lowCardinalityData(
  dictionary: Uint8Array,
  dictionarySize: number,
  keys: Uint32Array,
  count: number,
): Uint8Array[] {
  if (count === 0) return []
  const width = dictionarySize <= 0x100 ? 0 : dictionarySize <= 0x1_0000 ? 1 : 2
  // 0x200: the block brings its keys; 0x400: they go into the dictionary of the column.
  const head = asBytes(new BigUint64Array([0x600n | BigInt(width), BigInt(dictionarySize)]))
  return [head, dictionary, asBytes(new BigUint64Array([BigInt(count)])), narrow(keys, count, width)]
}

function narrow(keys: Uint32Array, count: number, width: 0 | 1 | 2): Uint8Array {
  if (width === 2) return asBytes(keys.slice(0, count))
  const target = width === 0 ? new Uint8Array(count) : new Uint16Array(count)
  for (let i = 0; i < count; i++) target[i] = keys[i]!
  return asBytes(target)
}

/** The UInt64 ends of an Array column, one a row, from 32-bit ends. */
export function arrayOffsets(ends: Uint32Array, rows: number): Uint8Array {
  const offsets = new Uint32Array(rows * 2)
  for (let i = 0; i < rows; i++) offsets[2 * i] = ends[i]!
  return asBytes(offsets)
}

/** Strings of our own (few and short) as a String column. */
export function stringData(values: readonly Uint8Array[]): Uint8Array {
  const data = new GrowableBytes(1024)
  for (const value of values) data.pushString(value, 0, value.length)
  return data.written()
}

export function uint32Bytes(column: GrowableUint32): Uint8Array {
  return asBytes(column.values.slice(0, column.length))
}

/** The memory of a typed array. Native is little-endian, as is every machine Node runs on. */
export function asBytes(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
