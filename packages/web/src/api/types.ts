// The answers of the native API as the page reads them. Times and durations are decimal strings of nanoseconds.
import type { SpanKind, StatusCode } from '@clew/model'

export interface SearchAnswer {
  readonly traces: readonly TraceSummary[]
  readonly cursor: string | null
  readonly totals: { readonly traces: number; readonly spans: number; readonly exact: boolean } | null
  readonly lookedBackTo: string
  readonly complete: boolean
  readonly notices: readonly string[]
}

export interface TraceSummary {
  readonly traceId: string
  readonly rootService: string | null
  readonly rootName: string | null
  readonly startUnixNano: string
  readonly durationNano: string
  readonly spanCount: number
  readonly errorCount: number
  readonly services?: readonly ServiceShare[]
  readonly matchedSpans: number
  readonly spans: readonly MatchingSpan[]
}

export interface ServiceShare {
  readonly name: string
  readonly spanCount: number
  readonly errorCount: number
}

export interface MatchingSpan {
  readonly spanId: string
  readonly name: string
  readonly service: string
  readonly startUnixNano: string
  readonly durationNano: string
  readonly status: StatusCode
  readonly kind: SpanKind
}

export interface TraceColumns {
  readonly traceId: string
  readonly startUnixNano: string
  readonly durationNano: string
  readonly spanCount: number
  readonly errorCount: number
  readonly repeatedSpans: number
  readonly strings: readonly string[]
  readonly spanId: readonly string[]
  readonly parentIndex: readonly number[]
  readonly parentMissing: readonly number[]
  readonly start: readonly number[]
  readonly duration: readonly number[]
  readonly service: readonly number[]
  readonly name: readonly number[]
  readonly kind: readonly number[]
  readonly status: readonly number[]
  readonly events: readonly number[]
  readonly links: readonly number[]
  readonly logs: readonly number[]
  readonly marks: readonly number[]
  readonly notices?: readonly string[]
}

/** 64-bit integers and doubles beyond JSON come as text, bytes as base64. */
export interface AttributeValue {
  readonly type: 'empty' | 'string' | 'bool' | 'int' | 'double' | 'array' | 'kvlist' | 'bytes'
  readonly value?: unknown
  readonly values?: unknown
}

export interface Attribute {
  readonly key: string
  readonly value: AttributeValue
}

export interface SpanEvent {
  readonly timeUnixNano: string
  readonly name: string
  readonly attributes: readonly Attribute[]
  readonly droppedAttributesCount: number
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly attributes: readonly Attribute[]
}

export interface FullSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly traceState: string
  readonly name: string
  readonly kind: SpanKind
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
  readonly droppedAttributesCount: number
  readonly events: readonly SpanEvent[]
  readonly droppedEventsCount: number
  readonly links: readonly SpanLink[]
  readonly droppedLinksCount: number
  readonly status: { readonly code: StatusCode; readonly message: string }
  readonly resource: { readonly attributes: readonly Attribute[] }
  readonly scope: { readonly name: string; readonly version: string; readonly attributes: readonly Attribute[] }
  readonly serviceName: string
}

export interface LogEntry {
  readonly timeUnixNano: string
  readonly severityNumber: number
  readonly severityText: string
  readonly body: AttributeValue
  readonly attributes: readonly Attribute[]
  readonly service: string
  readonly traceId: string
  readonly spanId: string
}

export interface LogsAnswer {
  readonly logs: readonly LogEntry[]
  readonly notices: readonly string[]
}

export interface ServicesAnswer {
  readonly services: readonly ServiceShare[]
}

export interface OperationsAnswer {
  readonly operations: readonly { readonly name: string; readonly kind: SpanKind; readonly spanCount: number }[]
}

export interface AttributesAnswer {
  readonly keys: readonly { readonly scope: string; readonly key: string; readonly types: readonly string[] }[]
}

export interface AttributeValuesAnswer {
  readonly values: readonly { readonly type: string; readonly value: unknown }[]
  readonly many: boolean
}

export interface Ingest {
  readonly spansAccepted: number
  readonly logsAccepted: number
  readonly requests: number
  readonly rejected: number
  readonly spansPerSecond: number
  readonly listening: readonly { readonly door: string; readonly url: string }[]
  readonly lastAcceptedAt: string | null
  readonly insecure: boolean
}
