// The OTLP bytes of items as the rows of a String column.
import { copyBytes, writeVarUint } from './growable-bytes.ts'

interface RowsWithBytes {
  readonly count: number
  readonly sources: readonly Uint8Array[]
  readonly source: Uint32Array
  readonly itemOffset: Uint32Array
  readonly itemLength: Uint32Array
}

/** How much of the bytes column is gathered before it goes to the file. */
const CHUNK_BYTES = 1024 * 1024

/** Each chunk is valid until the next one is asked for. */
export function* itemBytes(rows: RowsWithBytes): Generator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES)
  let at = 0
  for (let row = 0; row < rows.count; row++) {
    const length = rows.itemLength[row]!
    if (at + length + 5 > chunk.length) {
      yield chunk.subarray(0, at)
      if (length + 5 > chunk.length) chunk = new Uint8Array(length + 5)
      at = 0
    }
    const from = rows.itemOffset[row]!
    at = writeVarUint(chunk, at, length)
    at = copyBytes(rows.sources[rows.source[row]!]!, from, from + length, chunk, at)
  }
  yield chunk.subarray(0, at)
}
