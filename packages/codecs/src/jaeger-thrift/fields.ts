// Field ids of jaeger.thrift (jaeger-idl, thrift/jaeger.thrift and agent.thrift), each with its type in one number: a field
// that comes with another type is none of ours and is stepped over, as generated readers do.
import { THRIFT, type ThriftReader } from '../wire/thrift-reader.ts'

/** Types are below 32. */
function field(id: number, type: number): number {
  return (id << 5) | type
}

/** What the reader stands at, to be compared with the constants below. */
export function currentField(reader: ThriftReader): number {
  return field(reader.field, reader.type)
}

export const BATCH = { process: field(1, THRIFT.struct), spans: field(2, THRIFT.list) } as const
export const PROCESS = { serviceName: field(1, THRIFT.string), tags: field(2, THRIFT.list) } as const
export const SPAN = {
  traceIdLow: field(1, THRIFT.i64),
  traceIdHigh: field(2, THRIFT.i64),
  spanId: field(3, THRIFT.i64),
  parentSpanId: field(4, THRIFT.i64),
  operationName: field(5, THRIFT.string),
  references: field(6, THRIFT.list),
  flags: field(7, THRIFT.i32),
  startTime: field(8, THRIFT.i64),
  duration: field(9, THRIFT.i64),
  tags: field(10, THRIFT.list),
  logs: field(11, THRIFT.list),
} as const
export const TAG_FIELD = {
  key: field(1, THRIFT.string),
  vType: field(2, THRIFT.i32),
  vStr: field(3, THRIFT.string),
  vDouble: field(4, THRIFT.double),
  vBool: field(5, THRIFT.bool),
  vLong: field(6, THRIFT.i64),
  vBinary: field(7, THRIFT.string),
} as const
/** TagType: numbered otherwise than in model.proto. */
export const TAG_TYPE = { string: 0, double: 1, bool: 2, long: 3, binary: 4 } as const
export const LOG = { timestamp: field(1, THRIFT.i64), fields: field(2, THRIFT.list) } as const
export const SPAN_REF = {
  refType: field(1, THRIFT.i32),
  traceIdLow: field(2, THRIFT.i64),
  traceIdHigh: field(3, THRIFT.i64),
  spanId: field(4, THRIFT.i64),
} as const
export const REF_TYPE = { CHILD_OF: 0, FOLLOWS_FROM: 1 } as const
/** The only argument of `emitBatch` and of `emitZipkinBatch`. */
export const EMIT = { batch: field(1, THRIFT.struct), zipkinSpans: field(1, THRIFT.list) } as const
