// Zipkin v2 JSON, a list of spans, into a batch. The spans are read from the bytes: texts are copied from where they
// stand and become no strings; no object is made for a span.
import {
  bytesFromHex,
  hexFromBytes,
  hexSpanId,
  hexTraceId,
  type SpanBatch,
  type TextHash,
  textSpanId,
  textTraceId,
} from '@clew/model'
import type { Decoded } from '../codec.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import type { ZipkinDecodeOptions } from '../zipkin-model/decode-options.ts'
import { JsonValues, plainBytes } from '../zipkin-model/json-values.ts'
import { clearRepeatedParent, SpanScratch, TAG_TYPE } from '../zipkin-model/span-scratch.ts'
import { ZipkinSpanWriter } from '../zipkin-model/span-writer.ts'
import { OtherVersionError } from '../zipkin-model/version-error.ts'
import { FIELD, fieldOf } from './fields.ts'
import { PlainSpanReader } from './plain-span.ts'
import { PlainValues } from './plain-values.ts'

const FORMAT = 'zipkin json v2'

const VALUE = encodeUtf8('value')
const TIMESTAMP = encodeUtf8('timestamp')

/** Names of SPAN_KINDS by their index. */
const KINDS = ['', '', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((kind) => encodeUtf8(kind))

/** Throws DecodeError when the body is no JSON list; OtherVersionError when its spans are version 1. */
export function decodeZipkinJsonV2(body: Uint8Array, options: ZipkinDecodeOptions = {}): Decoded<SpanBatch> {
  const bytes = plainBytes(body)
  const reader = new JsonBytesReader(FORMAT, bytes)
  const decoder = new ZipkinJsonV2Decoder(bytes.length - (bytes.length >> 2), options)
  reader.openArray()
  while (reader.nextItem()) decoder.readSpan(reader, bytes)
  reader.finish()
  return decoder.finish()
}

/** Reads span objects one by one, for those who find them in a document too long to hold. */
export class ZipkinJsonV2Decoder {
  readonly #writer: ZipkinSpanWriter
  readonly #span: SpanScratch
  readonly #values: JsonValues
  readonly #plain: PlainSpanReader
  readonly #plainValues: PlainValues
  readonly #typedTags: boolean
  readonly #textIds: TextHash | undefined

  constructor(expectedBytes: number, options: ZipkinDecodeOptions = {}) {
    this.#writer = new ZipkinSpanWriter(expectedBytes, options)
    this.#span = new SpanScratch(options.reserve)
    this.#values = new JsonValues(this.#span, options.reserve)
    this.#plainValues = new PlainValues(options.reserve)
    this.#plain = new PlainSpanReader(this.#span, this.#plainValues)
    this.#typedTags = options.typedTags === true
    this.#textIds = options.textIds
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
   * DecodeError is thrown where there is no JSON object, and OtherVersionError where it is one of version 1.
   */
  readSpan(reader: JsonBytesReader, bytes: Uint8Array): void {
    const span = this.#span
    span.clear()
    this.#values.open(reader, bytes)
    if (!this.#readPlain(reader, bytes)) {
      span.clear()
      reader.openObject()
      while (reader.nextKey()) if (!reader.takeNull()) this.#readField(reader)
    }
    if (this.#textIds !== undefined) settleTextIds(span, this.#textIds)
    clearRepeatedParent(span)
    this.#writer.write(span)
  }

  /** The batch of what was read; the decoder is not used again. */
  finish(): Decoded<SpanBatch> {
    return this.#writer.finish()
  }

  #readPlain(reader: JsonBytesReader, bytes: Uint8Array): boolean {
    if (this.#typedTags || this.#textIds !== undefined) return false
    this.#plainValues.open(bytes)
    const after = this.#plain.read(reader.position)
    if (after === 0 || after > reader.end) return false
    reader.goOn(after)
    return true
  }

  #readField(reader: JsonBytesReader): void {
    const span = this.#span
    const values = this.#values
    switch (fieldOf(reader)) {
      case FIELD.traceId:
        this.#readId('traceId', span.traceId)
        break
      case FIELD.id:
        this.#readId('id', span.spanId)
        break
      case FIELD.parentId:
        this.#readId('parentId', span.parentSpanId)
        break
      case FIELD.name:
        values.textInto('name', span.name)
        break
      case FIELD.kind:
        this.#readKind()
        break
      case FIELD.timestamp:
        values.micros('timestamp')
        span.timestampLow = values.low
        span.timestampHigh = values.high
        break
      case FIELD.duration:
        span.hasDuration = values.micros('duration')
        span.durationLow = values.low
        span.durationHigh = values.high
        break
      case FIELD.localEndpoint:
        values.endpoint('localEndpoint', span.local)
        break
      case FIELD.remoteEndpoint:
        values.endpoint('remoteEndpoint', span.remote)
        break
      case FIELD.tags:
        this.#readTags(reader)
        break
      case FIELD.annotations:
        this.#readAnnotations(reader)
        break
      case FIELD.debug:
        span.debug = values.boolean('debug')
        break
      case FIELD.shared:
        span.shared = values.boolean('shared')
        break
      case FIELD.binaryAnnotations:
        throw new OtherVersionError(FORMAT, reader.path(), 'JSON_V1')
      default:
        reader.skip()
    }
  }

  #readId(field: 'id' | 'traceId' | 'parentId', target: Uint8Array): void {
    const values = this.#values
    if (this.#textIds === undefined) {
      values.id(field, target)
      return
    }
    if (!values.text(field)) return
    const text = values.textValue()
    if (field === 'id') this.#span.spanIdText = text
    else if (field === 'traceId') this.#span.traceIdText = text
    else this.#span.parentSpanIdText = text
  }

  #readKind(): void {
    const values = this.#values
    if (!values.text('kind')) return
    const kind = KINDS.findIndex((name) => values.isText(name))
    if (kind > 0) this.#span.kind = kind
    else if (values.textEnd > values.textStart) this.#span.reject(`kind: expected CLIENT, SERVER, PRODUCER or CONSUMER`)
  }

  #readTags(reader: JsonBytesReader): void {
    const span = this.#span
    const values = this.#values
    if (!values.openObject('tags')) return
    while (reader.nextKey()) {
      values.key()
      span.tagKeys.add(values.textBytes, values.textStart, values.textEnd)
      if (this.#typedTags) this.#readTypedTag(reader)
      else if (values.text('tags')) span.addTag(TAG_TYPE.string, values.textBytes, values.textStart, values.textEnd)
      else span.tagKeys.count--
    }
  }

  #readTypedTag(reader: JsonBytesReader): void {
    const span = this.#span
    const values = this.#values
    const kind = reader.kind()
    if (kind === 'boolean') {
      reader.boolean()
      span.addTag(TAG_TYPE.bool, values.bytes, reader.valueStart, reader.valueEnd)
    } else if (kind === 'string' || kind === 'number') {
      values.text('tags')
      const type = kind === 'string' ? TAG_TYPE.string : TAG_TYPE.number
      span.addTag(type, values.textBytes, values.textStart, values.textEnd)
    } else {
      // Null is no value. An object or array is kept as the JSON it is.
      reader.skip()
      if (kind === 'null') span.tagKeys.count--
      else span.addTag(TAG_TYPE.string, values.bytes, reader.valueStart, reader.valueEnd)
    }
  }

  #readAnnotations(reader: JsonBytesReader): void {
    const values = this.#values
    if (!values.openArray('annotations')) return
    while (reader.nextItem()) if (values.openObject('annotations')) this.#readAnnotation(reader)
  }

  #readAnnotation(reader: JsonBytesReader): void {
    const span = this.#span
    const values = this.#values
    const texts = span.annotationValues
    const row = texts.count
    span.annotationLow[row] = 0
    span.annotationHigh[row] = 0
    texts.add(values.bytes, 0, 0)
    while (reader.nextKey()) {
      if (reader.takeNull()) continue
      if (reader.isKey(TIMESTAMP)) {
        values.micros('annotation timestamp')
        span.annotationLow[row] = values.low
        span.annotationHigh[row] = values.high
      } else if (reader.isKey(VALUE)) {
        if (values.text('annotation value')) texts.set(row, values.textBytes, values.textStart, values.textEnd)
      } else reader.skip()
    }
  }
}

/** Hex ids become themselves; for others a hash stands, and the text is kept. */
function settleTextIds(span: SpanScratch, hash: TextHash): void {
  const { traceIdText, spanIdText, parentSpanIdText } = span
  if (traceIdText === '') span.reject('traceId is missing')
  const traceHex = hexTraceId(traceIdText)
  span.traceId.set(traceHex === undefined ? textTraceId(hash, traceIdText) : bytesFromHex(traceHex)!)
  if (traceHex !== undefined) span.traceIdText = ''
  const trace = hexFromBytes(span.traceId, 0, 16)
  if (settleTextId(hash, trace, spanIdText, span.spanId)) span.spanIdText = ''
  if (settleTextId(hash, trace, parentSpanIdText, span.parentSpanId)) span.parentSpanIdText = ''
}

/** True when the text is said by the id alone. */
function settleTextId(hash: TextHash, traceId: string, text: string, id: Uint8Array): boolean {
  if (text === '') return true
  const hex = hexSpanId(text)
  id.set(hex === undefined ? textSpanId(hash, traceId, text) : bytesFromHex(hex)!)
  return hex !== undefined
}
