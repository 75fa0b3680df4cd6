import fc from 'fast-check'
import Long from 'long'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { decodeOtlpSpans } from '../otlp/decode-spans.ts'
import { encodeTraces } from '../otlp/encode-traces.ts'
import { SPAN_CODECS } from '../registry.ts'
import { parseIpv4, parseIpv6 } from '../zipkin-model/ip-address.ts'
import { toZipkinSpan } from '../zipkin-model/to-zipkin-span.ts'
import type { ZipkinEndpoint, ZipkinSpan } from '../zipkin-model/zipkin-span.ts'
import { anyZipkinSpan, carriedByZipkin, plainSpan } from '../zipkin-model/zipkin-span-contract.ts'
import { decodeZipkinProto } from './decode-spans.ts'
import { encodeZipkinProto } from './encode-spans.ts'

/** The fields of zipkin.proto, for a library that knows nothing of Clew. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  package zipkin.proto3;
  message Span {
    bytes trace_id = 1; bytes parent_id = 2; bytes id = 3;
    enum Kind { SPAN_KIND_UNSPECIFIED = 0; CLIENT = 1; SERVER = 2; PRODUCER = 3; CONSUMER = 4; }
    Kind kind = 4; string name = 5; fixed64 timestamp = 6; uint64 duration = 7;
    Endpoint local_endpoint = 8; Endpoint remote_endpoint = 9; repeated Annotation annotations = 10;
    map<string, string> tags = 11; bool debug = 12; bool shared = 13;
  }
  message Endpoint { string service_name = 1; bytes ipv4 = 2; bytes ipv6 = 3; int32 port = 4; }
  message Annotation { fixed64 timestamp = 1; string value = 2; }
  message ListOfSpans { repeated Span spans = 1; }
`)
protobuf.util.Long = Long
protobuf.configure()
const listOfSpans = root.lookupType('zipkin.proto3.ListOfSpans')

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

function endpoint({ serviceName, ipv4, ipv6, port }: ZipkinEndpoint): object | undefined {
  if (serviceName === '' && ipv4 === '' && ipv6 === '' && port === 0) return undefined
  return { serviceName, ipv4: parseIpv4(ipv4), ipv6: parseIpv6(ipv6), port }
}

function encodeIndependently(spans: readonly ZipkinSpan[]): Uint8Array {
  const message = {
    spans: spans.map((span) => ({
      traceId: hex(span.traceId),
      parentId: hex(span.parentId),
      id: hex(span.id),
      kind: ['', 'CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER'].indexOf(span.kind),
      name: span.name,
      timestamp: Long.fromString(String(span.timestamp)),
      ...(span.duration === undefined ? {} : { duration: Long.fromString(String(span.duration)) }),
      localEndpoint: endpoint(span.localEndpoint),
      remoteEndpoint: endpoint(span.remoteEndpoint),
      annotations: span.annotations.map(({ timestamp, value }) => ({
        timestamp: Long.fromString(String(timestamp)),
        value,
      })),
      tags: Object.fromEntries(span.tags),
      debug: span.debug,
      shared: span.shared,
    })),
  }
  return new Uint8Array(listOfSpans.encode(listOfSpans.create(message)).finish())
}

/** A map is written as an object, which has this key already. */
const sendable = anyZipkinSpan.filter(({ tags }) => !tags.has('__proto__'))

function spanWith(fields: Record<string, unknown>): Uint8Array {
  const message = { spans: [{ traceId: hex('5af7183fb1d4cf5f'), id: hex('352bff9a74ca9ad2'), ...fields }] }
  return new Uint8Array(listOfSpans.encode(listOfSpans.create(message)).finish())
}

const example = encodeIndependently(fc.sample(sendable, { numRuns: 3, seed: 1 }))

describeSpanCodec(
  'zipkin protobuf',
  SPAN_CODECS['zipkin-proto'],
  [example, spanWith({ tags: { a: 'b' }, annotations: [{ value: 'x' }], localEndpoint: { ipv4: hex('0a000001') } })],
  carriedByZipkin,
)

describe('zipkin protobuf', () => {
  it('is read as an independent library wrote it, and comes back from OTLP as it was', () => {
    fc.assert(
      fc.property(fc.array(sendable, { maxLength: 3 }), (spans) => {
        const { batch, rejected } = decodeZipkinProto(encodeIndependently(spans))
        expect(rejected).toBe(0)
        expect(spansOf(batch).map((span) => plainSpan(toZipkinSpan(span)))).toEqual(spans.map(plainSpan))
      }),
      { numRuns: 300 },
    )
  })

  it('is written as an independent library reads it', () => {
    const spans = spansOf(decodeZipkinProto(example).batch)
    const readIndependently = (bytes: Uint8Array) =>
      listOfSpans.toObject(listOfSpans.decode(bytes), { defaults: true, longs: String, bytes: String })
    expect(readIndependently(encodeZipkinProto(spans))).toEqual(readIndependently(example))
  })

  it('says the same through OTLP', () => {
    const spans = spansOf(decodeZipkinProto(example).batch)
    const again = spansOf(decodeOtlpSpans(encodeTraces(spans, 'protobuf'), 'protobuf').batch)
    expect(again.map((span) => plainSpan(toZipkinSpan(span)))).toEqual(
      spans.map((span) => plainSpan(toZipkinSpan(span))),
    )
  })

  it.each([
    ['trace id', { traceId: hex('abcd') }, 'span 0: trace_id: expected 16 or 8 bytes, got 2'],
    ['trace id of zeros', { traceId: new Uint8Array(16) }, 'span 0: traceId is missing or all zeros'],
    ['span id', { id: hex('ab') }, 'span 0: id: expected 8 bytes, got 1'],
    ['no span id', { id: new Uint8Array(0) }, 'span 0: id is missing or all zeros'],
    ['parent id', { parentId: hex('ab') }, 'span 0: parent_id: expected 8 bytes, got 1'],
    ['port', { localEndpoint: { port: -1 } }, 'span 0: port: expected a number from 0 to 65535'],
  ])('leaves out a span with a bad %s and says why', (_what, fields, reason) => {
    const decoded = decodeZipkinProto(new Uint8Array([...spanWith({ name: 'kept' }), ...spanWith(fields)]))
    expect(decoded.rejected).toBe(1)
    expect(decoded.reason).toContain(reason.replace('span 0', 'span 1'))
    expect(spansOf(decoded.batch).map(({ name }) => name)).toEqual(['kept'])
  })

  it('takes a negative time for none, and kinds of the future for local', () => {
    const [span] = spansOf(
      decodeZipkinProto(spanWith({ timestamp: Long.NEG_ONE, duration: Long.NEG_ONE, kind: 9 })).batch,
    )
    expect(span).toMatchObject({ startTimeUnixNano: 0n, endTimeUnixNano: 0n, kind: 'internal', attributes: [] })
  })

  it('passes over addresses that are none', () => {
    const [span] = spansOf(
      decodeZipkinProto(spanWith({ remoteEndpoint: { ipv4: hex('0a'), ipv6: hex('0a'), serviceName: 'db' } })).batch,
    )
    expect(span?.attributes).toEqual([{ key: 'peer.service', value: { type: 'string', value: 'db' } }])
  })
})
