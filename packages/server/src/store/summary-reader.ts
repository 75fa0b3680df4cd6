// What is stored of whole traces, and whether it is what held at a block. Nearly always a row says so itself; else the spans
// of the look-up copy are counted (docs/adr/0008).
import type { StoredSummary } from '../query/trace-reader.ts'
import { compileDistinctSpans, compileStoredCounts, compileSummaries } from './compile-lookup.ts'
import type { Questions } from './engine.ts'
import { traceIdAt } from './read-rows.ts'
import { type MergedSummary, readSummaries } from './read-summaries.ts'

export class SummaryReader {
  /** Where spans come as they are asked for, traces are seldom of one block: then they are counted at the same time. */
  #countsAhead = false

  async read(
    engine: Questions,
    tenant: string,
    traceLows: readonly bigint[],
    block: bigint,
  ): Promise<readonly StoredSummary[]> {
    const [summaries, ahead] = await Promise.all([
      engine.query(compileSummaries(tenant, traceLows)).then(readSummaries),
      this.#countsAhead ? distinctSpans(engine, tenant, traceLows, block) : undefined,
    ])
    const isSure = ({ lastBlock, isOnce }: MergedSummary) => isOnce && lastBlock <= block
    const open = summaries.filter((summary) => !isSure(summary)).map(({ traceLow }) => traceLow)
    this.#countsAhead = open.length > 0
    const counts = open.length === 0 ? undefined : (ahead ?? (await distinctSpans(engine, tenant, open, block)))
    return summaries.map((summary) => ({
      ...summary,
      settled: isSure(summary) || counts?.get(summary.traceId) === summary.spanCount,
    }))
  }
}

/** How many spans each trace holds as of a block when what came twice counts once; -1 where it did. */
async function distinctSpans(
  engine: Questions,
  tenant: string,
  traceLows: readonly bigint[],
  block: bigint,
): Promise<Map<string, number>> {
  const counts = await engine.query(compileStoredCounts(tenant, traceLows, block))
  const [low, stored, times] = ['trace_low', 'stored', 'distinct_times'].map((name) => counts.column(name))
  const distinct = new Map<string, number>()
  const unclear = new Set<bigint>()
  for (let row = 0; row < counts.rows; row++) {
    distinct.set(traceIdAt(counts, row), stored!.number(row))
    if (stored!.number(row) !== times!.number(row)) unclear.add(low!.bigint(row))
  }
  if (unclear.size === 0) return distinct
  const exact = await engine.query(compileDistinctSpans(tenant, [...unclear], block))
  const spans = exact.column('distinct_spans')
  for (let row = 0; row < exact.rows; row++) {
    const traceId = traceIdAt(exact, row)
    if (distinct.get(traceId) !== spans.number(row)) distinct.set(traceId, -1)
  }
  return distinct
}
