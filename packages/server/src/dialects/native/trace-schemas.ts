// Answers about whole traces as TypeBox schemas, apart from the spans in them: which trace an id names, and its columns.
import { PROCESS_BOUNDARIES, SPAN_CATEGORIES } from '@clew/analysis'
import Type, { type Static } from 'typebox'
import { Count, DurationText, SpanId, TraceId, UnixNanoText } from './schema-parts.ts'

export const TraceIdText = Type.Union([Type.String(), Type.Null()], {
  description: 'The id as its sender wrote it, where that is no hex; ask by it or by the digits',
})
export const AskedSpanId = Type.Union([SpanId, Type.Null()], {
  description: 'The span that the id in the question names beside its trace, as traceparent, b3 and uber-trace-id do',
})

export const HasRoot = Type.Boolean({ description: 'Whether a span without a parent has come' })

export const SpanRole = Type.Object(
  {
    category: Type.Enum([...SPAN_CATEGORIES], {
      description: 'How New Relic shows it: as the entry of a service, else by what it calls',
    }),
    processBoundary: Type.Enum([...PROCESS_BOUNDARIES]),
    clientType: Type.Union([Type.Enum(['datastore', 'external']), Type.Null()], { description: 'What an exit calls' }),
  },
  {
    description:
      'What part a span plays between the services of its trace, by service.name and attributes below http. and db.; of the trace as it is now, never stored',
  },
)

export const NamedTrace = Type.Object(
  {
    traceId: TraceId,
    traceIdText: TraceIdText,
    service: Type.String({ description: 'Of the root span, or of the first one while no root has come' }),
    name: Type.String(),
    startUnixNano: UnixNanoText,
    spanCount: Count,
  },
  { description: 'One of the traces that an id may mean' },
)

const Numbers = Type.Array(Type.Number())
export const TraceColumns = Type.Object(
  {
    traceId: TraceId,
    traceIdText: TraceIdText,
    askedSpanId: AskedSpanId,
    startUnixNano: UnixNanoText,
    durationNano: DurationText,
    spanCount: Count,
    errorCount: Count,
    repeatedSpans: Type.Integer({ minimum: 0, description: 'Spans that came more than once and are shown once' }),
    hasRoot: HasRoot,
    metSpanIds: Type.Integer({
      minimum: 0,
      description: 'Span ids that stand for several texts of senders; their spans are told apart all the same',
    }),
    strings: Type.Array(Type.String()),
    spanId: Type.Array(SpanId),
    parentIndex: Type.Array(Type.Integer(), {
      description: 'Index of the parent, or -1 for a root or a missing parent',
    }),
    parentMissing: Type.Array(Type.Integer(), { description: 'Indexes of spans whose parent is not in the trace' }),
    start: Type.Array(Type.Number(), { description: 'Nanoseconds after startUnixNano' }),
    duration: Type.Array(Type.Number(), { description: 'Nanoseconds' }),
    service: Type.Array(Type.Integer(), { description: 'Indexes into strings' }),
    name: Type.Array(Type.Integer(), { description: 'Indexes into strings' }),
    kind: Numbers,
    status: Numbers,
    events: Numbers,
    links: Numbers,
    logs: Numbers,
    marks: Numbers,
    category: Type.Array(Type.Integer(), { description: `Indexes into ${SPAN_CATEGORIES.join(', ')}` }),
  },
  { description: 'The spans of a trace as columns, sorted by start, then span id' },
)

export type SpanRoleJson = Static<typeof SpanRole>
export type NamedTraceJson = Static<typeof NamedTrace>
export type TraceColumnsJson = Static<typeof TraceColumns>
