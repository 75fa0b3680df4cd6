// Field numbers of OTLP 1.11 under the names of the .proto files (opentelemetry/proto/{common,resource,trace,logs}/v1).
// Everything that reads or writes OTLP bytes takes them from here; messages.ts adds types and JSON names.

/** ExportTraceServiceRequest and TracesData; ExportLogsServiceRequest and LogsData have `resource_logs` under the same number. */
export const EXPORT_REQUEST = { resource_spans: 1, resource_logs: 1 } as const

/** ResourceSpans and ResourceLogs are alike, as are ScopeSpans and ScopeLogs. */
export const RESOURCE_SPANS = { resource: 1, scope_spans: 2, schema_url: 3 } as const
export const SCOPE_SPANS = { scope: 1, spans: 2, schema_url: 3 } as const
export const RESOURCE_LOGS = { resource: 1, scope_logs: 2, schema_url: 3 } as const
export const SCOPE_LOGS = { scope: 1, log_records: 2, schema_url: 3 } as const

export const RESOURCE = { attributes: 1, dropped_attributes_count: 2, entity_refs: 3 } as const
export const ENTITY_REF = { schema_url: 1, type: 2, id_keys: 3, description_keys: 4 } as const
export const SCOPE = { name: 1, version: 2, attributes: 3, dropped_attributes_count: 4 } as const

export const SPAN = {
  trace_id: 1,
  span_id: 2,
  trace_state: 3,
  parent_span_id: 4,
  name: 5,
  kind: 6,
  start_time_unix_nano: 7,
  end_time_unix_nano: 8,
  attributes: 9,
  dropped_attributes_count: 10,
  events: 11,
  dropped_events_count: 12,
  links: 13,
  dropped_links_count: 14,
  status: 15,
  flags: 16,
} as const
export const SPAN_EVENT = { time_unix_nano: 1, name: 2, attributes: 3, dropped_attributes_count: 4 } as const
export const SPAN_LINK = {
  trace_id: 1,
  span_id: 2,
  trace_state: 3,
  attributes: 4,
  dropped_attributes_count: 5,
  flags: 6,
} as const
/** 1 is reserved. */
export const STATUS = { message: 2, code: 3 } as const

export const LOG_RECORD = {
  time_unix_nano: 1,
  severity_number: 2,
  severity_text: 3,
  body: 5,
  attributes: 6,
  dropped_attributes_count: 7,
  flags: 8,
  trace_id: 9,
  span_id: 10,
  observed_time_unix_nano: 11,
  event_name: 12,
} as const

export const KEY_VALUE = { key: 1, value: 2 } as const
/** `string_value_strindex` (8) belongs to profiles; elsewhere it is an empty value. */
export const ANY_VALUE = {
  string_value: 1,
  bool_value: 2,
  int_value: 3,
  double_value: 4,
  array_value: 5,
  kvlist_value: 6,
  bytes_value: 7,
} as const
export const ARRAY_VALUE = { values: 1 } as const
export const KEY_VALUE_LIST = { values: 1 } as const

/** Values nested deeper than this are refused on reading: a few kilobytes could otherwise exhaust any reader's stack. */
export const MAX_VALUE_DEPTH = 64

/**
 * Attributes, events, links and list elements of one span or log record, of one resource or scope. SDKs stop at 128 of each;
 * a body of two bytes an attribute would be thirty million of them, and fifty times its size as objects.
 */
export const MAX_ITEM_ENTRIES = 1 << 17
/** The same for one request, those of a resource and scope once for each pair of them: what is stored of it stays near its size. */
export const MAX_REQUEST_ENTRIES = 1 << 23
/** The shortest: a tag and a length of 0. Whatever is shorter than its limit times this needs no counting. */
export const SHORTEST_ENTRY_BYTES = 2
