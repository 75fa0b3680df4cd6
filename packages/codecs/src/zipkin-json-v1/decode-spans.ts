// Zipkin v1 JSON, a list of spans, into a batch.
import type { SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import type { ZipkinDecodeOptions } from '../zipkin-model/decode-options.ts'
import { JsonValues, plainBytes } from '../zipkin-model/json-values.ts'
import { clearRepeatedParent, EndpointScratch, TextPlace } from '../zipkin-model/span-scratch.ts'
import { ZipkinSpanWriter } from '../zipkin-model/span-writer.ts'
import { microsFromHalves } from '../zipkin-model/times.ts'
import { V1Span } from '../zipkin-model/v1-span.ts'
import { writeV1Span } from '../zipkin-model/v1-to-v2.ts'
import { OtherVersionError } from '../zipkin-model/version-error.ts'

const FORMAT = 'zipkin json v1'

const KEY = encodeUtf8('key')
const VALUE = encodeUtf8('value')
const ENDPOINT = encodeUtf8('endpoint')
const TIMESTAMP = encodeUtf8('timestamp')

/** Throws DecodeError when the body is no JSON list; OtherVersionError when its spans are version 2. */
export function decodeZipkinJsonV1(body: Uint8Array, options: ZipkinDecodeOptions = {}): Decoded<SpanBatch> {
  const bytes = plainBytes(body)
  const reader = new JsonBytesReader(FORMAT, bytes)
  const decoder = new ZipkinJsonV1Decoder(bytes.length >> 1, options)
  reader.openArray()
  while (reader.nextItem()) decoder.readSpan(reader, bytes)
  reader.finish()
  return decoder.finish()
}

/** Reads span objects one by one, for those who find them in a document too long to hold. */
export class ZipkinJsonV1Decoder {
  readonly #writer: ZipkinSpanWriter
  readonly #span: V1Span
  readonly #values: JsonValues

  constructor(expectedBytes: number, options: ZipkinDecodeOptions = {}) {
    this.#writer = new ZipkinSpanWriter(expectedBytes, options)
    this.#span = new V1Span(options.reserve)
    this.#values = new JsonValues(this.#span.head, options.reserve)
  }

  /** The span object that is `bytes[start, end)`, and nothing else; see `readSpan`. */
  decodeSpan(bytes: Uint8Array, start: number, end: number): void {
    const plain = plainBytes(bytes)
    const reader = new JsonBytesReader(FORMAT, plain, start, end)
    this.readSpan(reader, plain)
    reader.finish()
  }

  /**
   * The span object at the reader, which reads `bytes` (a plain Uint8Array). A span that cannot be kept is counted;
   * DecodeError is thrown where there is no JSON object, and OtherVersionError where it is one of version 2.
   */
  readSpan(reader: JsonBytesReader, bytes: Uint8Array): void {
    const span = this.#span
    span.clear()
    this.#values.open(reader, bytes)
    reader.openObject()
    while (reader.nextKey()) if (!reader.takeNull()) this.#readField(reader)
    clearRepeatedParent(span.head)
    writeV1Span(span, this.#writer)
  }

  /** The batch of what was read; the decoder is not used again. */
  finish(): Decoded<SpanBatch> {
    return this.#writer.finish()
  }

  #readField(reader: JsonBytesReader): void {
    const { head } = this.#span
    const values = this.#values
    const field = reader.key()
    switch (field) {
      case 'traceId':
        values.id(field, head.traceId)
        break
      case 'id':
        values.id(field, head.spanId)
        break
      case 'parentId':
        values.id(field, head.parentSpanId)
        break
      case 'name':
        values.textInto(field, head.name)
        break
      case 'timestamp':
        values.micros(field)
        head.timestampLow = values.low
        head.timestampHigh = values.high
        break
      case 'duration':
        head.hasDuration = values.micros(field)
        head.durationLow = values.low
        head.durationHigh = values.high
        break
      case 'debug':
        head.debug = values.boolean(field)
        break
      case 'annotations':
        this.#readEach(reader, field, () => this.#readAnnotation(reader))
        break
      case 'binaryAnnotations':
        this.#readEach(reader, field, () => this.#readBinaryAnnotation(reader))
        break
      case 'tags':
      case 'localEndpoint':
      case 'remoteEndpoint':
        throw new OtherVersionError(FORMAT, reader.path(), 'JSON_V2')
      default:
        reader.skip()
    }
  }

  #readEach(reader: JsonBytesReader, field: string, read: () => void): void {
    const values = this.#values
    if (!values.openArray(field)) return
    while (reader.nextItem()) if (values.openObject(field)) read()
  }

  #readAnnotation(reader: JsonBytesReader): void {
    const values = this.#values
    const value = new TextPlace()
    let timestamp = 0n
    let endpoint: EndpointScratch | undefined
    while (reader.nextKey()) {
      if (reader.takeNull()) continue
      if (reader.isKey(TIMESTAMP)) {
        values.micros('annotation timestamp')
        timestamp = microsFromHalves(values.low, values.high)
      } else if (reader.isKey(VALUE)) values.textInto('annotation value', value)
      else if (reader.isKey(ENDPOINT)) endpoint = this.#readEndpoint()
      else reader.skip()
    }
    this.#span.addAnnotation({ timestamp, value, endpoint })
  }

  /** A boolean marks an address, where the key is one of an address; any other value is a tag. */
  #readBinaryAnnotation(reader: JsonBytesReader): void {
    const values = this.#values
    const key = new TextPlace()
    let value: TextPlace | undefined
    let isBoolean = false
    let endpoint: EndpointScratch | undefined
    while (reader.nextKey()) {
      if (reader.takeNull()) continue
      if (reader.isKey(KEY)) values.textInto('binary annotation key', key)
      else if (reader.isKey(ENDPOINT)) endpoint = this.#readEndpoint()
      else if (!reader.isKey(VALUE)) reader.skip()
      else {
        const kind = reader.kind()
        isBoolean = kind === 'boolean'
        value = new TextPlace()
        if (isBoolean) {
          reader.boolean()
          value.set(values.bytes, reader.valueStart, reader.valueEnd)
        } else if (kind === 'string' || kind === 'number') values.textInto('binary annotation value', value)
        else {
          // Version 1 has no such values.
          reader.skip()
          value = undefined
        }
      }
    }
    this.#span.addBinaryAnnotation(key, value, isBoolean, endpoint)
  }

  #readEndpoint(): EndpointScratch {
    const endpoint = new EndpointScratch()
    this.#values.endpoint('endpoint', endpoint)
    return endpoint
  }
}
