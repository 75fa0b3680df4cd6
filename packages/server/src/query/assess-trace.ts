// Everything a search says of a trace, taken from its decoded spans: for the traces SQL could not settle, and for the
// oracle of the tests.
import {
  compareUtf8,
  durationNano,
  SPAN_KINDS,
  type Span,
  STATUS_CODES,
  type StatusCode,
  type TimeRange,
  type TraceOrder,
} from '@clew/model'
import type { SpanMatcher } from './evaluate.ts'
import { repeatKey } from './stored-span.ts'
import type { Place } from './trace-order.ts'
import type { MatchedSpan, ServiceCount } from './trace-reader.ts'

/** One line of a search result. */
export interface FoundTrace {
  readonly traceId: string
  /** Undefined while no span without a parent has come. */
  readonly root: { readonly service: string; readonly name: string } | undefined
  readonly startUnixNano: bigint
  readonly durationNano: bigint
  readonly spanCount: number
  readonly errorCount: number
  /** In the byte order of their names. */
  readonly services: readonly ServiceCount[]
  readonly matchedSpans: number
  /** The first matching spans by start, then span id. */
  readonly spans: readonly MatchedSpan[]
}

export interface AssessedTrace {
  readonly found: FoundTrace
  /** Start of the newest matching span. */
  readonly newest: bigint
}

/** As much of a span as a search result says of it, and whether it matches within the time asked for. */
export interface JudgedSpan
  extends Pick<Span, 'traceId' | 'spanId' | 'parentSpanId' | 'name' | 'serviceName' | 'kind'>,
    Pick<Span, 'startTimeUnixNano' | 'endTimeUnixNano'> {
  readonly status: StatusCode
  readonly isMatch: boolean
}

/** Keeps nothing else of the span. */
export function judgeSpan(span: Span, matches: SpanMatcher, range: TimeRange): JudgedSpan {
  const { startTimeUnixNano } = span
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    serviceName: span.serviceName,
    kind: span.kind,
    startTimeUnixNano,
    endTimeUnixNano: span.endTimeUnixNano,
    status: span.status.code,
    isMatch: startTimeUnixNano >= range.from && startTimeUnixNano < range.to && matches(span),
  }
}

/** The spans of one trace; undefined when none of them matches. A repeated span counts once. */
export function assessTrace(all: readonly JudgedSpan[], spansPerTrace: number): AssessedTrace | undefined {
  const ordered = [...all].sort(bySpanStart)
  const spans = withoutRepeats(ordered)
  // Copies of one span may differ in what repeats do not look at: one that matches is enough.
  const matching = withoutRepeats(ordered.filter(({ isMatch }) => isMatch))
  const last = matching.at(-1)
  if (last === undefined) return undefined
  const start = spans.reduce((least, span) => min(least, span.startTimeUnixNano), spans[0]!.startTimeUnixNano)
  const end = spans.reduce((most, span) => max(most, max(span.startTimeUnixNano, span.endTimeUnixNano)), 0n)
  return {
    newest: last.startTimeUnixNano,
    found: {
      traceId: last.traceId,
      root: rootOf(spans),
      startUnixNano: start,
      durationNano: end - start,
      spanCount: spans.length,
      errorCount: spans.filter((span) => span.status === 'error').length,
      services: countServices(spans),
      matchedSpans: matching.length,
      spans: matching.slice(0, spansPerTrace).map(matchedSpan),
    },
  }
}

/** Where a trace stands in an order. */
export function placeOf({ found, newest }: AssessedTrace, by: TraceOrder['by']): Place {
  return { traceId: found.traceId, value: by === 'newest' ? newest : orderValue(found, by) }
}

function orderValue(found: FoundTrace, by: Exclude<TraceOrder['by'], 'newest'>): bigint {
  if (by === 'duration') return found.durationNano
  return BigInt(by === 'spanCount' ? found.spanCount : found.errorCount)
}

/** The spans of one trace, each once. */
function withoutRepeats(spans: readonly JudgedSpan[]): readonly JudgedSpan[] {
  const seen = new Set<string>()
  return spans.filter((span) => {
    const key = repeatKey(span)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** By start, then span id; what is still equal by what is shown of it, so that every reader lists the same ones. */
function bySpanStart(a: JudgedSpan, b: JudgedSpan): number {
  return (
    compareBigints(a.startTimeUnixNano, b.startTimeUnixNano) ||
    (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0) ||
    compareBigints(spanDuration(a), spanDuration(b)) ||
    SPAN_KINDS.indexOf(a.kind) - SPAN_KINDS.indexOf(b.kind) ||
    STATUS_CODES.indexOf(a.status) - STATUS_CODES.indexOf(b.status) ||
    compareUtf8(a.name, b.name) ||
    compareUtf8(a.serviceName, b.serviceName) ||
    compareUtf8(a.parentSpanId, b.parentSpanId)
  )
}

/** The same of what a line of a result shows: the order in which it lists the spans of a trace. */
export function compareMatchedSpans(a: MatchedSpan, b: MatchedSpan): number {
  return (
    compareBigints(a.startUnixNano, b.startUnixNano) ||
    (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0) ||
    compareBigints(a.durationNano, b.durationNano) ||
    SPAN_KINDS.indexOf(a.kind) - SPAN_KINDS.indexOf(b.kind) ||
    STATUS_CODES.indexOf(a.status) - STATUS_CODES.indexOf(b.status) ||
    compareUtf8(a.name, b.name) ||
    compareUtf8(a.service, b.service)
  )
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function spanDuration(span: JudgedSpan): bigint {
  return durationNano(span.startTimeUnixNano, span.endTimeUnixNano)
}

/** Spans by their trace. */
export function groupByTrace<S extends { readonly traceId: string }>(spans: readonly S[]): Map<string, S[]> {
  const traces = new Map<string, S[]>()
  for (const span of spans) {
    const trace = traces.get(span.traceId)
    if (trace === undefined) traces.set(span.traceId, [span])
    else trace.push(span)
  }
  return traces
}

/** The earliest span without a parent; of two at once the one whose service, then name, comes first. */
function rootOf(spans: readonly JudgedSpan[]): FoundTrace['root'] {
  let root: JudgedSpan | undefined
  for (const span of spans) {
    if (span.parentSpanId === '' && (root === undefined || comesBefore(span, root))) root = span
  }
  return root && { service: root.serviceName, name: root.name }
}

function countServices(spans: readonly JudgedSpan[]): readonly ServiceCount[] {
  const counts = new Map<string, { spanCount: number; errorCount: number }>()
  for (const { serviceName, status } of spans) {
    const count = counts.get(serviceName) ?? { spanCount: 0, errorCount: 0 }
    count.spanCount++
    if (status === 'error') count.errorCount++
    counts.set(serviceName, count)
  }
  return [...counts].map(([name, count]) => ({ name, ...count })).sort((a, b) => compareUtf8(a.name, b.name))
}

function comesBefore(a: JudgedSpan, b: JudgedSpan): boolean {
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano < b.startTimeUnixNano
  return (
    compareUtf8(a.serviceName, b.serviceName) < 0 ||
    (a.serviceName === b.serviceName && compareUtf8(a.name, b.name) < 0)
  )
}

function matchedSpan(span: JudgedSpan): MatchedSpan {
  return {
    spanId: span.spanId,
    name: span.name,
    service: span.serviceName,
    startUnixNano: span.startTimeUnixNano,
    durationNano: spanDuration(span),
    status: span.status,
    kind: span.kind,
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
