// Zipkin protobuf, a ListOfSpans, into a batch. Texts are copied from where they stand; no object is made for a span.
import type { SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { ProtobufReader, readUint32 } from '../wire/protobuf-reader.ts'
import type { ZipkinDecodeOptions } from '../zipkin-model/decode-options.ts'
import { ipv4Text, ipv6Text } from '../zipkin-model/ip-address.ts'
import { clearRepeatedParent, type EndpointScratch, SpanScratch, TAG_TYPE } from '../zipkin-model/span-scratch.ts'
import { ZipkinSpanWriter } from '../zipkin-model/span-writer.ts'
import { isNegative } from '../zipkin-model/times.ts'

const FORMAT = 'zipkin protobuf'

// Field numbers (fields.ts) with their wire types: as literals, so that a switch over them is one jump.
const SPANS = 0x0a
const ANNOTATION_TIMESTAMP = 0x09
const ANNOTATION_VALUE = 0x12
const TAG_KEY = 0x0a
const TAG_VALUE = 0x12

/** Index into SPAN_KINDS by the value of the enum; values of the future say nothing yet. */
const KINDS = [1, 3, 2, 4, 5]
const LOCAL = 1
const MAX_PORT = 0xffff

/** Throws DecodeError when the body is no such message. */
export function decodeZipkinProto(body: Uint8Array, options: ZipkinDecodeOptions = {}): Decoded<SpanBatch> {
  // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
  const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  const writer = new ZipkinSpanWriter((bytes.length * 5) >> 3, options)
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
      case 0x0a: // trace_id
        this.#readTraceId(field.valueStart, field.valueEnd)
        break
      case 0x12: // parent_id
        this.#readId('parent_id', span.parentSpanId, field.valueStart, field.valueEnd)
        break
      case 0x1a: // id
        this.#readId('id', span.spanId, field.valueStart, field.valueEnd)
        break
      case 0x20: // kind
        span.kind = field.high === 0 ? (KINDS[field.low] ?? LOCAL) : LOCAL
        break
      case 0x2a: // name
        span.name.set(this.#bytes, field.valueStart, field.valueEnd)
        break
      case 0x31: // timestamp
        span.timestampLow = this.#low(field.valueStart)
        span.timestampHigh = this.#high(field.valueStart)
        break
      case 0x38: // duration
        span.hasDuration = !isNegative(field.high)
        span.durationLow = field.low
        span.durationHigh = field.high
        break
      case 0x42: // local_endpoint
        this.#readEndpoint(span.local, field.valueStart, field.valueEnd)
        break
      case 0x4a: // remote_endpoint
        this.#readEndpoint(span.remote, field.valueStart, field.valueEnd)
        break
      case 0x52: // annotations
        this.#readAnnotation(field.valueStart, field.valueEnd)
        break
      case 0x5a: // tags
        this.#readTag(field.valueStart, field.valueEnd)
        break
      case 0x60: // debug
        span.debug = field.bool()
        break
      case 0x68: // shared
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
        case 0x0a: // service_name
          endpoint.serviceName.set(this.#bytes, field.valueStart, field.valueEnd)
          break
        case 0x12: // ipv4
          if (field.valueEnd - field.valueStart === 4) endpoint.ipv4.setText(ipv4Text(this.#bytes, field.valueStart))
          break
        case 0x1a: // ipv6
          if (field.valueEnd - field.valueStart === 16) endpoint.ipv6.setText(ipv6Text(this.#bytes, field.valueStart))
          break
        case 0x20: // port
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
    const bytes = this.#bytes
    // As every writer writes it: key and value, each with a length of one byte.
    const keyLength = bytes[start + 1]!
    const valueAt = start + 2 + keyLength
    if (end - start > 2 && bytes[start] === TAG_KEY && keyLength < 0x80 && valueAt + 1 < end) {
      const isUsual = bytes[valueAt] === TAG_VALUE && bytes[valueAt + 1]! < 0x80
      if (isUsual && valueAt + 2 + bytes[valueAt + 1]! === end) {
        span.tagKeys.add(bytes, start + 2, valueAt)
        span.addTag(TAG_TYPE.string, bytes, valueAt + 2, end)
        return
      }
    }
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
