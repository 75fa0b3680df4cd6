// Zipkin protobuf, a ListOfSpans, into a batch. Texts are copied from where they stand; no object is made for a span.
import type { SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { ProtobufReader, protobufTag, readUint32, WIRE } from '../wire/protobuf-reader.ts'
import type { ZipkinDecodeOptions } from '../zipkin-model/decode-options.ts'
import { ipv4Text, ipv6Text } from '../zipkin-model/ip-address.ts'
import { clearRepeatedParent, type EndpointScratch, SpanScratch, TAG_TYPE } from '../zipkin-model/span-scratch.ts'
import { ZipkinSpanWriter } from '../zipkin-model/span-writer.ts'
import { isNegative } from '../zipkin-model/times.ts'
import { ANNOTATION, ENDPOINT, LIST_OF_SPANS, SPAN, TAG } from './fields.ts'

const FORMAT = 'zipkin protobuf'

const SPANS = protobufTag(LIST_OF_SPANS.spans, WIRE.lengthDelimited)
const TRACE_ID = protobufTag(SPAN.trace_id, WIRE.lengthDelimited)
const PARENT_ID = protobufTag(SPAN.parent_id, WIRE.lengthDelimited)
const ID = protobufTag(SPAN.id, WIRE.lengthDelimited)
const KIND = protobufTag(SPAN.kind, WIRE.varint)
const NAME = protobufTag(SPAN.name, WIRE.lengthDelimited)
const TIMESTAMP = protobufTag(SPAN.timestamp, WIRE.fixed64)
const DURATION = protobufTag(SPAN.duration, WIRE.varint)
const LOCAL_ENDPOINT = protobufTag(SPAN.local_endpoint, WIRE.lengthDelimited)
const REMOTE_ENDPOINT = protobufTag(SPAN.remote_endpoint, WIRE.lengthDelimited)
const ANNOTATIONS = protobufTag(SPAN.annotations, WIRE.lengthDelimited)
const TAGS = protobufTag(SPAN.tags, WIRE.lengthDelimited)
const DEBUG = protobufTag(SPAN.debug, WIRE.varint)
const SHARED = protobufTag(SPAN.shared, WIRE.varint)
const SERVICE_NAME = protobufTag(ENDPOINT.service_name, WIRE.lengthDelimited)
const IPV4 = protobufTag(ENDPOINT.ipv4, WIRE.lengthDelimited)
const IPV6 = protobufTag(ENDPOINT.ipv6, WIRE.lengthDelimited)
const PORT = protobufTag(ENDPOINT.port, WIRE.varint)
const ANNOTATION_TIMESTAMP = protobufTag(ANNOTATION.timestamp, WIRE.fixed64)
const ANNOTATION_VALUE = protobufTag(ANNOTATION.value, WIRE.lengthDelimited)
const TAG_KEY = protobufTag(TAG.key, WIRE.lengthDelimited)
const TAG_VALUE = protobufTag(TAG.value, WIRE.lengthDelimited)

/** Index into SPAN_KINDS by the value of the enum; values of the future say nothing yet. */
const KINDS = [1, 3, 2, 4, 5]
const LOCAL = 1
const MAX_PORT = 0xffff

/** Throws DecodeError when the body is no such message. */
export function decodeZipkinProto(body: Uint8Array, options: ZipkinDecodeOptions = {}): Decoded<SpanBatch> {
  // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
  const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  const writer = new ZipkinSpanWriter(bytes.length, options)
  const spans = new SpanReader(bytes, options)
  const list = new ProtobufReader(FORMAT, bytes)
  while (list.next()) if (list.tag === SPANS) writer.write(spans.read(list.valueStart, list.valueEnd))
  return writer.finish()
}

class SpanReader {
  readonly #bytes: Uint8Array
  readonly #span: SpanScratch
  readonly #outer = new ProtobufReader(FORMAT)
  readonly #inner = new ProtobufReader(FORMAT)

  constructor(bytes: Uint8Array, options: ZipkinDecodeOptions) {
    this.#bytes = bytes
    this.#span = new SpanScratch(options.reserve)
  }

  read(start: number, end: number): SpanScratch {
    const span = this.#span
    const field = this.#outer
    span.clear()
    field.open(this.#bytes, start, end)
    while (field.next()) this.#readField(field)
    clearRepeatedParent(span)
    return span
  }

  #readField(field: ProtobufReader): void {
    const span = this.#span
    switch (field.tag) {
      case TRACE_ID:
        this.#readTraceId(field.valueStart, field.valueEnd)
        break
      case PARENT_ID:
        this.#readId('parent_id', span.parentSpanId, field.valueStart, field.valueEnd)
        break
      case ID:
        this.#readId('id', span.spanId, field.valueStart, field.valueEnd)
        break
      case KIND:
        span.kind = field.high === 0 ? (KINDS[field.low] ?? LOCAL) : LOCAL
        break
      case NAME:
        span.name.set(this.#bytes, field.valueStart, field.valueEnd)
        break
      case TIMESTAMP:
        span.timestampLow = this.#low(field.valueStart)
        span.timestampHigh = this.#high(field.valueStart)
        break
      case DURATION:
        span.hasDuration = !isNegative(field.high)
        span.durationLow = field.low
        span.durationHigh = field.high
        break
      case LOCAL_ENDPOINT:
        this.#readEndpoint(span.local, field.valueStart, field.valueEnd)
        break
      case REMOTE_ENDPOINT:
        this.#readEndpoint(span.remote, field.valueStart, field.valueEnd)
        break
      case ANNOTATIONS:
        this.#readAnnotation(field.valueStart, field.valueEnd)
        break
      case TAGS:
        this.#readTag(field.valueStart, field.valueEnd)
        break
      case DEBUG:
        span.debug = field.bool()
        break
      case SHARED:
        span.shared = field.bool()
    }
  }

  /** 8 bytes are the low half of 16. */
  #readTraceId(start: number, end: number): void {
    const span = this.#span
    span.traceId.fill(0)
    if (end - start === 16 || end - start === 8) this.#copy(span.traceId, 16 - (end - start), start, end)
    else span.reject(`trace_id: expected 16 or 8 bytes, got ${end - start}`)
  }

  #readId(name: string, target: Uint8Array, start: number, end: number): void {
    target.fill(0)
    if (end - start === 8) this.#copy(target, 0, start, end)
    else if (end > start) this.#span.reject(`${name}: expected 8 bytes, got ${end - start}`)
  }

  #copy(target: Uint8Array, offset: number, start: number, end: number): void {
    for (let i = start; i < end; i++) target[offset + i - start] = this.#bytes[i]!
  }

  #readEndpoint(endpoint: EndpointScratch, start: number, end: number): void {
    const field = this.#inner
    field.open(this.#bytes, start, end)
    while (field.next())
      switch (field.tag) {
        case SERVICE_NAME:
          endpoint.serviceName.set(this.#bytes, field.valueStart, field.valueEnd)
          break
        case IPV4:
          if (field.valueEnd - field.valueStart === 4) endpoint.ipv4.setText(ipv4Text(this.#bytes, field.valueStart))
          break
        case IPV6:
          if (field.valueEnd - field.valueStart === 16) endpoint.ipv6.setText(ipv6Text(this.#bytes, field.valueStart))
          break
        case PORT:
          if (field.high === 0 && field.low <= MAX_PORT) endpoint.port = field.low
          else this.#span.reject(`port: expected a number from 0 to ${MAX_PORT}`)
      }
  }

  #readAnnotation(start: number, end: number): void {
    const { annotationValues, annotationLow, annotationHigh } = this.#span
    const row = annotationValues.count
    annotationLow[row] = 0
    annotationHigh[row] = 0
    annotationValues.add(this.#bytes, start, start)
    const field = this.#inner
    field.open(this.#bytes, start, end)
    while (field.next())
      if (field.tag === ANNOTATION_TIMESTAMP) {
        annotationLow[row] = this.#low(field.valueStart)
        annotationHigh[row] = this.#high(field.valueStart)
      } else if (field.tag === ANNOTATION_VALUE)
        annotationValues.set(row, this.#bytes, field.valueStart, field.valueEnd)
  }

  #readTag(start: number, end: number): void {
    const span = this.#span
    const field = this.#inner
    let keyStart = start
    let keyEnd = start
    let valueStart = start
    let valueEnd = start
    field.open(this.#bytes, start, end)
    while (field.next())
      if (field.tag === TAG_KEY) {
        keyStart = field.valueStart
        keyEnd = field.valueEnd
      } else if (field.tag === TAG_VALUE) {
        valueStart = field.valueStart
        valueEnd = field.valueEnd
      }
    span.tagKeys.add(this.#bytes, keyStart, keyEnd)
    span.addTag(TAG_TYPE.string, this.#bytes, valueStart, valueEnd)
  }

  /** Halves of a time; a negative one is none, as in Zipkin. */
  #low(at: number): number {
    return isNegative(readUint32(this.#bytes, at + 4)) ? 0 : readUint32(this.#bytes, at)
  }

  #high(at: number): number {
    const high = readUint32(this.#bytes, at + 4)
    return isNegative(high) ? 0 : high
  }
}
