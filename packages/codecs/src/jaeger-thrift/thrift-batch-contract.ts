// Jaeger spans as thrift trees, to be written by Apache's own library: bodies for tests and benches.
import type { JaegerTag } from '../jaeger-model/jaeger-span.ts'
import type { SentSpan } from '../jaeger-model/jaeger-span-contract.ts'
import {
  binary,
  bool,
  double,
  i32,
  i64,
  struct,
  structs,
  type ThriftFields,
  type ThriftValue,
  text,
} from '../wire/thrift-values-contract.ts'

const low = (hex: string) => i64(BigInt(`0x${hex.slice(-16)}`))
const high = (hex: string) => i64(BigInt(`0x${hex.slice(0, 16)}`))
const micros = (nano: bigint) => i64(nano / 1000n)

function tag({ key, type, value }: JaegerTag): ThriftFields {
  const head = { 1: text(key) }
  switch (type) {
    case 'string':
      return { ...head, 2: i32(0), 3: text(value) }
    case 'float64':
      return { ...head, 2: i32(1), 4: double(value) }
    case 'bool':
      return { ...head, 2: i32(2), 5: bool(value) }
    case 'int64':
      return { ...head, 2: i32(3), 6: i64(value) }
    case 'binary':
      return { ...head, 2: i32(4), 7: binary(value) }
  }
}

function spanStruct({ span }: SentSpan): ThriftFields {
  return {
    1: low(span.traceId),
    2: high(span.traceId),
    3: low(span.spanId),
    4: i64(0n),
    5: text(span.operationName),
    6: structs(
      span.references.map(({ type, traceId, spanId }) => ({
        1: i32(type === 'CHILD_OF' ? 0 : 1),
        2: low(traceId),
        3: high(traceId),
        4: low(spanId),
      })),
    ),
    7: i32(span.flags | 0),
    8: micros(span.startNano),
    9: micros(span.durationNano!),
    10: structs(span.tags.map(tag)),
    11: structs(
      span.logs.map(({ timestampNano, fields }) => ({ 1: micros(timestampNano), 2: structs(fields.map(tag)) })),
    ),
  }
}

function processStruct({ process }: SentSpan): ThriftValue {
  return struct({ 1: text(process.serviceName), 2: structs(process.tags.map(tag)) })
}

/** A Batch with the process of the first span. */
export const thriftBatch = (sent: readonly SentSpan[]): ThriftFields => ({
  1: processStruct(sent[0]!),
  2: structs(sent.map(spanStruct)),
  3: i64(7n),
  4: struct({ 1: i64(1n), 2: i64(2n), 3: i64(3n) }),
})
