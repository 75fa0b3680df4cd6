// The bodies are written by Apache's own library (wire/thrift-values-contract.ts).
import { SPAN_KINDS } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import type { JaegerTag } from '../jaeger-model/jaeger-span.ts'
import { anySentSpan, describeJaegerFormat, type SentSpan } from '../jaeger-model/jaeger-span-contract.ts'
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
  thriftStruct,
} from '../wire/thrift-values-contract.ts'
import { decodeJaegerThrift, type ThriftProtocol } from './decode-spans.ts'

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

const batchOf = (sent: readonly SentSpan[]): ThriftFields => ({
  1: processStruct(sent[0]!),
  2: structs(sent.map(spanStruct)),
  3: i64(7n),
  4: struct({ 1: i64(1n), 2: i64(2n), 3: i64(3n) }),
})

const sent = fc.sample(anySentSpan, { numRuns: 12, seed: 4 })

describe.each<ThriftProtocol>(['binary', 'compact'])('jaeger thrift, %s', (protocol) => {
  const decode = (body: Uint8Array) => decodeJaegerThrift(body, protocol)

  describeJaegerFormat(`jaeger-thrift-${protocol}`, {
    encode: (spans) => thriftStruct(batchOf(spans), protocol),
    decode,
    said: (span) => ({ ...span, warnings: [] }),
    isOneProcess: true,
  })

  describeSpanCodec(`jaeger-thrift-${protocol}`, { decodeSpans: decode }, [
    thriftStruct(batchOf(sent), protocol),
    thriftStruct(batchOf(sent.slice(3, 4)), protocol),
    thriftStruct({}, protocol),
  ])

  const span = { 1: i64(0xabcn), 2: i64(0n), 3: i64(0xaan), 4: i64(0n), 5: text('get') }
  const process = struct({ 1: text('cart') })
  const read = (fields: ThriftFields) => spansOf(decode(thriftStruct(fields, protocol)).batch)

  it('takes the parent from its field, and the reference to it for no link', () => {
    const reference = { 1: i32(0), 2: i64(0xabcn), 3: i64(0n), 4: i64(0xbbn) }
    const spans = read({
      1: process,
      2: structs([
        { ...span, 4: i64(0xbbn) },
        { ...span, 4: i64(0xbbn), 6: structs([reference]) },
        { ...span, 6: structs([reference]) },
      ]),
    })
    for (const { parentSpanId, links } of spans)
      expect({ parentSpanId, links }).toEqual({ parentSpanId: '00000000000000bb', links: [] })
  })

  it('reads spans that stand before their process', () => {
    expect(read({ 2: structs([span]), 9: process, 10: bool(true) })[0]!.serviceName).toBe('')
    expect(read({ 2: structs([span]), 1: process })[0]!.serviceName).toBe('cart')
  })

  it('steps over fields that it does not know or that have another type', () => {
    const [got] = read({
      1: process,
      2: structs([{ ...span, 5: i32(7), 7: text('x'), 99: structs([{ 1: text('later') }]), 100: bool(true) }]),
    })
    expect(got).toMatchObject({ name: '', flags: 0, kind: SPAN_KINDS[0], traceId: `${'0'.repeat(29)}abc` })
  })
})
