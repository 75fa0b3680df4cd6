// What the kinds of search share: what a search knows, what a page of it is, and the evaluation of traces by their
// decoded spans.
import { type Clock, lowHalf, type TraceQuery } from '@clew/model'
import { cancelled } from '../fair-share.ts'
import {
  type AssessedTrace,
  assessTrace,
  type FoundTrace,
  groupByTrace,
  type JudgedSpan,
  judgeSpan,
  placeOf,
} from './assess-trace.ts'
import type { SpanMatcher } from './evaluate.ts'
import type { Plan } from './plan.ts'
import { decodeStored, type StoredSpan } from './stored-span.ts'
import { comparePlaces, type Place } from './trace-order.ts'
import type { Matches, SearchWindow, StoredSummary, TraceReader } from './trace-reader.ts'

export interface Search {
  readonly reader: TraceReader
  readonly query: TraceQuery
  readonly plan: Plan
  readonly matches: SpanMatcher
  readonly window: SearchWindow
  /** The page starts after this place. */
  readonly after: Place | undefined
  readonly carried: readonly bigint[]
  readonly clock: Clock
  readonly deadlineMs: number
  readonly spansAtOnce: (traces: number) => number
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal | undefined
}

export interface SearchPage {
  readonly traces: readonly FoundTrace[]
  readonly next: Place | undefined
  readonly carried: readonly bigint[]
  readonly lookedBackTo: bigint
  readonly complete: boolean
  readonly notices: readonly string[]
}

/** A trace with its place; `found` once its matching spans are known. */
export interface Entry {
  readonly place: Place
  readonly traceLow: bigint
  readonly summary: StoredSummary | undefined
  readonly found: FoundTrace | undefined
}

/** Traces evaluated at a time: enough to share a read, few enough to hold their spans. */
const EVALUATED_AT_ONCE = 32
/** Spans decoded and judged before others get their turn on the event loop, and their bytes. */
const JUDGED_AT_ONCE = 256
const JUDGED_BYTES = 128 * 1024

/** Reads and decides whole traces; a low half that two traces share gives both. */
export async function evaluateTraces(search: Search, traceLows: readonly bigint[]): Promise<Entry[]> {
  const { reader, query, window } = search
  const entries: Entry[] = []
  for (let i = 0; i < traceLows.length; i += EVALUATED_AT_ONCE) {
    const stored = await reader.readSpans(window.tenant, traceLows.slice(i, i + EVALUATED_AT_ONCE), window.block)
    for (const trace of groupByTrace(await judge(search, stored)).values()) {
      const assessed = assessTrace(trace, query.spansPerTrace)
      if (assessed !== undefined) entries.push(evaluatedEntry(assessed, search))
    }
  }
  return entries
}

/** Each span is decoded, judged and let go: of a trace of any size only its outlines are held. */
async function judge(search: Search, stored: readonly StoredSpan[]): Promise<readonly JudgedSpan[]> {
  const judged: JudgedSpan[] = []
  let bytes = 0
  for (const span of stored) {
    judged.push(judgeSpan(decodeStored(span), search.matches, search.window))
    bytes += span.bytes.length
    if (judged.length % JUDGED_AT_ONCE !== 0 && bytes < JUDGED_BYTES) continue
    bytes = 0
    await new Promise(setImmediate)
    if (search.signal?.aborted) throw cancelled()
  }
  return judged
}

function evaluatedEntry(assessed: AssessedTrace, { query }: Search): Entry {
  const { found } = assessed
  return { place: placeOf(assessed, query.order.by), traceLow: lowHalf(found.traceId), summary: undefined, found }
}

/** The entries of the page, in order and after the cursor; one more than the limit when there is more. */
export function pageEntries(search: Search, entries: readonly Entry[]): Entry[] {
  const { direction } = search.query.order
  const { after } = search
  return entries
    .filter((entry) => after === undefined || comparePlaces(entry.place, after, direction) > 0)
    .sort((a, b) => comparePlaces(a.place, b.place, direction))
    .slice(0, search.query.page.limit + 1)
}

/** The line of a settled trace: what is stored of the whole of it, with its matching spans. */
export function foundTrace(summary: StoredSummary, matches: Matches): FoundTrace {
  return {
    traceId: summary.traceId,
    root: summary.root,
    startUnixNano: summary.firstStart,
    durationNano: summary.lastEnd - summary.firstStart,
    spanCount: summary.spanCount,
    errorCount: summary.errorCount,
    services: summary.services,
    matchedSpans: matches.matched,
    spans: matches.spans,
  }
}

/**
 * The lines of entries that have none yet, in their order. Settled traces need one statement for all; where that shows
 * a span between the bounds, or a summary is not settled, the trace is evaluated.
 */
export async function completeEntries(
  search: Search,
  entries: readonly Entry[],
  known: ReadonlyMap<bigint, Matches>,
): Promise<FoundTrace[]> {
  const { reader, query, window, plan } = search
  const open = entries.filter((entry) => entry.found === undefined)
  const asked = open.filter(({ summary, traceLow }) => summary!.settled && !known.has(traceLow))
  const from = asked.reduce(
    (least, { summary }) => (summary!.firstStart < least ? summary!.firstStart : least),
    window.to,
  )
  const matches = new Map(known)
  if (asked.length > 0) {
    const lows = asked.map((entry) => entry.traceLow)
    const bounded = { ...window, from: from > window.from ? from : window.from }
    for (const found of await reader.findMatches(bounded, plan, lows, query.spansPerTrace))
      matches.set(found.traceLow, found)
  }
  const isSettled = ({ summary, traceLow }: Entry) => summary!.settled && matches.get(traceLow)?.uncertain === 0
  const unsettled = open.filter((entry) => !isSettled(entry)).map((entry) => entry.traceLow)
  const evaluated = new Map(
    (await evaluateTraces(search, unsettled)).map((entry) => [entry.place.traceId, entry.found!]),
  )
  return entries.flatMap((entry) => {
    if (entry.found !== undefined) return [entry.found]
    if (isSettled(entry)) return [foundTrace(entry.summary!, matches.get(entry.traceLow)!)]
    return evaluated.get(entry.place.traceId) ?? []
  })
}
