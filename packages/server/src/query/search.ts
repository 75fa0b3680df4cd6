// The search: candidates from SQL in time slices, newest first, and for what SQL cannot settle the decoded spans.
//
//   slice 1 [now-1m, to) ─▶ candidates ─▶ settled: place certain          ┐
//   slice 2 [now-4m, …)     …          └▶ unsettled: decoded, evaluated   ┴▶ sorted; done when limit+1 places are certain
//
// A trace's newest matching span lies in the first slice that shows it, so each slice decides its traces for good.
import { ClewError, type Clock, type TraceQuery } from '@clew/model'
import { cancelled } from '../fair-share.ts'
import type { FoundTrace } from './assess-trace.ts'
import { countTotals, type SearchTotals } from './count-totals.ts'
import { CARRIED_LIMIT, type Cursor, decodeCursor, encodeCursor } from './cursor.ts'
import { compileMatcher } from './evaluate.ts'
import { defaultSpansAtOnce } from './newest-candidates.ts'
import { filterOf, planExpression } from './plan.ts'
import type { KeepGoing } from './re2/pattern.ts'
import { searchNewest } from './search-newest.ts'
import type { Search, SearchPage } from './search-page.ts'
import { searchRanked } from './search-ranked.ts'
import type { TraceReader } from './trace-reader.ts'

export interface FoundTraces {
  readonly traces: readonly FoundTrace[]
  /** For the next page; undefined at the end. */
  readonly cursor: string | undefined
  readonly totals: SearchTotals | undefined
  /** Spans that started before this were not looked at. */
  readonly lookedBackTo: bigint
  /** The whole time range was looked at as far as this page needs. */
  readonly complete: boolean
  readonly notices: readonly string[]
}

export interface SearchOptions {
  /** Answers stop widening after this and say how far they came. */
  readonly budgetMs: number
  readonly clock: Clock
  /** Only spans that came after this block. */
  readonly afterBlock?: bigint
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
  /** Matching spans read at once for a page of so many traces, newest first; at least one more than traces. */
  readonly spansAtOnce?: (traces: number) => number
}

/** Throws INVALID_ARGUMENT and INVALID_CURSOR before anything is read. */
export async function searchTraces(
  reader: TraceReader,
  tenant: string,
  query: TraceQuery,
  options: SearchOptions,
): Promise<FoundTraces> {
  const search = prepareSearch(reader, tenant, query, options)
  const [page, totals] = await Promise.all([
    query.order.by === 'newest' && query.order.direction === 'descending' ? searchNewest(search) : searchRanked(search),
    query.totals ? countTotals(search) : undefined,
  ])
  return {
    traces: page.traces,
    cursor: page.next && encodeCursor(nextCursor(search, page), query),
    totals,
    lookedBackTo: page.lookedBackTo,
    complete: page.complete,
    notices: page.notices,
  }
}

function prepareSearch(reader: TraceReader, tenant: string, query: TraceQuery, options: SearchOptions): Search {
  const filter = filterOf(query)
  const cursor = query.page.cursor === undefined ? undefined : decodeCursor(query.page.cursor, query)
  const range = cursor === undefined ? query.timeRange : { from: cursor.from, to: cursor.to }
  return {
    reader,
    query,
    plan: planExpression(filter),
    matches: compileMatcher(filter, patience(options)),
    window: {
      tenant,
      ...range,
      block: cursor?.block ?? reader.highestBlock,
      ...(options.afterBlock !== undefined && { afterBlock: options.afterBlock }),
    },
    after: cursor?.place,
    carried: cursor?.carried ?? [],
    clock: options.clock,
    deadlineMs: options.clock.nowMs() + options.budgetMs,
    spansAtOnce: options.spansAtOnce ?? defaultSpansAtOnce,
    signal: options.signal,
  }
}

/** Patterns on long values run on this thread: they end when nobody waits, and at twice the time that widening has. */
function patience({ clock, budgetMs, signal }: SearchOptions): KeepGoing {
  const lastMs = clock.nowMs() + 2 * budgetMs
  return () => {
    if (signal?.aborted) throw cancelled()
    if (clock.nowMs() >= lastMs)
      throw new ClewError('QUERY_TIMED_OUT', `search: patterns on long values took more than ${2 * budgetMs} ms`)
  }
}

function nextCursor({ window }: Search, page: SearchPage): Cursor {
  return {
    place: page.next!,
    block: window.block,
    from: window.from,
    to: window.to,
    carried: page.carried.slice(0, CARRIED_LIMIT),
  }
}
