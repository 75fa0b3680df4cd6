import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { SPAN_CODECS } from '../registry.ts'
import { BinaryThriftReader } from '../wire/thrift-binary-reader.ts'
import { CompactThriftReader } from '../wire/thrift-compact-reader.ts'
import {
  binary,
  bool,
  i16,
  i32,
  i64,
  struct,
  structs,
  type ThriftFields,
  type ThriftProtocol,
  text,
  thriftList,
} from '../wire/thrift-values-contract.ts'
import { decodeZipkinJsonV1 } from '../zipkin-json-v1/decode-spans.ts'
import { zipkinJsonV1 } from '../zipkin-json-v1/encode-spans.ts'
import { parseIpv4, parseIpv6 } from '../zipkin-model/ip-address.ts'
import { v1Content } from '../zipkin-model/v2-to-v1.ts'
import type { ZipkinEndpoint, ZipkinSpan } from '../zipkin-model/zipkin-span.ts'
import { v1ZipkinSpan } from '../zipkin-model/zipkin-span-contract.ts'
import { decodeZipkinThrift, readZipkinThriftSpans } from './decode-spans.ts'

const STRING = 6
const BOOL = 0

const idOf = (hex: string) => i64(BigInt(`0x${hex}`))

function host({ serviceName, ipv4, ipv6, port }: ZipkinEndpoint): ThriftFields {
  const address = parseIpv4(ipv4)
  const longAddress = parseIpv6(ipv6)
  return {
    1: i32(address === undefined ? 0 : new DataView(address.buffer).getInt32(0)),
    2: i16((port << 16) >> 16),
    3: text(serviceName),
    ...(longAddress === undefined ? {} : { 4: binary(longAddress) }),
  }
}

function spanFields(span: ZipkinSpan): ThriftFields {
  const { timestamp, duration, annotations, tags, addressKey } = v1Content(span)
  const local = struct(host(span.localEndpoint))
  const binaryAnnotations = tags.map(([key, value]) => ({ 1: text(key), 2: text(value), 3: i32(STRING), 4: local }))
  const addresses =
    addressKey === ''
      ? []
      : [{ 1: text(addressKey), 2: binary(Uint8Array.of(1)), 3: i32(BOOL), 4: struct(host(span.remoteEndpoint)) }]
  return {
    1: idOf(span.traceId.slice(-16)),
    3: text(span.name),
    4: idOf(span.id),
    ...(span.parentId === '' ? {} : { 5: idOf(span.parentId) }),
    6: structs(annotations.map((item) => ({ 1: i64(item.timestamp), 2: text(item.value), 3: local }))),
    8: structs([...binaryAnnotations, ...addresses]),
    9: bool(span.debug),
    ...(timestamp === 0n ? {} : { 10: i64(timestamp) }),
    ...(duration === 0n ? {} : { 11: i64(duration) }),
    ...(span.traceId.length === 16 ? {} : { 12: idOf(span.traceId.slice(0, 16)) }),
  }
}

function read(spans: readonly ThriftFields[], protocol: ThriftProtocol) {
  const bytes = thriftList(spans, protocol)
  const reader = protocol === 'binary' ? new BinaryThriftReader('t', bytes) : new CompactThriftReader('t', bytes)
  return readZipkinThriftSpans(reader)
}

const sample = fc.sample(v1ZipkinSpan, { numRuns: 3, seed: 7 }).map(spanFields)

describeSpanCodec('zipkin thrift', SPAN_CODECS['zipkin-thrift'], [thriftList(sample, 'binary')])

const ids = { 1: i64(1n), 4: i64(2n) }

/** The tags of a span with one binary annotation. */
function tagsOf(annotation: ThriftFields) {
  const { batch } = decodeZipkinThrift(thriftList([{ ...ids, 8: structs([annotation]) }], 'binary'))
  return spansOf(batch)[0]!.attributes.map(({ key, value }) => [key, value.type === 'string' ? value.value : value])
}

describe('zipkin thrift', () => {
  it.each(['binary', 'compact'] as const)('says what version 1 JSON says, in the %s protocol', (protocol) => {
    fc.assert(
      fc.property(v1ZipkinSpan, (span) => {
        const json = decodeZipkinJsonV1(new TextEncoder().encode(`[${zipkinJsonV1(span)}]`))
        const { batch, rejected } = read([spanFields(span)], protocol)
        expect(rejected).toBe(0)
        expect(spansOf(batch)).toEqual(spansOf(json.batch))
      }),
      { numRuns: 200 },
    )
  })

  it('reads values of every type as tags, but bytes', () => {
    const view = new DataView(new ArrayBuffer(8))
    const number = (size: number, set: () => void) => {
      view.setBigInt64(0, 0n)
      set()
      return binary(new Uint8Array(view.buffer.slice(0, size)))
    }
    const of = (type: number, value: ReturnType<typeof binary>) => tagsOf({ 1: text('k'), 2: value, 3: i32(type) })
    expect(of(6, text('v'))).toEqual([['k', 'v']])
    expect(of(0, binary(Uint8Array.of(1)))).toEqual([['k', 'true']])
    expect(of(0, binary(Uint8Array.of(0)))).toEqual([['k', 'false']])
    expect(
      of(
        2,
        number(2, () => view.setInt16(0, -2)),
      ),
    ).toEqual([['k', '-2']])
    expect(
      of(
        3,
        number(4, () => view.setInt32(0, -3)),
      ),
    ).toEqual([['k', '-3']])
    expect(
      of(
        4,
        number(8, () => view.setBigInt64(0, 2n ** 62n)),
      ),
    ).toEqual([['k', String(2n ** 62n)]])
    expect(
      of(
        5,
        number(8, () => view.setFloat64(0, 0.5)),
      ),
    ).toEqual([['k', '0.5']])
    expect(of(1, binary(Uint8Array.of(1, 2)))).toEqual([])
    expect(of(4, binary(Uint8Array.of(1)))).toEqual([])
  })

  it('leaves out spans without ids and keeps the others', () => {
    const { batch, rejected, reason } = decodeZipkinThrift(thriftList([{ 3: text('no id') }, ids], 'binary'))
    expect([batch.count, rejected, reason]).toEqual([
      1,
      1,
      '1 span was rejected; the first is span 0: traceId is missing or all zeros',
    ])
  })

  it('refuses a list of something else', () => {
    expect(() => decodeZipkinThrift(Uint8Array.of(11, 0, 0, 0, 1, 0, 0, 0, 0))).toThrow(
      'zipkin thrift: byte 5: list of string, expected struct',
    )
    expect(() => decodeZipkinThrift(thriftList([{ ...ids, 3: i32(1) }], 'binary'))).toThrow(
      'field 3: expected string, got i32',
    )
  })
})
