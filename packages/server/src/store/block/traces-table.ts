// The look-up copy: each span's OTLP bytes, in the order of the trace ids.
import { asBytes, type NativeFileColumn } from '../native-writer.ts'
import { itemBytes } from './item-bytes.ts'
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
