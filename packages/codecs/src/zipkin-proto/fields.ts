// Field numbers of zipkin.proto (openzipkin/zipkin-api, package zipkin.proto3).

export const LIST_OF_SPANS = { spans: 1 } as const

export const SPAN = {
  trace_id: 1,
  parent_id: 2,
  id: 3,
  kind: 4,
  name: 5,
  timestamp: 6,
  duration: 7,
  local_endpoint: 8,
  remote_endpoint: 9,
  annotations: 10,
  tags: 11,
  debug: 12,
  shared: 13,
} as const

export const ENDPOINT = { service_name: 1, ipv4: 2, ipv6: 3, port: 4 } as const
export const ANNOTATION = { timestamp: 1, value: 2 } as const
/** An entry of the map `tags`. */
export const TAG = { key: 1, value: 2 } as const

/** Values of the enum Span.Kind by the names that JSON has for them. */
export const KIND = { CLIENT: 1, SERVER: 2, PRODUCER: 3, CONSUMER: 4 } as const
