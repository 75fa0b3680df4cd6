// What the routes of the native API take, as TypeBox schemas: validation, OpenAPI and types follow from these.
import { SPAN_FORMATS } from '@clew/codecs'
import { SPAN_KINDS, STATUS_CODES } from '@clew/model'
import Type, { type Static } from 'typebox'

const Time = (what: string) =>
  Type.Optional(
    Type.String({
      description: `${what}: nanoseconds since 1970, RFC 3339, or before now such as -1h`,
      examples: ['-1h'],
    }),
  )
const Duration = (what: string) =>
  Type.Optional(
    Type.String({ description: `${what}, such as 100ms, 1.5s, 250us, or nanoseconds`, examples: ['100ms'] }),
  )

export const MAX_LIMIT = 200
export const DEFAULT_LIMIT = 20

export const SearchParameters = Type.Object({
  from: Time('Earliest start of a matching span (included), an hour before `to` by default'),
  to: Time('Latest start of a matching span (excluded), a minute after now by default'),
  service: Type.Optional(Type.String({ description: 'service.name of a matching span' })),
  operation: Type.Optional(Type.String({ description: 'Name of a matching span' })),
  kind: Type.Optional(Type.Enum([...SPAN_KINDS])),
  status: Type.Optional(Type.Enum([...STATUS_CODES])),
  minDuration: Duration('Least duration of a matching span'),
  maxDuration: Duration('Greatest duration of a matching span'),
  attribute: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Condition on an attribute: `key = value` with = != < > <= >= =~ !~, or `key exists`; span., resource., event., link. or scope. before the key names its place. Repeat it for several conditions, all of which one span must satisfy',
    }),
  ),
  text: Type.Optional(
    Type.String({
      description: 'Text anywhere in names, status message and string values, in any case',
      maxLength: 1000,
    }),
  ),
  order: Type.Optional(Type.Enum(['newest', 'duration', 'spans', 'errors'], { default: 'newest' })),
  direction: Type.Optional(Type.Enum(['descending', 'ascending', 'desc', 'asc'], { default: 'descending' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })),
  cursor: Type.Optional(Type.String({ description: 'That of the page before', maxLength: 4000 })),
  totals: Type.Optional(Type.Boolean({ description: 'Whether to count all matches', default: false })),
  spansPerTrace: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, default: 3 })),
})
export type SearchParameters = Static<typeof SearchParameters>

/** Of an id as people have it: a header with its name, or a long text. */
const MAX_ID_CHARS = 1024

export const TraceParameters = Type.Object({
  traceId: Type.String({
    description:
      'All 32 hex digits of the id, or what people have of it: fewer digits, the text that its sender uses as id, or the value of a traceparent, b3 or uber-trace-id header',
    minLength: 1,
    maxLength: MAX_ID_CHARS,
  }),
})
export const SpanParameters = Type.Object({
  traceId: TraceParameters.properties.traceId,
  spanId: Type.String({
    description: '16 hex digits, or the text that the sender uses as id',
    minLength: 1,
    maxLength: MAX_ID_CHARS,
  }),
})

export const SpanChoice = Type.Object({
  nth: Type.Optional(
    Type.Integer({
      description: 'Which of the spans that share this id, by start: both ends of a call may have one id',
      minimum: 1,
      default: 1,
    }),
  ),
})
export type SpanChoice = Static<typeof SpanChoice>

export const TraceFormat = Type.Object({
  format: Type.Optional(
    Type.Enum(['json', 'otlp-json', 'otlp-proto'], {
      description: 'Goes before the Accept header where both are given',
    }),
  ),
})

export const ServicesParameters = Type.Object({ from: Time('From this minute'), to: Time('Up to this minute') })
export const OperationsParameters = Type.Object({
  service: Type.String(),
  from: ServicesParameters.properties.from,
  to: ServicesParameters.properties.to,
})

const Scope = Type.Optional(Type.Enum(['span', 'resource', 'event', 'link', 'scope']))
export const AttributesParameters = Type.Object({ service: Type.Optional(Type.String()), scope: Scope })
export const AttributeValuesParameters = Type.Object({
  key: Type.String(),
  service: Type.Optional(Type.String()),
  scope: Scope,
})
export type TraceFormat = Static<typeof TraceFormat>
export type ServicesParameters = Static<typeof ServicesParameters>
export type OperationsParameters = Static<typeof OperationsParameters>
export type AttributesParameters = Static<typeof AttributesParameters>
export type AttributeValuesParameters = Static<typeof AttributeValuesParameters>

export const IntegrationErrorsParameters = Type.Object({
  requestId: Type.Optional(Type.String({ description: 'That of the answer to the request', maxLength: 100 })),
  from: Time('Requests from this time on'),
  to: Time('Requests before this time'),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  cursor: SearchParameters.properties.cursor,
})
export type IntegrationErrorsParameters = Static<typeof IntegrationErrorsParameters>

export const ImportParameters = Type.Object({
  format: Type.Optional(
    Type.Enum([...SPAN_FORMATS], { description: 'Format of the file; told by its bytes if left out' }),
  ),
})
export type ImportParameters = Static<typeof ImportParameters>
