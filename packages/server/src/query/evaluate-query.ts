// A whole TraceQuery over spans in memory: the plain meaning of a search, which the store's answers are held against.
import type { Span, TraceQuery } from '@clew/model'
import { type AssessedTrace, assessTrace, type FoundTrace, groupByTrace, judgeSpan, placeOf } from './assess-trace.ts'
import { compileMatcher } from './evaluate.ts'
import { filterOf } from './plan.ts'
import { comparePlaces, type Place } from './trace-order.ts'

export interface EvaluatedPage {
  readonly traces: readonly FoundTrace[]
  /** After this one starts the next page; undefined at the end. */
  readonly next: Place | undefined
  readonly totals: { readonly traces: number; readonly spans: number }
}

/** `after` stands for the cursor. Throws INVALID_ARGUMENT as the search does. */
export function evaluateQuery(query: TraceQuery, spans: readonly Span[], after?: Place): EvaluatedPage {
  const matches = compileMatcher(filterOf(query))
  const { by, direction } = query.order
  const all = [...groupByTrace(spans).values()]
    .map((trace) => trace.map((span) => judgeSpan(span, matches, query.timeRange)))
    .map((trace) => assessTrace(trace, query.spansPerTrace))
    .filter((trace): trace is AssessedTrace => trace !== undefined)
    .sort((a, b) => comparePlaces(placeOf(a, by), placeOf(b, by), direction))
  const rest = all.filter((trace) => after === undefined || comparePlaces(placeOf(trace, by), after, direction) > 0)
  const page = rest.slice(0, query.page.limit)
  return {
    traces: page.map((trace) => trace.found),
    next: rest.length > page.length ? placeOf(page.at(-1)!, by) : undefined,
    totals: { traces: all.length, spans: all.reduce((sum, trace) => sum + trace.found.matchedSpans, 0) },
  }
}
