// The answers of the native API as TypeBox schemas: OpenAPI, the types of the page and the renderers all follow from these.
// Times are decimal texts of nanoseconds since 1970 (a JSON number would lose the last digits); ids are lower-case hex.
import { SPAN_FORMATS } from '@clew/codecs'
import Type, { type Static } from 'typebox'
import { IntegrationError, IntegrationErrorsAnswer } from './integration-error-schemas.ts'
import { Count, DurationText, Kind, Notices, SpanId, Status, TraceId, UnixNanoText } from './schema-parts.ts'
import { AskedSpanId, HasRoot, NamedTrace, SpanRole, TraceColumns, TraceIdText } from './trace-schemas.ts'

/** A typed attribute value; `value` of an int is decimal text, of bytes base64, of NaN and infinities their name. */
export interface AttributeValueJson {
  type: 'empty' | 'string' | 'bool' | 'int' | 'double' | 'array' | 'kvlist' | 'bytes'
  value?: string | number | boolean
  values?: AttributeValueJson[] | AttributeJson[]
}
export interface AttributeJson {
  key: string
  value: AttributeValueJson
}

export const Attribute = Type.Object(
  { key: Type.String(), value: Type.Unsafe<AttributeValueJson>({ $ref: '#/components/schemas/AttributeValue' }) },
  { description: 'One attribute; a key may occur twice, then the last one counts' },
)

export const AttributeValue = Type.Unsafe<AttributeValueJson>({
  description:
    'A typed value. `value` of an int is decimal text, of bytes base64; of a double a number, or NaN, Infinity, -Infinity as text. `values` belongs to array (of values) and kvlist (of attributes).',
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', enum: ['empty', 'string', 'bool', 'int', 'double', 'array', 'kvlist', 'bytes'] },
    value: { type: ['string', 'number', 'boolean'] },
    values: {
      anyOf: [
        { type: 'array', items: { $ref: '#/components/schemas/AttributeValue' } },
        { type: 'array', items: { $ref: '#/components/schemas/Attribute' } },
      ],
    },
  },
})

export const Resource = Type.Object({
  attributes: Type.Array(Attribute),
  droppedAttributesCount: Count,
  schemaUrl: Type.String(),
})

export const Scope = Type.Object({
  name: Type.String(),
  version: Type.String(),
  attributes: Type.Array(Attribute),
  droppedAttributesCount: Count,
  schemaUrl: Type.String(),
})

export const SpanEvent = Type.Object({
  timeUnixNano: UnixNanoText,
  name: Type.String(),
  attributes: Type.Array(Attribute),
  droppedAttributesCount: Count,
})

export const SpanLink = Type.Object({
  traceId: TraceId,
  spanId: SpanId,
  traceState: Type.String(),
  flags: Count,
  attributes: Type.Array(Attribute),
  droppedAttributesCount: Count,
})

export const SpanMark = Type.Enum(
  ['endBeforeStart', 'timeOutOfSense', 'invalidUtf8', 'valueCut', 'unknownService', 'startAbsent', 'endAbsent'],
  { description: 'What was found or changed when the span came in' },
)

export const Span = Type.Object(
  {
    traceId: TraceId,
    spanId: SpanId,
    parentSpanId: Type.Union([SpanId, Type.Null()], { description: 'null for a root span' }),
    traceState: Type.String(),
    flags: Count,
    name: Type.String(),
    kind: Kind,
    service: Type.String(),
    startUnixNano: UnixNanoText,
    endUnixNano: UnixNanoText,
    durationNano: DurationText,
    status: Type.Object({ code: Status, message: Type.String() }),
    attributes: Type.Array(Attribute),
    droppedAttributesCount: Count,
    events: Type.Array(SpanEvent),
    droppedEventsCount: Count,
    links: Type.Array(SpanLink),
    droppedLinksCount: Count,
    resource: Resource,
    scope: Scope,
    role: SpanRole,
    marks: Type.Array(SpanMark),
  },
  { description: 'A span with everything its sender said' },
)

export const MatchedSpan = Type.Object({
  spanId: SpanId,
  name: Type.String(),
  service: Type.String(),
  startUnixNano: UnixNanoText,
  durationNano: DurationText,
  status: Status,
  kind: Kind,
})

export const ServiceCount = Type.Object({ name: Type.String(), spanCount: Count, errorCount: Count })

export const TraceSummary = Type.Object({
  traceId: TraceId,
  rootService: Type.Union([Type.String(), Type.Null()], {
    description: 'null while no span without a parent has come',
  }),
  rootName: Type.Union([Type.String(), Type.Null()]),
  startUnixNano: UnixNanoText,
  durationNano: DurationText,
  spanCount: Count,
  errorCount: Count,
  services: Type.Array(ServiceCount),
  matchedSpans: Type.Integer({ minimum: 0, description: 'How many spans of the trace match, however many are listed' }),
  spans: Type.Array(MatchedSpan, { description: 'The first matching spans by start' }),
})

export const SearchTotals = Type.Object({
  traces: Count,
  spans: Count,
  exact: Type.Boolean({
    description: 'Whether every part of the question was decided, rather than estimated from above',
  }),
})

export const SearchAnswer = Type.Object({
  traces: Type.Array(TraceSummary),
  cursor: Type.Union([Type.String(), Type.Null()], {
    description: 'Ask again with it for the next page; null at the end',
  }),
  totals: Type.Union([SearchTotals, Type.Null()]),
  lookedBackTo: UnixNanoText,
  complete: Type.Boolean({
    description: 'False when the answer stopped at a limit before the whole time range was looked at',
  }),
  notices: Notices,
})

export const Trace = Type.Object({
  traceId: TraceId,
  traceIdText: TraceIdText,
  askedSpanId: AskedSpanId,
  hasRoot: HasRoot,
  spans: Type.Array(Span),
  notices: Notices,
})

export const LogRecord = Type.Object({
  timeUnixNano: UnixNanoText,
  severityNumber: Count,
  severityText: Type.String(),
  body: AttributeValue,
  attributes: Type.Array(Attribute),
  service: Type.String(),
  traceId: Type.String(),
  spanId: Type.String(),
})
export const LogsAnswer = Type.Object({ logs: Type.Array(LogRecord), notices: Notices })

export const ServicesAnswer = Type.Object({ services: Type.Array(ServiceCount), notices: Notices })

export const Operation = Type.Object({ name: Type.String(), kind: Kind, spanCount: Count })
export const OperationsAnswer = Type.Object({ operations: Type.Array(Operation), notices: Notices })

export const AttributeKey = Type.Object({ scope: Type.String(), key: Type.String(), types: Type.Array(Type.String()) })
export const AttributeKeysAnswer = Type.Object({ keys: Type.Array(AttributeKey), notices: Notices })

export const AttributeValueSeen = Type.Object({ type: Type.String(), value: Type.String() })
export const AttributeValuesAnswer = Type.Object({
  values: Type.Array(AttributeValueSeen),
  many: Type.Boolean({ description: 'True when there are more values than are kept' }),
})

export const ListeningDoor = Type.Object({ door: Type.String(), url: Type.String() })
export const IngestCounters = Type.Object({
  spansAccepted: Count,
  logsAccepted: Count,
  requests: Count,
  rejected: Count,
  spansPerSecond: Type.Number(),
  listening: Type.Array(ListeningDoor),
  lastAcceptedAt: Type.Union([Type.String(), Type.Null()], { description: 'RFC 3339, or null before the first span' }),
  insecure: Type.Boolean(),
})

export const ImportAnswer = Type.Object({
  format: Type.Enum([...SPAN_FORMATS], { description: 'What the file was' }),
  stored: Count,
  repeated: Type.Integer({ minimum: 0, description: 'Spans that the same file brought before' }),
  rejected: Type.Integer({ minimum: 0, description: 'Spans that could not be kept' }),
  notices: Notices,
})

export const NewTraces = Type.Object(
  { traces: Type.Array(TraceSummary) },
  { description: 'Data of an `event: traces` message of /clew/v1/events' },
)

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'A stable error code, see docs/reference/errors.md' }),
    traces: Type.Optional(
      Type.Array(NamedTrace, { description: 'Of TRACE_ID_AMBIGUOUS: the traces that the id may mean' }),
    ),
  },
  { description: 'RFC 9457 problem details' },
)

/** The components of the OpenAPI document, by name. */
export const COMPONENTS = {
  Attribute,
  AttributeKey,
  AttributeKeysAnswer,
  AttributeValue,
  AttributeValueSeen,
  AttributeValuesAnswer,
  ImportAnswer,
  IngestCounters,
  IntegrationError,
  IntegrationErrorsAnswer,
  ListeningDoor,
  LogRecord,
  LogsAnswer,
  MatchedSpan,
  NamedTrace,
  NewTraces,
  Operation,
  OperationsAnswer,
  Problem,
  Resource,
  Scope,
  SearchAnswer,
  SearchTotals,
  ServiceCount,
  ServicesAnswer,
  Span,
  SpanEvent,
  SpanLink,
  SpanMark,
  SpanRole,
  Trace,
  TraceColumns,
  TraceSummary,
} as const

export type SpanJson = Static<typeof Span>
export type SpanMarkJson = Static<typeof SpanMark>
export type TraceSummaryJson = Static<typeof TraceSummary>
export type SearchAnswerJson = Static<typeof SearchAnswer>
export type { NamedTraceJson, TraceColumnsJson } from './trace-schemas.ts'
export type LogRecordJson = Static<typeof LogRecord>
export type IngestCountersJson = Static<typeof IngestCounters>
export type ImportAnswerJson = Static<typeof ImportAnswer>
