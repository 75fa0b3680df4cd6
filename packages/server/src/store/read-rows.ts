// Columns of answers into what questions ask for: the row shapes of compile-query.ts and compile-lookup.ts.
import { SPAN_KINDS, type SpanKind, STATUS_CODES } from '@clew/model'
import type { MatchedSpan, Matches } from '../query/trace-reader.ts'
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

export function traceIdAt(result: NativeResult, row: number): string {
  return hex(result.column('trace_high').bigint(row)) + hex(result.column('trace_low').bigint(row))
}

export function hex(id: bigint): string {
  return id.toString(16).padStart(16, '0')
}

export function spanKind(number: number): SpanKind {
  return SPAN_KINDS[number] ?? 'unspecified'
}
