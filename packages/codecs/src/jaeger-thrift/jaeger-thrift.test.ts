// The bodies are written by Apache's own library (wire/thrift-values-contract.ts).
import { SPAN_KINDS } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { anySentSpan, describeJaegerFormat } from '../jaeger-model/jaeger-span-contract.ts'
import {
  bool,
  i32,
  i64,
  struct,
  structs,
  type ThriftFields,
  text,
  thriftStruct,
} from '../wire/thrift-values-contract.ts'
import { decodeJaegerThrift, type ThriftProtocol } from './decode-spans.ts'
import { thriftBatch } from './thrift-batch-contract.ts'

const sent = fc.sample(anySentSpan, { numRuns: 12, seed: 4 })

describe.each<ThriftProtocol>(['binary', 'compact'])('jaeger thrift, %s', (protocol) => {
  const decode = (body: Uint8Array) => decodeJaegerThrift(body, protocol)

  describeJaegerFormat(`jaeger-thrift-${protocol}`, {
    encode: (spans) => thriftStruct(thriftBatch(spans), protocol),
    decode,
    said: (span) => ({ ...span, warnings: [] }),
    isOneProcess: true,
  })

  describeSpanCodec(`jaeger-thrift-${protocol}`, { decodeSpans: decode }, [
    thriftStruct(thriftBatch(sent), protocol),
    thriftStruct(thriftBatch(sent.slice(3, 4)), protocol),
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
