// The look-up copy: each span's OTLP bytes, taken apart into pieces and values, in the order of the trace ids.
import {
  arrayOffsets,
  asBytes,
  LOW_CARDINALITY_PREFIX,
  lowCardinalityData,
  type NativeFileColumn,
} from '../native-writer.ts'
import { compareWords, type SortKey } from './row-order.ts'
import { SpanPieces } from './span-pieces.ts'
import type { SpanRows } from './span-rows.ts'
import { type BlockOf, blockColumns, take8, take32, take64 } from './spans-table.ts'

/** Order of `traces` and of the runs `trace_summaries` is counted from; within a trace by start. */
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

export class TracesTable {
  readonly #pieces = new SpanPieces()

  columns(rows: SpanRows, originHashes: Uint32Array, order: Uint32Array, of: BlockOf): NativeFileColumn[] {
    const pieces = this.#pieces
    pieces.clear()
    for (let i = 0; i < order.length; i++) {
      const row = order[i]!
      const start = rows.itemOffset[row]!
      pieces.add(rows.sources[rows.source[row]!]!, start, start + rows.itemLength[row]!, rows, row)
    }
    const ends = arrayOffsets(pieces.rowEnds.values, order.length)
    const { size } = pieces.pieces
    const ids = lowCardinalityData(pieces.pieces.nativeStrings(), size, pieces.pieceIds.values, pieces.pieceIds.length)
    return [
      ...blockColumns(rows.tenants, take32(rows.tenant, order), of),
      { name: 'trace_low', type: 'UInt64', chunks: [asBytes(take64(rows.traceLow, order))] },
      { name: 'trace_high', type: 'UInt64', chunks: [asBytes(take64(rows.traceHigh, order))] },
      { name: 'start', type: 'UInt64', chunks: [asBytes(take64(rows.start, order))] },
      { name: 'elapsed', type: 'UInt64', chunks: [asBytes(elapsed(rows, order))] },
      { name: 'origin', type: 'UInt64', chunks: [asBytes(take64(originHashes, take32(rows.origin, order)))] },
      { name: 'marks', type: 'UInt8', chunks: [take8(rows.marks, order)] },
      { name: 'pieces', type: 'Array(LowCardinality(String))', chunks: [LOW_CARDINALITY_PREFIX, ends, ...ids] },
      { name: 'values', type: 'Array(String)', chunks: [ends, ...pieces.values.written()] },
    ]
  }
}

/** End minus start as it came, wrapping where a span ends before it starts: the end can be had again from it. */
function elapsed(rows: SpanRows, order: Uint32Array): Uint32Array {
  const words = new Uint32Array(order.length * 2)
  for (let i = 0; i < order.length; i++) {
    const at = 2 * order[i]!
    const low = rows.end[at]! - rows.start[at]!
    words[2 * i] = low
    words[2 * i + 1] = rows.end[at + 1]! - rows.start[at + 1]! - (low < 0 ? 1 : 0)
  }
  return words
}
