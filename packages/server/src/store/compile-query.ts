// The statements of a search: candidates, matches, counts and ranks over `spans` and `trace_summaries`.
// snapshots/*.sql show them whole; reader.ts runs them.
import type { CandidatePage, RankPage, SearchWindow, SummaryOrder } from '../query/trace-reader.ts'
import type { CompiledPlan } from './compile-predicate.ts'
import { joinSql, Sql, sql } from './sql.ts'

/** Width of the `bucket` column: the first part of the search key after the tenant. */
const BUCKET_NANOS = 300_000_000_000n
const END_OF_TIME = 2n ** 64n

/** One row a span, newest first. */
export function compileNewestSpans(window: SearchWindow, plan: CompiledPlan, limit: number): Sql {
  return sql`SELECT trace_low, start, span_id, duration, kind, status, name, service${plan.exact ? sql`` : sql`, ${plan.lower} AS certain`}
FROM spans
WHERE ${windowCondition(window)}
    AND ${plan.upper}
ORDER BY start DESC
LIMIT ${limit}`
}

/** One row a low half: newest, certain. */
export function compileCandidates(window: SearchWindow, plan: CompiledPlan, page: CandidatePage): Sql {
  const having = [placeCondition(page), page.onlyUncertain ? sql`certain = 0` : undefined]
  const descending = page.direction === 'descending'
  return sql`SELECT
    trace_low,
    ${newestColumns(plan)}
FROM spans
WHERE ${windowCondition(window)}${exceptCondition(page.except)}
    AND ${plan.upper}
GROUP BY trace_low${clause('HAVING', having)}
ORDER BY newest ${descending ? sql`DESC` : sql`ASC`}, trace_low
LIMIT ${page.limit}`
}

/** One row a low half: matched, uncertain, spans. */
export function compileMatches(
  window: SearchWindow,
  plan: CompiledPlan,
  traceLows: readonly bigint[],
  spansPerTrace: number,
): Sql {
  return sql`SELECT
    trace_low,
    ${matchColumns(plan, spansPerTrace)}
FROM spans
PREWHERE trace_low IN ${traceLows}
WHERE ${windowCondition(window)}
    AND ${plan.upper}
GROUP BY trace_low`
}

/**
 * Low halves with a span between the bounds of the plan, shared by two traces, or with a span that came twice: among
 * the matching spans, or with `wholeTrace` among all. `wholeTrace` also finds those that changed after the block.
 */
export function compileUnsettled(window: SearchWindow, plan: CompiledPlan, wholeTrace: boolean, limit: number): Sql {
  const matching = matchingLows(window, plan)
  const parts = [
    sql`SELECT trace_low FROM trace_summaries
WHERE tenant = ${window.tenant} AND trace_low IN (${matching})
GROUP BY trace_low
HAVING min(trace_high) != max(trace_high)${wholeTrace ? sql` OR max(block) > ${window.block}` : sql``}`,
  ]
  if (!plan.exact)
    parts.push(sql`SELECT trace_low FROM spans
WHERE ${windowCondition(window)}
    AND ${plan.upper}
    AND NOT ${plan.lower}`)
  const counted = wholeTrace
    ? sql`tenant = ${window.tenant} AND block <= ${window.block} AND trace_low IN (${matching})`
    : sql`${windowCondition(window)}\n    AND ${plan.upper}`
  parts.push(sql`SELECT trace_low FROM spans
WHERE ${counted}
GROUP BY trace_low, span_id
HAVING count() > uniqUpTo(3)(kind, start, duration)`)
  return sql`SELECT DISTINCT trace_low FROM (
${joinSql(parts, '\nUNION ALL\n')}
)
LIMIT ${limit}`
}

/** Traces and spans; `except` holds the traces that have a repeated one. */
export function compileCount(window: SearchWindow, plan: CompiledPlan, except: readonly bigint[]): Sql {
  return sql`SELECT
    uniqExact(trace_low) AS traces,
    count() AS spans
FROM spans
WHERE ${windowCondition(window)}${exceptCondition(except)}
    AND ${plan.upper}`
}

/** Summaries of matching traces in the order of one of their values. */
export function compileRank(window: SearchWindow, plan: CompiledPlan, page: RankPage): Sql {
  const direction = page.direction === 'descending' ? sql`DESC` : sql`ASC`
  return sql`SELECT
    trace_low,
    trace_high,
    ${SUMMARY_COLUMNS},
    ${RANK_VALUES[page.by]} AS rank
FROM trace_summaries
WHERE tenant = ${window.tenant}
    AND trace_low IN (${matchingLows(window, plan)})${exceptCondition(page.except)}
GROUP BY trace_low, trace_high${clause('HAVING', [rankCondition(page)])}
ORDER BY rank ${direction}, trace_low, trace_high
LIMIT ${page.limit}`
}

/** Of rows of `trace_summaries` grouped by trace. The names must not hide the columns they are made of. */
const SUMMARY_COLUMNS: Sql = sql`min(trace_summaries.first_start) AS trace_start,
    max(trace_summaries.last_end) AS trace_end,
    min(trace_summaries.root) AS trace_root,
    sumMap(trace_summaries.services) AS trace_services`

const RANK_VALUES: Readonly<Record<SummaryOrder, Sql>> = {
  // A difference of two UInt64 is an Int64 to the engine.
  duration: sql`toUInt64(trace_end - trace_start)`,
  spanCount: sql`sum(trace_summaries.span_count)`,
  errorCount: sql`sum(trace_summaries.error_count)`,
}

function matchingLows(window: SearchWindow, plan: CompiledPlan): Sql {
  return sql`
    SELECT trace_low FROM spans
    WHERE ${windowCondition(window)}
    AND ${plan.upper}
`
}

function newestColumns(plan: CompiledPlan): Sql {
  if (plan.exact) return sql`max(start) AS newest,\n    1 AS certain`
  return sql`max(start) AS newest,
    max((start, ${plan.lower})).2 AS certain`
}

function matchColumns(plan: CompiledPlan, spansPerTrace: number): Sql {
  const uncertain = plan.exact ? sql`0` : sql`countIf(NOT ${plan.lower})`
  const spans =
    spansPerTrace > 0
      ? sql`groupArraySorted(${spansPerTrace})((start, span_id, duration, kind, status, toString(name), toString(service)))`
      : sql`[]`
  return sql`count() AS matched,
    ${uncertain} AS uncertain,
    ${spans} AS spans`
}

/** Which rows of `spans` a window holds. The bucket narrows the key, start the rows. */
function windowCondition({ tenant, from, to, block, afterBlock }: SearchWindow): Sql {
  const parts = [sql`tenant = ${tenant}`]
  if (from > 0n) parts.push(sql`bucket >= ${from / BUCKET_NANOS}`, sql`start >= ${from}`)
  if (to < END_OF_TIME) parts.push(sql`bucket <= ${to / BUCKET_NANOS}`, sql`start < ${to}`)
  parts.push(sql`block <= ${block}`)
  if (afterBlock !== undefined) parts.push(sql`block > ${afterBlock}`)
  return joinSql(parts, ' AND ')
}

function placeCondition({ after, direction }: CandidatePage): Sql | undefined {
  if (after === undefined) return undefined
  const further = direction === 'descending' ? sql`newest < ${after.newest}` : sql`newest > ${after.newest}`
  if (after.traceLow === undefined) return further
  return sql`(${further} OR (newest = ${after.newest} AND trace_low > ${after.traceLow}))`
}

function rankCondition({ after, direction }: RankPage): Sql | undefined {
  if (after === undefined) return undefined
  const further = direction === 'descending' ? sql`rank < ${after.value}` : sql`rank > ${after.value}`
  const low = BigInt(`0x${after.traceId.slice(16)}`)
  const high = BigInt(`0x${after.traceId.slice(0, 16)}`)
  return sql`(${further} OR (rank = ${after.value} AND (trace_low, trace_high) > (${low}, ${high})))`
}

function exceptCondition(except: readonly bigint[] | undefined): Sql {
  return except === undefined || except.length === 0 ? sql`` : sql`\n    AND trace_low NOT IN ${except}`
}

function clause(keyword: 'HAVING', conditions: readonly (Sql | undefined)[]): Sql {
  const present = conditions.filter((condition) => condition !== undefined)
  return present.length === 0 ? sql`` : sql`\n${Sql.trusted(keyword)} ${joinSql(present, ' AND ')}`
}
