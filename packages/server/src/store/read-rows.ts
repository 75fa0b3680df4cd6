// Columns of answers into what questions ask for: the row shapes of compile-query.ts and compile-lookup.ts.
import { SPAN_KINDS, type SpanKind, STATUS_CODES } from '@clew/model'
import type { MatchedSpan, Matches, NewestSpan } from '../query/trace-reader.ts'
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

export function readNewestSpans(result: NativeResult, isExact: boolean): NewestSpan[] {
  const [low, start, spanId, duration, kind, status, name, service] = [
    'trace_low',
    'start',
    'span_id',
    'duration',
    'kind',
    'status',
    'name',
    'service',
  ].map((column) => result.column(column))
  const certain = isExact ? undefined : result.column('certain')
  return Array.from({ length: result.rows }, (_, row) => {
    const startUnixNano = start!.bigint(row)
    return {
      traceLow: low!.bigint(row),
      startUnixNano,
      certain: certain === undefined || certain.number(row) !== 0,
      read: () => ({
        spanId: hex(spanId!.bigint(row)),
        name: name!.text(row),
        service: service!.text(row),
        startUnixNano,
        durationNano: duration!.bigint(row),
        kind: spanKind(kind!.number(row)),
        status: STATUS_CODES[status!.number(row)] ?? 'unset',
      }),
    }
  })
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
