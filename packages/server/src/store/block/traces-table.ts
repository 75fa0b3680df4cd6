// The look-up copy: each span's OTLP bytes, in the order of the trace ids.
import { asBytes, type NativeFileColumn } from '../native-writer.ts'
import { copyBytes, writeVarUint } from './growable-bytes.ts'
import { compareWords, type SortKey } from './row-order.ts'
import type { SpanRows } from './span-rows.ts'
import { type BlockOf, blockColumns, take8, take32, take64 } from './spans-table.ts'

/** Order of `traces` and of the runs `trace_summaries` is counted from; within a trace by start. */
export function traceOrder(rows: SpanRows): SortKey {
  const tenantRanks = rows.tenants.ranks()
  const { tenant, traceLow, traceHigh, start } = rows
  return {
    words: rows.tenants.size <= ONE_TENANT ? traceLow : tenantThenId(rows, tenantRanks),
    compare: (a, b) =>
      tenantRanks[tenant[a]!]! - tenantRanks[tenant[b]!]! ||
      compareWords(traceLow, a, b) ||
      compareWords(traceHigh, a, b) ||
      compareWords(start, a, b),
  }
}

/** Entry 0 is '', so this is a block of one tenant: the id alone is its key. */
const ONE_TENANT = 2

function tenantThenId({ count, tenant, tenants, traceLow }: SpanRows, tenantRanks: Uint32Array): Uint32Array {
  const bits = Math.min(31, 32 - Math.clz32(tenants.size))
  const words = new Uint32Array(count * 2)
  for (let row = 0; row < count; row++) {
    const high = traceLow[2 * row + 1]!
    words[2 * row + 1] = (tenantRanks[tenant[row]!]! << (32 - bits)) | (high >>> bits)
    words[2 * row] = (high << (32 - bits)) | (traceLow[2 * row]! >>> bits)
  }
  return words
}

/** How much of the bytes column is gathered before it goes to the file. */
const CHUNK_BYTES = 1024 * 1024

export function traceColumns(
  rows: SpanRows,
  originHashes: Uint32Array,
  order: Uint32Array,
  of: BlockOf,
): NativeFileColumn[] {
  return [
    ...blockColumns(rows.tenants, take32(rows.tenant, order), of),
    { name: 'trace_low', type: 'UInt64', chunks: [asBytes(take64(rows.traceLow, order))] },
    { name: 'trace_high', type: 'UInt64', chunks: [asBytes(take64(rows.traceHigh, order))] },
    { name: 'span_id', type: 'UInt64', chunks: [asBytes(take64(rows.spanId, order))] },
    { name: 'origin', type: 'UInt64', chunks: [asBytes(take64(originHashes, take32(rows.origin, order)))] },
    { name: 'marks', type: 'UInt8', chunks: [take8(rows.marks, order)] },
    { name: 'otlp', type: 'String', chunks: itemBytes(rows, order) },
  ]
}

/** The rows of a String column that holds each item's bytes. */
function* itemBytes(rows: SpanRows, order: Uint32Array): Generator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES)
  let at = 0
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!
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
