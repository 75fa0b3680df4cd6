// Field numbers and types of zipkinCore.thrift (openzipkin/zipkin-api).

/** 2 and 7 were never used. */
export const SPAN = {
  trace_id: 1,
  name: 3,
  id: 4,
  parent_id: 5,
  annotations: 6,
  binary_annotations: 8,
  debug: 9,
  timestamp: 10,
  duration: 11,
  trace_id_high: 12,
} as const

export const ANNOTATION = { timestamp: 1, value: 2, host: 3 } as const
export const BINARY_ANNOTATION = { key: 1, value: 2, annotation_type: 3, host: 4 } as const
export const ENDPOINT = { ipv4: 1, port: 2, service_name: 3, ipv6: 4 } as const

/** How the bytes of a binary annotation's value are to be read. */
export const ANNOTATION_TYPE = { BOOL: 0, BYTES: 1, I16: 2, I32: 3, I64: 4, DOUBLE: 5, STRING: 6 } as const
