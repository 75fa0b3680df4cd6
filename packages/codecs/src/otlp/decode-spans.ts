// OTLP trace requests into a SpanBatch: the write path of every span that comes over OTLP. The protobuf is scanned, not
// parsed: columns are filled from positions, the batch keeps the body as it came, and no object is made for a span.
import { allocateSpanBatch, MARK, SPAN_ROW_BYTES, type SpanBatch } from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { isUtf8 } from '../wire/utf8.ts'
import {
  afterField,
  afterFixed,
  afterVarint,
  checkKeyValue,
  checkMessage,
  EVENT_SHAPE,
  LINK_SHAPE,
  lengthDelimited,
  STATUS_SHAPE,
  valueEnd,
  varintAt,
} from './check-message.ts'
import { jsonToProtobuf } from './json-to-protobuf.ts'
import { TRACES_DATA } from './messages.ts'
import { Rejections } from './rejections.ts'
import { countItems, ORIGIN_BYTES, scanEnvelopes } from './scan-envelopes.ts'
import { copyBytes, copyTime, halves, isZero } from './scan-values.ts'

export type OtlpEncoding = 'protobuf' | 'json'

/** A span that is kept has at least both ids: 2 + 16 and 2 + 8 bytes. Shorter ones need no row. */
const SHORTEST_SPAN_BYTES = 28
const HIGHEST_KIND = 5
const HIGHEST_STATUS = 2

/**
 * Spans of an ExportTraceServiceRequest (which is TracesData). For protobuf `batch.bytes` is `body` itself.
 * Rejected are spans without a valid trace id, span id or parent id. Throws DecodeError when the body is no such message.
 */
export function decodeOtlpSpans(
  body: Uint8Array,
  encoding: OtlpEncoding,
  reserve: ReserveMemory = () => {},
): Decoded<SpanBatch> {
  const message = encoding === 'json' ? jsonToProtobuf(body, TRACES_DATA, reserve) : body
  // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
  const bytes = new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
  const { items, origins } = countItems(bytes, SHORTEST_SPAN_BYTES)
  reserve(items * SPAN_ROW_BYTES + origins * ORIGIN_BYTES)
  const batch = allocateSpanBatch(items, message)
  const scanner = new SpanScanner(batch, bytes)
  batch.origins = scanEnvelopes(bytes, (start, end, origin, originValid) =>
    scanner.scan(start, end, origin, originValid),
  )
  return { batch, rejected: scanner.rejections.count, reason: scanner.rejections.reason }
}

/** Fills the columns of a batch from `Span` messages, one after the other; the batch has room for all of them. */
export class SpanScanner {
  readonly rejections = new Rejections()
  readonly #batch: SpanBatch
  readonly #bytes: Uint8Array
  /** The time columns as halves, two a span: eight bytes are moved without a BigInt. */
  readonly #startHalves: Uint32Array
  readonly #endHalves: Uint32Array
  /** Of the item in the request. */
  #index = -1

  constructor(batch: SpanBatch, bytes: Uint8Array) {
    this.#batch = batch
    this.#bytes = bytes
    this.#startHalves = halves(batch.startUnixNano)
    this.#endHalves = halves(batch.endUnixNano)
  }

  /** The `Span` in `bytes[start, end)`: a row of the batch, or a rejection. */
  scan(start: number, end: number, origin: number, originValid: boolean): void {
    this.#index++
    const bytes = this.#bytes
    let traceId = 0
    let traceIdLength = 0
    let spanId = 0
    let spanIdLength = 0
    let parentId = 0
    let parentIdLength = 0
    let name = start
    let nameLength = 0
    let kind = 0
    let status = 0
    let startTime = -1
    let endTime = -1
    let valid = originValid
    let at = start
    while (at < end) {
      switch (bytes[at]) {
        case 0x0a: // trace_id
          traceId = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          traceIdLength = at - traceId
          break
        case 0x12: // span_id
          spanId = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          spanIdLength = at - spanId
          break
        case 0x1a: {
          // trace_state
          const from = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          if (!isUtf8(bytes, from, at)) valid = false
          break
        }
        case 0x22: // parent_span_id
          parentId = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          parentIdLength = at - parentId
          break
        case 0x2a: // name
          name = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          nameLength = at - name
          if (!isUtf8(bytes, name, at)) valid = false
          break
        case 0x30: // kind
          kind = varintAt(bytes, at + 1, end)
          at = afterVarint(bytes, at + 1, end)
          break
        case 0x39: // start_time_unix_nano
          startTime = at + 1
          at = afterFixed(bytes, startTime, end, 8)
          break
        case 0x41: // end_time_unix_nano
          endTime = at + 1
          at = afterFixed(bytes, endTime, end, 8)
          break
        case 0x4a: {
          // attributes
          const from = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          if (!checkKeyValue(bytes, from, at, 0)) valid = false
          break
        }
        case 0x5a: // events
        case 0x6a: {
          // links
          const shape = bytes[at] === 0x5a ? EVENT_SHAPE : LINK_SHAPE
          const from = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          if (!checkMessage(bytes, from, at, shape)) valid = false
          break
        }
        case 0x7a: {
          // status; a repeated one is merged, so an absent code keeps the one before
          const from = lengthDelimited(bytes, at + 1, end)
          at = valueEnd
          if (!checkMessage(bytes, from, at, STATUS_SHAPE)) valid = false
          status = statusCode(bytes, from, at, status)
          break
        }
        default:
          at = afterField(bytes, at, end)
      }
    }

    if (traceIdLength !== 16 || isZero(bytes, traceId, 16)) {
      this.rejections.add(this.#index, 'trace_id', 16, traceIdLength)
      return
    }
    if (spanIdLength !== 8 || isZero(bytes, spanId, 8)) {
      this.rejections.add(this.#index, 'span_id', 8, spanIdLength)
      return
    }
    if (parentIdLength !== 8 && parentIdLength !== 0) {
      this.rejections.add(this.#index, 'parent_span_id', 8, parentIdLength)
      return
    }
    const batch = this.#batch
    const row = batch.count++
    copyBytes(bytes, traceId, batch.traceId, row * 16, 16)
    copyBytes(bytes, spanId, batch.spanId, row * 8, 8)
    if (parentIdLength === 8) copyBytes(bytes, parentId, batch.parentSpanId, row * 8, 8)
    copyTime(bytes, startTime, this.#startHalves, row)
    copyTime(bytes, endTime, this.#endHalves, row)
    batch.itemOffset[row] = start
    batch.itemLength[row] = end - start
    batch.nameOffset[row] = name
    batch.nameLength[row] = nameLength
    batch.origin[row] = origin
    // Values that this version of OTLP does not know are read as the default; the bytes keep them.
    batch.kind[row] = kind <= HIGHEST_KIND ? kind : 0
    batch.status[row] = status <= HIGHEST_STATUS ? status : 0
    batch.marks[row] = valid ? 0 : MARK.invalidUtf8
  }
}

function statusCode(bytes: Uint8Array, start: number, end: number, before: number): number {
  let code = before
  let at = start
  while (at < end) {
    if (bytes[at] === 0x18) code = varintAt(bytes, at + 1, end)
    at = afterField(bytes, at, end)
  }
  return code
}
