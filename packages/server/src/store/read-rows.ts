// Columns of answers into what questions ask for: the row shapes of compile-query.ts and compile-lookup.ts.
import { SPAN_KINDS, type SpanKind, STATUS_CODES } from '@clew/model'
import type { MatchedSpan, Matches, ServiceCount, StoredSummary } from '../query/trace-reader.ts'
import type { NativeResult, NativeValue } from './native-result.ts'

export function readMatches(result: NativeResult): Matches[] {
  const [low, matched, uncertain, spans] = ['trace_low', 'matched', 'uncertain', 'spans'].map((name) =>
    result.column(name),
  )
  return Array.from({ length: result.rows }, (_, row) => ({
    traceLow: low!.bigint(row),
    matched: matched!.number(row),
    uncertain: uncertain!.number(row),
    spans: spans!.array(row).map(readMatchedSpan),
  }))
}

/** (start, span id, duration, kind, status, name, service), as compile-query.ts groups them. */
function readMatchedSpan(value: NativeValue): MatchedSpan {
  const [start, spanId, duration, kind, status, name, service] = value as readonly NativeValue[]
  return {
    spanId: hex(spanId as bigint),
    name: name as string,
    service: service as string,
    startUnixNano: start as bigint,
    durationNano: duration as bigint,
    kind: spanKind(kind as number),
    status: STATUS_CODES[status as number] ?? 'unset',
  }
}

export function readSummaryRows(
  result: NativeResult,
  isSettled: (traceId: string, spans: number) => boolean,
): readonly StoredSummary[] {
  const [low, start, end, spans, errors, root, services, failed] = [
    'trace_low',
    'trace_start',
    'trace_end',
    'spans',
    'errors',
    'trace_root',
    'service_spans',
    'failed_spans',
  ].map((name) => result.column(name))
  return Array.from({ length: result.rows }, (_, row) => {
    const traceId = traceIdAt(result, row)
    const [rootless, , service, name] = root!.array(row)
    const spanCount = spans!.number(row)
    return {
      traceId,
      traceLow: low!.bigint(row),
      firstStart: start!.bigint(row),
      lastEnd: end!.bigint(row),
      spanCount,
      errorCount: errors!.number(row),
      root: rootless === 0 ? { service: String(service), name: String(name) } : undefined,
      services: readServices(services!.array(row), failed!.array(row)),
      settled: isSettled(traceId, spanCount),
    }
  })
}

/** Pairs of service and count, as `sumMap` gives them: by service. */
function readServices(spans: readonly NativeValue[], failed: readonly NativeValue[]): readonly ServiceCount[] {
  const errors = new Map(failed as readonly (readonly [string, bigint])[])
  return (spans as readonly (readonly [string, bigint])[]).map(([name, count]) => ({
    name,
    spanCount: Number(count),
    errorCount: Number(errors.get(name) ?? 0n),
  }))
}

export function traceIdAt(result: NativeResult, row: number): string {
  return hex(result.column('trace_high').bigint(row)) + hex(result.column('trace_low').bigint(row))
}

export function hex(id: bigint): string {
  return id.toString(16).padStart(16, '0')
}

export function spanKind(number: number): SpanKind {
  return SPAN_KINDS[number] ?? 'unspecified'
}
