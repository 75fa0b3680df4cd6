// What questions need of the store: a few wide reads, each answered in one or two statements. The search itself (slices,
// order, pages, what SQL could not decide) is query/search.ts; the store implements this over ClickHouse SQL.
import type { LogRecord, SpanKind, StatusCode, UnixNano } from '@clew/model'
import type { Plan } from './plan.ts'
import type { StoredSpan } from './stored-span.ts'

/** For whom something is read. */
export interface Asker {
  readonly tenant: string
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

/** Which spans a search looks at. */
export interface SearchWindow {
  readonly tenant: string
  /** Start of a span: `from` included, `to` excluded; `to` may be 2^64, so that nothing is left out. */
  readonly from: UnixNano
  readonly to: bigint
  /** Only blocks up to this one. */
  readonly block: bigint
  /** Only blocks after this one: what has just come. */
  readonly afterBlock?: bigint
}

export interface MatchedSpan {
  readonly spanId: string
  readonly name: string
  readonly service: string
  readonly startUnixNano: UnixNano
  readonly durationNano: bigint
  readonly status: StatusCode
  readonly kind: SpanKind
}

/** The matching spans of all traces that share one low half of their id (practically always one trace). */
export interface Matches {
  readonly traceLow: bigint
  /** Spans within the upper bound of the plan, and how many of them are not within the lower. */
  readonly matched: number
  readonly uncertain: number
  /** The first of them by start, then span id. */
  readonly spans: readonly MatchedSpan[]
}

export interface Candidate {
  readonly traceLow: bigint
  /** Start of the newest span within the upper bound. */
  readonly newest: UnixNano
  /** The newest one is within the lower bound too: the place of the trace in the order is certain. */
  readonly certain: boolean
}

/** A matching span by itself, before it is known whether anybody wants to see it. */
export interface NewestSpan {
  readonly traceLow: bigint
  readonly startUnixNano: UnixNano
  /** It is within the lower bound too. */
  readonly certain: boolean
  read(): MatchedSpan
}

/** A place in the order newest first: candidates come strictly after it. */
export interface CandidatePlace {
  readonly newest: UnixNano
  /** Undefined: all of `newest` lie before the place. */
  readonly traceLow: bigint | undefined
}

export interface StoredSummary {
  readonly traceId: string
  readonly traceLow: bigint
  readonly firstStart: UnixNano
  readonly lastEnd: UnixNano
  readonly spanCount: number
  readonly errorCount: number
  /** Undefined while no span without a parent has come. */
  readonly root: { readonly service: string; readonly name: string } | undefined
  /** In the byte order of their names. */
  readonly services: readonly ServiceCount[]
  /** True when these are the values as of the asked block, with no span counted twice; else count its spans. */
  readonly settled: boolean
}

export interface MatchCount {
  readonly traces: number
  readonly spans: number
}

/** Whole-trace orders. */
export type SummaryOrder = 'duration' | 'spanCount' | 'errorCount'

/** Ids order by their low half, then their high half, as the store keeps them. */
export interface RankPlace {
  readonly value: bigint
  readonly traceId: string
}

/**
 * Reads of one tenant each: another tenant's data MUST never be seen. All reject with QUERY_TIMED_OUT,
 * QUERY_TOO_EXPENSIVE or STORE_UNAVAILABLE.
 */
export interface TraceReader {
  /** The same store as one asker sees it: his reads have their fair share, and end with CANCELLED when he goes away. */
  askedBy(asker: Asker): TraceReader

  /** The highest block that every table holds. */
  readonly highestBlock: bigint

  /** Traces with a span in the window and the plan's upper bound, in the order `direction`, newest span, then low half. */
  findCandidates(window: SearchWindow, plan: Plan, page: CandidatePage): Promise<readonly Candidate[]>

  /** Whether the plan asks for one value of an attribute that has many, so that few spans have it: a guess. */
  isRare(tenant: string, plan: Plan): Promise<boolean>

  /** Spans in the window and the plan's upper bound, newest first; at most `limit`. */
  findNewestSpans(window: SearchWindow, plan: Plan, limit: number): Promise<readonly NewestSpan[]>

  /** The matching spans of the traces with these low halves; a low half without any is left out. */
  findMatches(
    window: SearchWindow,
    plan: Plan,
    traceLows: readonly bigint[],
    spansPerTrace: number,
  ): Promise<readonly Matches[]>

  /** One row a trace; two traces may share a low half. */
  readSummaries(tenant: string, traceLows: readonly bigint[], block: bigint): Promise<readonly StoredSummary[]>

  /** All spans of the traces with these low halves, as their OTLP bytes; of `block` and before where it is given. */
  readSpans(tenant: string, traceLows: readonly bigint[], block?: bigint): Promise<readonly StoredSpan[]>

  /**
   * Low halves that SQL cannot settle: with a span between the bounds, or shared by two traces; with `wholeTrace` also
   * those whose summaries are not settled. At most `limit`.
   */
  findUnsettled(window: SearchWindow, plan: Plan, wholeTrace: boolean, limit: number): Promise<readonly bigint[]>

  /** Counts matching traces and spans, a repeated span once, without the traces of `except`. */
  countMatches(window: SearchWindow, plan: Plan, except: readonly bigint[]): Promise<MatchCount>

  /** Matching traces by a value of the whole trace, then trace id, without those of `except`. */
  rankTraces(window: SearchWindow, plan: Plan, page: RankPage): Promise<readonly StoredSummary[]>

  services(tenant: string, range: StatsRange): Promise<readonly ServiceCount[]>
  operations(tenant: string, service: string, range: StatsRange): Promise<readonly Operation[]>
  attributeKeys(tenant: string, filter: CatalogFilter): Promise<readonly AttributeKey[]>
  attributeValues(tenant: string, key: string, filter: CatalogFilter): Promise<AttributeValues>
  /** The texts that an attribute of the resource has, by service, then text. At most `limit`. */
  serviceValues(tenant: string, key: string, limit: number): Promise<readonly ServiceValue[]>

  /** Log records of a trace (both halves), or of one span of it, by time. At most `limit`. */
  logs(tenant: string, traceId: string, spanId: string | undefined, limit: number): Promise<readonly LogRecord[]>
  /** How many log records each span of a trace has. */
  logCounts(tenant: string, traceId: string): Promise<ReadonlyMap<string, number>>
  /** Log records of one instrumentation scope, newest first; equal ones of one instant share a place. At most `limit`. */
  scopeLogs(tenant: string, question: ScopeLogs): Promise<readonly PlacedLog[]>
}

export interface ScopeLogs {
  readonly service: string
  /** Name of the scope. */
  readonly scope: string
  /** Time of a record: `from` included, `to` excluded; `to` may be 2^64. */
  readonly from: UnixNano
  readonly to: bigint
  /** Only blocks up to this one. */
  readonly block: bigint
  /** Only records with this text somewhere, in any of their fields: whoever asks for one field looks again. */
  readonly text: string | undefined
  readonly after: LogPlace | undefined
  readonly limit: number
}

/** A place in the order newest first: records come strictly after it. */
export interface LogPlace {
  readonly time: UnixNano
  /** Stands for the record among those of its instant. */
  readonly record: bigint
}

export interface PlacedLog {
  readonly log: LogRecord
  readonly place: LogPlace
}

export interface CandidatePage {
  readonly direction: 'descending' | 'ascending'
  readonly after: CandidatePlace | undefined
  readonly limit: number
  /** Only those whose place is not certain. */
  readonly onlyUncertain?: boolean
  /** Without these low halves. */
  readonly except?: readonly bigint[]
}

export interface RankPage {
  readonly by: SummaryOrder
  readonly direction: 'descending' | 'ascending'
  readonly after: RankPlace | undefined
  readonly limit: number
  readonly except: readonly bigint[]
}

/** By minute of span start; undefined for all time. */
export interface StatsRange {
  readonly from: UnixNano | undefined
  readonly to: UnixNano | undefined
}

export interface ServiceCount {
  readonly name: string
  readonly spanCount: number
  readonly errorCount: number
}

export interface Operation {
  readonly name: string
  readonly kind: SpanKind
  readonly spanCount: number
}

export interface CatalogFilter {
  readonly service: string | undefined
  readonly scope: string | undefined
}

export interface AttributeKey {
  readonly scope: string
  readonly key: string
  readonly types: readonly string[]
}

export interface ServiceValue {
  readonly service: string
  readonly value: string
}

export interface AttributeValues {
  readonly values: readonly { readonly type: string; readonly value: string }[]
  /** There are more than are kept. */
  readonly many: boolean
}
