// Generated from packages/server/src/dialects/native/schemas.ts by scripts/generate-api-types.ts: do not edit.
/**
 * What was found or changed when the span came in
 */
export type SpanMark =
  'endBeforeStart' | 'timeOutOfSense' | 'invalidUtf8' | 'valueCut' | 'unknownService' | 'startAbsent' | 'endAbsent'

/**
 * One attribute; a key may occur twice, then the last one counts
 */
export interface Attribute {
  key: string
  value: AttributeValue
}
/**
 * A typed value. `value` of an int is decimal text, of bytes base64; of a double a number, or NaN, Infinity, -Infinity as text. `values` belongs to array (of values) and kvlist (of attributes).
 */
export interface AttributeValue {
  type: 'empty' | 'string' | 'bool' | 'int' | 'double' | 'array' | 'kvlist' | 'bytes'
  value?: string | number | boolean
  values?: AttributeValue[] | Attribute[]
}
export interface AttributeKey {
  scope: string
  key: string
  types: string[]
}
export interface AttributeKeysAnswer {
  keys: AttributeKey[]
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
export interface AttributeValueSeen {
  type: string
  value: string
}
export interface AttributeValuesAnswer {
  values: AttributeValueSeen[]
  /**
   * True when there are more values than are kept
   */
  many: boolean
}
export interface ImportAnswer {
  /**
   * What the file was
   */
  format:
    | 'otlp-protobuf'
    | 'otlp-json'
    | 'jaeger-json'
    | 'jaeger-proto'
    | 'jaeger-thrift-binary'
    | 'jaeger-thrift-compact'
    | 'newrelic'
    | 'zipkin-json-v1'
    | 'zipkin-json-v2'
    | 'zipkin-proto'
    | 'zipkin-thrift'
  stored: number
  /**
   * Spans that the same file brought before
   */
  repeated: number
  /**
   * Spans that could not be kept
   */
  rejected: number
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
export interface IngestCounters {
  spansAccepted: number
  logsAccepted: number
  requests: number
  rejected: number
  spansPerSecond: number
  listening: ListeningDoor[]
  /**
   * RFC 3339, or null before the first span
   */
  lastAcceptedAt: string | null
  insecure: boolean
}
export interface ListeningDoor {
  door: string
  url: string
}
/**
 * An NrIntegrationError of New Relic: what was wrong inside a request that was accepted
 */
export interface IntegrationError {
  /**
   * When the request came, in milliseconds since 1970
   */
  timestamp: number
  /**
   * Part of the product that the sender used
   */
  newRelicFeature: string
  category: string
  /**
   * What kind of error within the category
   */
  name: string
  /**
   * What was wrong, where, what was expected and what came
   */
  message: string
  /**
   * That of the answer to the request
   */
  requestId: string
  /**
   * The first six characters of the key that was shown
   */
  apiKeyPrefix: string
}
export interface IntegrationErrorsAnswer {
  /**
   * Newest first; a page may hold fewer than its limit
   */
  errors: IntegrationError[]
  /**
   * Ask again with it for the next page; null at the end
   */
  cursor: string | null
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
export interface LogRecord {
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  timeUnixNano: string
  severityNumber: number
  severityText: string
  body: AttributeValue
  attributes: Attribute[]
  service: string
  traceId: string
  spanId: string
}
export interface LogsAnswer {
  logs: LogRecord[]
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
export interface MatchedSpan {
  /**
   * 16 lower-case hex digits
   */
  spanId: string
  name: string
  service: string
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  startUnixNano: string
  /**
   * Nanoseconds, as decimal text
   */
  durationNano: string
  status: 'unset' | 'ok' | 'error'
  kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
}
/**
 * One of the traces that an id may mean
 */
export interface NamedTrace {
  /**
   * 32 lower-case hex digits
   */
  traceId: string
  /**
   * The id as its sender wrote it, where that is no hex; ask by it or by the digits
   */
  traceIdText: string | null
  /**
   * Of the root span, or of the first one while no root has come
   */
  service: string
  name: string
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  startUnixNano: string
  spanCount: number
}
/**
 * Data of an `event: traces` message of /clew/v1/events
 */
export interface NewTraces {
  traces: TraceSummary[]
}
export interface TraceSummary {
  /**
   * 32 lower-case hex digits
   */
  traceId: string
  /**
   * null while no span without a parent has come
   */
  rootService: string | null
  rootName: string | null
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  startUnixNano: string
  /**
   * Nanoseconds, as decimal text
   */
  durationNano: string
  spanCount: number
  errorCount: number
  services: ServiceCount[]
  /**
   * How many spans of the trace match, however many are listed
   */
  matchedSpans: number
  /**
   * The first matching spans by start
   */
  spans: MatchedSpan[]
}
export interface ServiceCount {
  name: string
  spanCount: number
  errorCount: number
}
export interface Operation {
  name: string
  kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  spanCount: number
}
export interface OperationsAnswer {
  operations: Operation[]
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
/**
 * RFC 9457 problem details
 */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /**
   * A stable error code, see docs/reference/errors.md
   */
  code: string
  /**
   * Of TRACE_ID_AMBIGUOUS: the traces that the id may mean
   */
  traces?: NamedTrace[]
}
export interface Resource {
  attributes: Attribute[]
  droppedAttributesCount: number
  schemaUrl: string
}
export interface Scope {
  name: string
  version: string
  attributes: Attribute[]
  droppedAttributesCount: number
  schemaUrl: string
}
export interface SearchAnswer {
  traces: TraceSummary[]
  /**
   * Ask again with it for the next page; null at the end
   */
  cursor: string | null
  totals: SearchTotals | null
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  lookedBackTo: string
  /**
   * False when the answer stopped at a limit before the whole time range was looked at
   */
  complete: boolean
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
export interface SearchTotals {
  traces: number
  spans: number
  /**
   * Whether every part of the question was decided, rather than estimated from above
   */
  exact: boolean
}
export interface ServicesAnswer {
  services: ServiceCount[]
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
/**
 * A span with everything its sender said
 */
export interface Span {
  /**
   * 32 lower-case hex digits
   */
  traceId: string
  /**
   * 16 lower-case hex digits
   */
  spanId: string
  /**
   * null for a root span
   */
  parentSpanId: string | null
  traceState: string
  flags: number
  name: string
  kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  service: string
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  startUnixNano: string
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  endUnixNano: string
  /**
   * Nanoseconds, as decimal text
   */
  durationNano: string
  status: {
    code: 'unset' | 'ok' | 'error'
    message: string
  }
  attributes: Attribute[]
  droppedAttributesCount: number
  events: SpanEvent[]
  droppedEventsCount: number
  links: SpanLink[]
  droppedLinksCount: number
  resource: Resource
  scope: Scope
  role: SpanRole
  marks: SpanMark[]
}
export interface SpanEvent {
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  timeUnixNano: string
  name: string
  attributes: Attribute[]
  droppedAttributesCount: number
}
export interface SpanLink {
  /**
   * 32 lower-case hex digits
   */
  traceId: string
  /**
   * 16 lower-case hex digits
   */
  spanId: string
  traceState: string
  flags: number
  attributes: Attribute[]
  droppedAttributesCount: number
}
/**
 * What part a span plays between the services of its trace, by service.name and attributes below http. and db.; of the trace as it is now, never stored
 */
export interface SpanRole {
  /**
   * How New Relic shows it: as the entry of a service, else by what it calls
   */
  category: 'service' | 'datastore' | 'external' | 'inProcess'
  processBoundary: 'entry' | 'exit' | 'inProcess'
  /**
   * What an exit calls
   */
  clientType: ('datastore' | 'external') | null
}
export interface Trace {
  /**
   * 32 lower-case hex digits
   */
  traceId: string
  /**
   * The id as its sender wrote it, where that is no hex; ask by it or by the digits
   */
  traceIdText: string | null
  /**
   * The span that the id in the question names beside its trace, as traceparent, b3 and uber-trace-id do
   */
  askedSpanId: string | null
  /**
   * Whether a span without a parent has come
   */
  hasRoot: boolean
  spans: Span[]
  /**
   * What a reader of this answer must know, in whole sentences
   */
  notices: string[]
}
/**
 * The spans of a trace as columns, sorted by start, then span id
 */
export interface TraceColumns {
  /**
   * 32 lower-case hex digits
   */
  traceId: string
  /**
   * The id as its sender wrote it, where that is no hex; ask by it or by the digits
   */
  traceIdText: string | null
  /**
   * The span that the id in the question names beside its trace, as traceparent, b3 and uber-trace-id do
   */
  askedSpanId: string | null
  /**
   * Nanoseconds since 1970-01-01T00:00:00Z, as decimal text
   */
  startUnixNano: string
  /**
   * Nanoseconds, as decimal text
   */
  durationNano: string
  spanCount: number
  errorCount: number
  /**
   * Spans that came more than once and are shown once
   */
  repeatedSpans: number
  /**
   * Whether a span without a parent has come
   */
  hasRoot: boolean
  /**
   * Span ids that stand for several texts of senders; their spans are told apart all the same
   */
  metSpanIds: number
  strings: string[]
  /**
   * Items: 16 lower-case hex digits
   */
  spanId: string[]
  /**
   * Index of the parent, or -1 for a root or a missing parent
   */
  parentIndex: number[]
  /**
   * Indexes of spans whose parent is not in the trace
   */
  parentMissing: number[]
  /**
   * Nanoseconds after startUnixNano
   */
  start: number[]
  /**
   * Nanoseconds
   */
  duration: number[]
  /**
   * Indexes into strings
   */
  service: number[]
  /**
   * Indexes into strings
   */
  name: number[]
  kind: number[]
  status: number[]
  events: number[]
  links: number[]
  logs: number[]
  marks: number[]
  /**
   * Indexes into service, datastore, external, inProcess
   */
  category: number[]
}
