// Field numbers of jaeger.api_v2 under the names of its .proto files (jaeger-idl, proto/api_v2/model.proto and
// collector.proto).

export const POST_SPANS_REQUEST = { batch: 1 } as const
export const BATCH = { spans: 1, process: 2 } as const
export const PROCESS = { service_name: 1, tags: 2 } as const
export const KEY_VALUE = { key: 1, v_type: 2, v_str: 3, v_bool: 4, v_int64: 5, v_float64: 6, v_binary: 7 } as const
export const VALUE_TYPE = { string: 0, bool: 1, int64: 2, float64: 3, binary: 4 } as const
export const LOG = { timestamp: 1, fields: 2 } as const
export const SPAN_REF = { trace_id: 1, span_id: 2, ref_type: 3 } as const
export const REF_TYPE = { CHILD_OF: 0, FOLLOWS_FROM: 1 } as const
/** `process_id` points into the map of a Trace message, which this format never sends. */
export const SPAN = {
  trace_id: 1,
  span_id: 2,
  operation_name: 3,
  references: 4,
  flags: 5,
  start_time: 6,
  duration: 7,
  tags: 8,
  logs: 9,
  process: 10,
  process_id: 11,
  warnings: 12,
} as const
/** `google.protobuf.Timestamp` and `Duration` are alike. */
export const TIME = { seconds: 1, nanos: 2 } as const
