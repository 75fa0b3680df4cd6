// The traces of a block that began last, a few of each tenant: what a listener for new traces is told.
import { compareWords } from './row-order.ts'
import type { SpanRows } from './span-rows.ts'
import type { TraceRuns } from './summaries-table.ts'

export interface NewestTraces {
  readonly tenant: string
  /** Hex, newest first; a trace may have had spans in an earlier block. */
  readonly traceIds: readonly string[]
  /** How many traces of the tenant have spans in the block. */
  readonly traces: number
}

/** More at once is no list a person follows. */
const LISTED_TRACES = 50

export function newestTraces(rows: SpanRows, order: Uint32Array, runs: TraceRuns): NewestTraces[] {
  const perTenant = new Map<number, { newest: number[]; traces: number }>()
  for (let run = 0; run < runs.count; run++) {
    // Within a trace rows are ordered by start.
    const row = order[runs.starts[run]!]!
    const tenant = rows.tenant[row]!
    const listed = perTenant.get(tenant) ?? { newest: [], traces: 0 }
    if (listed.traces++ === 0) perTenant.set(tenant, listed)
    insertNewest(listed.newest, row, rows.start)
  }
  return [...perTenant].map(([tenant, { newest, traces }]) => ({
    tenant: rows.tenants.textOf(tenant),
    traceIds: newest.map((row) => hex(rows.traceHigh, row) + hex(rows.traceLow, row)),
    traces,
  }))
}

function insertNewest(newest: number[], row: number, start: Uint32Array): void {
  if (newest.length === LISTED_TRACES) {
    if (compareWords(start, row, newest[LISTED_TRACES - 1]!) <= 0) return
    newest.pop()
  }
  let at = newest.length
  while (at > 0 && compareWords(start, row, newest[at - 1]!) > 0) at--
  newest.splice(at, 0, row)
}

function hex(words: Uint32Array, row: number): string {
  return words[2 * row + 1]!.toString(16).padStart(8, '0') + words[2 * row]!.toString(16).padStart(8, '0')
}
