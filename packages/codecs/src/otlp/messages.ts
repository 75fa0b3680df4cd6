// The OTLP messages as tables: number, type and JSON name of each field. Walking such a table turns JSON into protobuf,
// protobuf into JSON, and finds every string that a message holds, so no second copy of the schema exists.
import {
  ANY_VALUE,
  ARRAY_VALUE,
  ENTITY_REF,
  EXPORT_REQUEST,
  KEY_VALUE,
  KEY_VALUE_LIST,
  LOG_RECORD,
  RESOURCE,
  RESOURCE_LOGS,
  RESOURCE_SPANS,
  SCOPE,
  SCOPE_LOGS,
  SCOPE_SPANS,
  SPAN,
  SPAN_EVENT,
  SPAN_LINK,
  STATUS,
} from './fields.ts'

/** `id` is bytes on the wire and hex in JSON, where other `bytes` are base64 (OTLP 1.11, "JSON Protobuf Encoding"). */
export type ScalarType =
  | 'string'
  | 'id'
  | 'bytes'
  | 'bool'
  | 'double'
  | 'int64'
  | 'uint32'
  | 'enum'
  | 'fixed32'
  | 'fixed64'

export interface FieldShape {
  /** Place in the table of its message. */
  readonly index: number
  readonly number: number
  /** lowerCamelCase, the only form OTLP JSON allows. */
  readonly json: string
  /** A function where messages contain each other. */
  readonly type: ScalarType | (() => Message)
  readonly repeated: boolean
}

export interface Message {
  readonly name: string
  readonly fields: readonly FieldShape[]
  readonly byJson: ReadonlyMap<string, FieldShape>
  readonly byNumber: ReadonlyMap<number, FieldShape>
}

type Declared =
  | readonly [number, ScalarType | (() => Message)]
  | readonly [number, ScalarType | (() => Message), 'many']

function message(name: string, fields: Readonly<Record<string, Declared>>): Message {
  const shapes = Object.entries(fields).map(([json, [number, type, many]], index): FieldShape => {
    return { index, number, json, type, repeated: many === 'many' }
  })
  return {
    name,
    fields: shapes,
    byJson: new Map(shapes.map((shape) => [shape.json, shape])),
    byNumber: new Map(shapes.map((shape) => [shape.number, shape])),
  }
}

const anyValue = () => ANY_VALUE_MESSAGE
const keyValue = () => KEY_VALUE_MESSAGE

export const ANY_VALUE_MESSAGE: Message = message('AnyValue', {
  stringValue: [ANY_VALUE.string_value, 'string'],
  boolValue: [ANY_VALUE.bool_value, 'bool'],
  intValue: [ANY_VALUE.int_value, 'int64'],
  doubleValue: [ANY_VALUE.double_value, 'double'],
  arrayValue: [ANY_VALUE.array_value, () => ARRAY_VALUE_MESSAGE],
  kvlistValue: [ANY_VALUE.kvlist_value, () => KEY_VALUE_LIST_MESSAGE],
  bytesValue: [ANY_VALUE.bytes_value, 'bytes'],
})
export const ARRAY_VALUE_MESSAGE: Message = message('ArrayValue', { values: [ARRAY_VALUE.values, anyValue, 'many'] })
export const KEY_VALUE_LIST_MESSAGE: Message = message('KeyValueList', {
  values: [KEY_VALUE_LIST.values, keyValue, 'many'],
})
export const KEY_VALUE_MESSAGE: Message = message('KeyValue', {
  key: [KEY_VALUE.key, 'string'],
  value: [KEY_VALUE.value, anyValue],
})

const ENTITY_REF_MESSAGE = message('EntityRef', {
  schemaUrl: [ENTITY_REF.schema_url, 'string'],
  type: [ENTITY_REF.type, 'string'],
  idKeys: [ENTITY_REF.id_keys, 'string', 'many'],
  descriptionKeys: [ENTITY_REF.description_keys, 'string', 'many'],
})
export const RESOURCE_MESSAGE: Message = message('Resource', {
  attributes: [RESOURCE.attributes, keyValue, 'many'],
  droppedAttributesCount: [RESOURCE.dropped_attributes_count, 'uint32'],
  entityRefs: [RESOURCE.entity_refs, () => ENTITY_REF_MESSAGE, 'many'],
})
export const SCOPE_MESSAGE: Message = message('InstrumentationScope', {
  name: [SCOPE.name, 'string'],
  version: [SCOPE.version, 'string'],
  attributes: [SCOPE.attributes, keyValue, 'many'],
  droppedAttributesCount: [SCOPE.dropped_attributes_count, 'uint32'],
})

const EVENT_MESSAGE = message('Span.Event', {
  timeUnixNano: [SPAN_EVENT.time_unix_nano, 'fixed64'],
  name: [SPAN_EVENT.name, 'string'],
  attributes: [SPAN_EVENT.attributes, keyValue, 'many'],
  droppedAttributesCount: [SPAN_EVENT.dropped_attributes_count, 'uint32'],
})
const LINK_MESSAGE = message('Span.Link', {
  traceId: [SPAN_LINK.trace_id, 'id'],
  spanId: [SPAN_LINK.span_id, 'id'],
  traceState: [SPAN_LINK.trace_state, 'string'],
  attributes: [SPAN_LINK.attributes, keyValue, 'many'],
  droppedAttributesCount: [SPAN_LINK.dropped_attributes_count, 'uint32'],
  flags: [SPAN_LINK.flags, 'fixed32'],
})
const STATUS_MESSAGE = message('Status', { message: [STATUS.message, 'string'], code: [STATUS.code, 'enum'] })
export const SPAN_MESSAGE: Message = message('Span', {
  traceId: [SPAN.trace_id, 'id'],
  spanId: [SPAN.span_id, 'id'],
  traceState: [SPAN.trace_state, 'string'],
  parentSpanId: [SPAN.parent_span_id, 'id'],
  name: [SPAN.name, 'string'],
  kind: [SPAN.kind, 'enum'],
  startTimeUnixNano: [SPAN.start_time_unix_nano, 'fixed64'],
  endTimeUnixNano: [SPAN.end_time_unix_nano, 'fixed64'],
  attributes: [SPAN.attributes, keyValue, 'many'],
  droppedAttributesCount: [SPAN.dropped_attributes_count, 'uint32'],
  events: [SPAN.events, () => EVENT_MESSAGE, 'many'],
  droppedEventsCount: [SPAN.dropped_events_count, 'uint32'],
  links: [SPAN.links, () => LINK_MESSAGE, 'many'],
  droppedLinksCount: [SPAN.dropped_links_count, 'uint32'],
  status: [SPAN.status, () => STATUS_MESSAGE],
  flags: [SPAN.flags, 'fixed32'],
})

export const LOG_RECORD_MESSAGE: Message = message('LogRecord', {
  timeUnixNano: [LOG_RECORD.time_unix_nano, 'fixed64'],
  observedTimeUnixNano: [LOG_RECORD.observed_time_unix_nano, 'fixed64'],
  severityNumber: [LOG_RECORD.severity_number, 'enum'],
  severityText: [LOG_RECORD.severity_text, 'string'],
  body: [LOG_RECORD.body, anyValue],
  attributes: [LOG_RECORD.attributes, keyValue, 'many'],
  droppedAttributesCount: [LOG_RECORD.dropped_attributes_count, 'uint32'],
  flags: [LOG_RECORD.flags, 'fixed32'],
  traceId: [LOG_RECORD.trace_id, 'id'],
  spanId: [LOG_RECORD.span_id, 'id'],
  eventName: [LOG_RECORD.event_name, 'string'],
})

const SCOPE_SPANS_MESSAGE = message('ScopeSpans', {
  scope: [SCOPE_SPANS.scope, () => SCOPE_MESSAGE],
  spans: [SCOPE_SPANS.spans, () => SPAN_MESSAGE, 'many'],
  schemaUrl: [SCOPE_SPANS.schema_url, 'string'],
})
const RESOURCE_SPANS_MESSAGE = message('ResourceSpans', {
  resource: [RESOURCE_SPANS.resource, () => RESOURCE_MESSAGE],
  scopeSpans: [RESOURCE_SPANS.scope_spans, () => SCOPE_SPANS_MESSAGE, 'many'],
  schemaUrl: [RESOURCE_SPANS.schema_url, 'string'],
})
const SCOPE_LOGS_MESSAGE = message('ScopeLogs', {
  scope: [SCOPE_LOGS.scope, () => SCOPE_MESSAGE],
  logRecords: [SCOPE_LOGS.log_records, () => LOG_RECORD_MESSAGE, 'many'],
  schemaUrl: [SCOPE_LOGS.schema_url, 'string'],
})
const RESOURCE_LOGS_MESSAGE = message('ResourceLogs', {
  resource: [RESOURCE_LOGS.resource, () => RESOURCE_MESSAGE],
  scopeLogs: [RESOURCE_LOGS.scope_logs, () => SCOPE_LOGS_MESSAGE, 'many'],
  schemaUrl: [RESOURCE_LOGS.schema_url, 'string'],
})

/** ExportTraceServiceRequest and TracesData are the same on the wire, as are the two of logs. */
export const TRACES_DATA: Message = message('TracesData', {
  resourceSpans: [EXPORT_REQUEST.resource_spans, () => RESOURCE_SPANS_MESSAGE, 'many'],
})
export const LOGS_DATA: Message = message('LogsData', {
  resourceLogs: [EXPORT_REQUEST.resource_logs, () => RESOURCE_LOGS_MESSAGE, 'many'],
})
