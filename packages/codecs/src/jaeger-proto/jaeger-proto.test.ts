// The bodies are written by protobufjs with definitions of this test: names and numbers are those of model.proto.
import type { AnyValue, Span } from '@clew/model'
import fc from 'fast-check'
import Long from 'long'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { anySpan, describeSpanCodec, spansOf } from '../codec-contract.ts'
import type { JaegerTag } from '../jaeger-model/jaeger-span.ts'
import {
  anySentSpan,
  carriedByJaeger,
  describeJaegerFormat,
  type SentSpan,
} from '../jaeger-model/jaeger-span-contract.ts'
import { MAX_ITEM_ENTRIES } from '../otlp/fields.ts'
import { SPAN_CODECS } from '../registry.ts'
import { decodeJaegerProto } from './decode-spans.ts'
import { encodeJaegerProto } from './encode-spans.ts'

const DEFINITIONS = `
syntax = "proto3";
message KeyValue { string key = 1; int32 v_type = 2; string v_str = 3; bool v_bool = 4; int64 v_int64 = 5; double v_float64 = 6; bytes v_binary = 7; }
message Time { int64 seconds = 1; int32 nanos = 2; }
message Log { Time timestamp = 1; repeated KeyValue fields = 2; }
message SpanRef { bytes trace_id = 1; bytes span_id = 2; int32 ref_type = 3; }
message Process { string service_name = 1; repeated KeyValue tags = 2; }
message Span { bytes trace_id = 1; bytes span_id = 2; string operation_name = 3; repeated SpanRef references = 4; uint32 flags = 5;
  Time start_time = 6; Time duration = 7; repeated KeyValue tags = 8; repeated Log logs = 9; Process process = 10; string process_id = 11;
  repeated string warnings = 12; }
message Batch { repeated Span spans = 1; Process process = 2; }
message PostSpansRequest { Batch batch = 1; }
`
protobuf.util.Long = Long
protobuf.configure()
const REQUEST = protobuf.parse(DEFINITIONS, { keepCase: true }).root.lookupType('PostSpansRequest')

const KINDS = { string: 0, bool: 1, int64: 2, float64: 3, binary: 4 } as const
const VALUES = { string: 'v_str', bool: 'v_bool', int64: 'v_int64', float64: 'v_float64', binary: 'v_binary' } as const
const SECOND = 1_000_000_000n

function keyValue({ key, type, value }: JaegerTag): Record<string, unknown> {
  return { key, v_type: KINDS[type], [VALUES[type]]: type === 'int64' ? Long.fromString(String(value)) : value }
}

function time(nano: bigint): Record<string, unknown> {
  return { seconds: Long.fromString(String(nano / SECOND)), nanos: Number(nano % SECOND) }
}

const id = (hex: string) => Buffer.from(hex, 'hex')

function spanObject({ span, process }: SentSpan): Record<string, unknown> {
  return {
    trace_id: id(span.traceId),
    span_id: id(span.spanId),
    operation_name: span.operationName,
    references: span.references.map(({ type, traceId, spanId }) => ({
      trace_id: id(traceId),
      span_id: id(spanId),
      ref_type: type === 'CHILD_OF' ? 0 : 1,
    })),
    flags: span.flags,
    start_time: time(span.startNano),
    duration: time(span.durationNano!),
    tags: span.tags.map(keyValue),
    logs: span.logs.map(({ timestampNano, fields }) => ({
      timestamp: time(timestampNano),
      fields: fields.map(keyValue),
    })),
    process: { service_name: process.serviceName, tags: process.tags.map(keyValue) },
    process_id: 'p1',
    warnings: span.warnings,
  }
}

function request(batch: Record<string, unknown>): Uint8Array {
  return new Uint8Array(REQUEST.encode(REQUEST.fromObject({ batch })).finish())
}

/** A Timestamp ends with the year 9999: what is beyond is no time. */
const sayable = (nano: bigint) => (nano / SECOND <= 400_000_000_000n && nano / SECOND >= -400_000_000_000n ? nano : 0n)

describeJaegerFormat('jaeger-proto', {
  encode: (sent) => request({ spans: sent.map(spanObject) }),
  decode: decodeJaegerProto,
  said: (span) => ({
    ...span,
    startNano: sayable(span.startNano),
    durationNano: sayable(span.durationNano!),
    logs: span.logs.map((log) => ({ ...log, timestampNano: sayable(log.timestampNano) })),
  }),
})

const sent = fc.sample(anySentSpan, { numRuns: 12, seed: 4 })
const spans = fc.sample(anySpan, { numRuns: 12, seed: 5 })
describeSpanCodec(
  'jaeger-proto',
  SPAN_CODECS['jaeger-proto'],
  [
    request({ spans: sent.map(spanObject) }),
    request({}),
    encodeJaegerProto(spans),
    encodeJaegerProto(spans.slice(0, 1)),
  ],
  carriedByJaeger,
)

describe('jaeger protobuf', () => {
  const tag = (key: string, v_str: string) => ({ key, v_str })
  const span = {
    trace_id: id('00000000000000000000000000000abc'),
    span_id: id('00000000000000aa'),
    operation_name: 'get',
  }
  const decode = (batch: Record<string, unknown>): Span[] => spansOf(decodeJaegerProto(request(batch)).batch)

  it('takes the process of the batch, which stands behind the spans, unless a span has its own', () => {
    const own = { service_name: 'own', tags: [tag('zone', 'b')] }
    const spans = decode({
      spans: [span, { ...span, process: own }, span],
      process: { service_name: 'shared', tags: [tag('hostname', 'box')] },
    })
    expect(spans.map(({ serviceName }) => serviceName)).toEqual(['shared', 'own', 'shared'])
    expect(spans[0]!.resource).toBe(spans[2]!.resource)
    expect(spans[0]!.resource.attributes.map(({ key }) => key)).toEqual(['service.name', 'hostname', 'host.name'])
  })

  it('pads trace ids of 8 bytes on the left', () => {
    const [read] = decode({ spans: [{ ...span, trace_id: id('463ac35c9f6413ad') }] })
    expect(read!.traceId).toBe('0000000000000000463ac35c9f6413ad')
  })

  it('leaves out a span alone whose ids have another length', () => {
    const { batch, rejected, reason } = decodeJaegerProto(
      request({ spans: [span, { ...span, span_id: id('aa') }, { ...span, references: [{ trace_id: id('aa') }] }] }),
    )
    expect(batch.count).toBe(1)
    expect(rejected).toBe(2)
    expect(reason).toBe('2 spans were rejected; the first is span 1 of the request: span id: expected 8 bytes, got 1')
  })

  it('keeps a duration of nothing apart from one that was not said', () => {
    const [none, zero] = decode({
      spans: [
        { ...span, start_time: time(5000n) },
        { ...span, start_time: time(5000n), duration: time(0n) },
      ],
    })
    expect(none!.endTimeUnixNano).toBe(0n)
    expect(zero!.endTimeUnixNano).toBe(5000n)
  })

  it('gives a tag of a type that nobody knows no value', () => {
    const [read] = decode({ spans: [{ ...span, tags: [{ key: 'k', v_type: 9, v_str: 'x' }] }] })
    expect(read!.attributes).toEqual([{ key: 'k', value: { type: 'empty' } satisfies AnyValue }])
  })

  it('stops at more spans than a request can have, and keeps as many tags of a span as OTLP does', () => {
    const times = (bytes: readonly number[], count: number) => Buffer.alloc(bytes.length * count, Buffer.from(bytes))
    const inField1 = (body: Uint8Array) => protobuf.Writer.create().uint32(0x0a).bytes(body).finish()
    expect(() => decodeJaegerProto(inField1(times([0x0a, 0x00], (1 << 20) + 1)))).toThrow(/more than 1048576 spans/)
    const ids = Buffer.from([0x0a, 16, ...span.trace_id, 0x12, 8, ...span.span_id])
    const tags = times([0x42, 0x00], MAX_ITEM_ENTRIES + 3)
    const [read] = spansOf(decodeJaegerProto(inField1(inField1(Buffer.concat([ids, tags])))).batch)
    expect(read!.attributes).toHaveLength(MAX_ITEM_ENTRIES)
    expect(read!.droppedAttributesCount).toBe(3)
  })
})
