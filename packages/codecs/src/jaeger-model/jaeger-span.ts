// A span in Jaeger's own words, as an object: what the encoders write (through to-jaeger-span.ts) and what the JSON decoder
// reads. The binary decoders make no objects: see span-scratch.ts.
// https://github.com/jaegertracing/jaeger-idl, proto/api_v2/model.proto and thrift/jaeger.thrift.

export type JaegerValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int64'; readonly value: bigint }
  | { readonly type: 'float64'; readonly value: number }
  | { readonly type: 'binary'; readonly value: Uint8Array }

export type JaegerTag = JaegerValue & { readonly key: string }

export interface JaegerReference {
  readonly type: 'CHILD_OF' | 'FOLLOWS_FROM'
  /** 32 and 16 lower-case hex digits. */
  readonly traceId: string
  readonly spanId: string
}

export interface JaegerLog {
  /** Nanoseconds since 1970, negative before. */
  readonly timestampNano: bigint
  readonly fields: readonly JaegerTag[]
}

export interface JaegerProcess {
  readonly serviceName: string
  readonly tags: readonly JaegerTag[]
}

export interface JaegerSpan {
  /** 32 and 16 lower-case hex digits. */
  readonly traceId: string
  readonly spanId: string
  readonly operationName: string
  /** The parent is the first CHILD_OF of the same trace, else the first FOLLOWS_FROM of it. */
  readonly references: readonly JaegerReference[]
  /** Bits of JAEGER_FLAG, unsigned 32. */
  readonly flags: number
  /** Nanoseconds since 1970, negative before; 0 when the sender gave none. */
  readonly startNano: bigint
  /** Undefined when the sender gave none. */
  readonly durationNano: bigint | undefined
  readonly tags: readonly JaegerTag[]
  readonly logs: readonly JaegerLog[]
  readonly warnings: readonly string[]
}

/** model.Flags of jaeger-idl; only the first is W3C's too, whose second bit means something else. */
export const JAEGER_FLAG = { sampled: 1, debug: 2, firehose: 8 } as const

/** What Jaeger calls a process whose resource has no `service.name` (traces_to_jaegerproto.go of the OpenTelemetry Collector). */
export const NO_SERVICE_NAME = 'OTLPResourceNoServiceName'
