// Rows of `trace_summaries` into summaries: those of one trace are merged here as merges of the table would, since a
// statement that groups them costs more than a statement that reads them.
import { compareUtf8, lowHalf } from '@clew/model'
import type { ServiceCount, StoredSummary } from '../query/trace-reader.ts'
import type { NativeResult, NativeValue } from './native-result.ts'
import { traceIdAt } from './read-rows.ts'
import { decodeRoot } from './trace-root.ts'

/** A summary before it is known whether it holds for the asked block. */
export interface MergedSummary extends Omit<StoredSummary, 'settled'> {
  /** The latest block that brought spans. */
  readonly lastBlock: bigint
  /** No span of it can be stored twice. */
  readonly isOnce: boolean
}

/** What compileSummaries asks for: one entry a trace. */
export function readSummaries(result: NativeResult): MergedSummary[] {
  const [lastBlock, blockCount] = [result.column('last_block'), result.column('block_count')]
  const rows = new SummaryRows(result)
  return [...rows.byTrace()].map(([traceId, ofTrace]) => ({
    ...rows.merge(traceId, ofTrace),
    lastBlock: greatest(ofTrace.map((row) => lastBlock.bigint(row))),
    isOnce: ofTrace.reduce((sum, row) => sum + blockCount.number(row), 0) === 1,
  }))
}

/** What compileRank asks for: one row a trace, in their order. Which traces are not settled was asked before. */
export function readRanked(result: NativeResult): StoredSummary[] {
  const rows = new SummaryRows(result)
  return [...rows.byTrace()].map(([traceId, ofTrace]) => ({ ...rows.merge(traceId, ofTrace), settled: true }))
}

class SummaryRows {
  readonly #result: NativeResult

  constructor(result: NativeResult) {
    this.#result = result
  }

  byTrace(): Map<string, number[]> {
    const traces = new Map<string, number[]>()
    for (let row = 0; row < this.#result.rows; row++) {
      const traceId = traceIdAt(this.#result, row)
      const rows = traces.get(traceId)
      if (rows === undefined) traces.set(traceId, [row])
      else rows.push(row)
    }
    return traces
  }

  merge(traceId: string, rows: readonly number[]): Omit<StoredSummary, 'settled'> {
    const [start, end, root, services] = ['trace_start', 'trace_end', 'trace_root', 'trace_services'].map((name) =>
      this.#result.column(name),
    )
    const counts = mergeServices(rows.map((row) => services!.array(row)))
    return {
      traceId,
      traceLow: lowHalf(traceId),
      firstStart: -greatest(rows.map((row) => -start!.bigint(row))),
      lastEnd: greatest(rows.map((row) => end!.bigint(row))),
      spanCount: counts.reduce((sum, { spanCount }) => sum + spanCount, 0),
      errorCount: counts.reduce((sum, { errorCount }) => sum + errorCount, 0),
      root: decodeRoot(rows.map((row) => root!.bytes(row)).reduce(firstInOrder)),
      services: counts,
    }
  }
}

/** Pairs of service and packed counts: spans in the low half, errors in the high one. */
function mergeServices(maps: readonly (readonly NativeValue[])[]): ServiceCount[] {
  const sums = new Map<string, bigint>()
  for (const map of maps)
    for (const [name, counts] of map as readonly (readonly [string, bigint])[])
      sums.set(name, (sums.get(name) ?? 0n) + counts)
  return [...sums]
    .map(([name, counts]) => ({
      name,
      spanCount: Number(BigInt.asUintN(32, counts)),
      errorCount: Number(counts >> 32n),
    }))
    .sort((a, b) => compareUtf8(a.name, b.name))
}

function greatest(values: readonly bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most))
}

function firstInOrder(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Buffer.compare(b, a) < 0 ? b : a
}
