// The look-up copy: each span's OTLP bytes, taken apart into pieces and values.
import { asBytes, constantUint64, type NativeFileColumn } from '../native-writer.ts'
import { compareWords, type SortKey } from './row-order.ts'
import type { SpanPieces } from './span-pieces.ts'
import type { SpanRows } from './span-rows.ts'
import { type BlockOf, blockColumns, take64 } from './spans-table.ts'

/** Order of the runs `trace_summaries` is counted from; within a trace by start. */
export function traceOrder(rows: SpanRows): SortKey {
  const { tenant, traceLow, traceHigh, start } = rows
  const compare = (a: number, b: number): number =>
    compareWords(traceLow, a, b) || compareWords(traceHigh, a, b) || compareWords(start, a, b)
  if (rows.tenants.size <= ONE_TENANT) return { words: traceLow, compare }
  const tenantRanks = rows.tenants.ranks()
  return {
    words: tenantThenId(rows, tenantRanks),
    compare: (a, b) => tenantRanks[tenant[a]!]! - tenantRanks[tenant[b]!]! || compare(a, b),
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

/** All rows in the order they came: the engine sorts them. */
export function traceColumns(
  rows: SpanRows,
  originHashes: Uint32Array,
  spanPieces: SpanPieces,
  of: BlockOf & { readonly dictionary: bigint },
): NativeFileColumn[] {
  const { count } = rows
  const { pieces, values } = spanPieces.columns()
  return [
    ...blockColumns(rows.tenants, rows.tenant.subarray(0, count), of),
    { name: 'trace_low', type: 'UInt64', chunks: [asBytes(rows.traceLow.subarray(0, 2 * count))] },
    { name: 'trace_high', type: 'UInt64', chunks: [asBytes(rows.traceHigh.subarray(0, 2 * count))] },
    { name: 'start', type: 'UInt64', chunks: [asBytes(rows.start.subarray(0, 2 * count))] },
    { name: 'elapsed', type: 'UInt64', chunks: [asBytes(elapsed(rows))] },
    { name: 'origin', type: 'UInt64', chunks: [asBytes(take64(originHashes, rows.origin.subarray(0, count)))] },
    { name: 'marks', type: 'UInt8', chunks: [rows.marks.subarray(0, count)] },
    { name: 'dictionary', type: 'UInt64', chunks: [constantUint64(of.dictionary, count)] },
    { name: 'pieces', type: 'String', chunks: pieces },
    { name: 'values', type: 'String', chunks: values },
  ]
}

/** End minus start as it came, wrapping where a span ends before it starts: the end can be had again from it. */
function elapsed({ start, end, count }: SpanRows): Uint32Array {
  const words = new Uint32Array(count * 2)
  for (let at = 0; at < 2 * count; at += 2) {
    const low = end[at]! - start[at]!
    words[at] = low
    words[at + 1] = end[at + 1]! - start[at + 1]! - (low < 0 ? 1 : 0)
  }
  return words
}
