// Whether a store holds each of some traces exactly once in both copies, and whether every rollup is what a recount of the
// raw spans gives.
import { type Load, traceIdOf } from '../../bench/load/load.ts'
import { askStore, type Row } from './store-question.ts'

export interface Recount {
  /** Spans that are in a copy more than once. */
  readonly doubled: readonly Row[]
  /** Lines of a rollup that differ from a recount, with both figures. */
  readonly wrongRollups: readonly Row[]
  /** How many spans each trace has in each copy, by full trace id. */
  readonly lookUpCounts: ReadonlyMap<string, number>
  readonly searchCounts: ReadonlyMap<string, number>
}

/** With the blocks that hold them, which say whether a block was stored twice or a request accepted twice. */
const DOUBLED = `
  SELECT * FROM (
    SELECT 'spans' AS copy, hex(trace_low) AS id, hex(span_id) AS span, count() AS times, toString(groupArray(block)) AS blocks
    FROM spans GROUP BY tenant, trace_low, span_id HAVING times > 1 LIMIT 5
    UNION ALL
    SELECT 'traces', hex(trace_low), hex(span_id), count() AS times, toString(groupArray(block))
    FROM traces GROUP BY tenant, trace_low, trace_high, span_id, start, elapsed HAVING times > 1 LIMIT 5
  )`

/** Summaries have a root only where the trace has one, so it is compared through counts and times. */
const WRONG_SUMMARIES = `
  SELECT toString(coalesce(a.trace_low, b.trace_low)) AS trace, a.n AS recounted, b.n AS kept, a.e AS errors_recounted, b.e AS errors_kept
  FROM (
    SELECT tenant, trace_low, count() AS n, countIf(status = 2) AS e, min(start) AS s, max(start + duration) AS t
    FROM spans GROUP BY tenant, trace_low
  ) AS a
  FULL JOIN (
    SELECT tenant, trace_low, sum(span_count) AS n, sum(error_count) AS e, min(first_start) AS s, max(last_end) AS t
    FROM trace_summaries GROUP BY tenant, trace_low
  ) AS b ON a.tenant = b.tenant AND a.trace_low = b.trace_low
  WHERE a.n != b.n OR a.e != b.e OR a.s != b.s OR a.t != b.t
  LIMIT 10`

/** Spans in the low half of each number, those with an error in the high one. */
const WRONG_SERVICES = `
  SELECT toString(coalesce(a.trace_low, b.trace_low)) AS trace, a.services AS recounted, b.services AS kept
  FROM (
    SELECT tenant, trace_low, sumMap(map(toString(service), toUInt64(if(status = 2, 4294967297, 1)))) AS services
    FROM spans GROUP BY tenant, trace_low
  ) AS a
  FULL JOIN (
    SELECT tenant, trace_low, sumMap(services) AS services FROM trace_summaries GROUP BY tenant, trace_low
  ) AS b ON a.tenant = b.tenant AND a.trace_low = b.trace_low
  WHERE toString(a.services) != toString(b.services)
  LIMIT 10`

const WRONG_STATS = `
  SELECT a.service AS service, a.name AS name, b.service AS kept_service, a.n AS recounted, b.n AS kept, a.d AS duration_recounted, b.d AS duration_kept, b.in_buckets AS in_buckets
  FROM (
    SELECT tenant, service, name, kind, status, intDiv(start, 60000000000) AS minute, count() AS n, sum(duration) AS d
    FROM spans GROUP BY tenant, service, name, kind, status, minute
  ) AS a
  FULL JOIN (
    SELECT tenant, service, name, kind, status, minute, sum(span_count) AS n, sum(duration_sum) AS d, arraySum(mapValues(sumMap(buckets))) AS in_buckets
    FROM span_stats GROUP BY tenant, service, name, kind, status, minute
  ) AS b
  ON a.tenant = b.tenant AND a.service = b.service AND a.name = b.name AND a.kind = b.kind AND a.status = b.status AND a.minute = b.minute
  WHERE a.n != b.n OR a.d != b.d OR b.in_buckets != b.n
  LIMIT 10`

const LOOK_UP_COUNTS = `
  SELECT leftPad(lower(hex(trace_high)), 16, '0') || leftPad(lower(hex(trace_low)), 16, '0') AS id, count() AS n FROM traces GROUP BY trace_high, trace_low`

const SEARCH_COUNTS = `SELECT leftPad(lower(hex(trace_low)), 16, '0') AS id, count() AS n FROM spans GROUP BY trace_low`

export async function recount(dataDir: string): Promise<Recount> {
  const [doubled, summaries, services, stats, lookUp, search] = await askStore(dataDir, [
    DOUBLED,
    WRONG_SUMMARIES,
    WRONG_SERVICES,
    WRONG_STATS,
    LOOK_UP_COUNTS,
    SEARCH_COUNTS,
  ])
  const counts = (rows: readonly Row[]) => new Map(rows.map(({ id, n }) => [String(id), Number(n)]))
  return {
    doubled: doubled!,
    wrongRollups: [...summaries!, ...services!, ...stats!],
    lookUpCounts: counts(lookUp!),
    searchCounts: counts(search!),
  }
}

/** Traces of `load` between two spans that are not wholly in both copies. */
export function missingTraces(load: Load, firstSpan: number, spanCount: number, counts: Recount): string[] {
  const missing: string[] = []
  for (let trace = load.trace[firstSpan]!; trace <= load.trace[firstSpan + spanCount - 1]!; trace++) {
    const expected = load.traceFirst[trace + 1]! - load.traceFirst[trace]!
    const id = traceIdOf(load, trace)
    const got = [counts.lookUpCounts.get(id) ?? 0, counts.searchCounts.get(id.slice(16)) ?? 0]
    if (got[0] !== expected || got[1] !== expected)
      missing.push(`${id}: expected ${expected}, got ${got.join(' and ')}`)
  }
  return missing
}
