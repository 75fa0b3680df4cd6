// One `jaeger.api_v2.Span` into the scratch: positions and numbers, no objects. The tags of `switch` are the first byte of
// a field: its number times eight and its wire type.
import { REFERENCE_ID_BYTES, type SpanScratch, TAG, type TagRows } from '../jaeger-model/span-scratch.ts'
import { nanoFromSeconds } from '../jaeger-model/times.ts'
import { MAX_ITEM_ENTRIES } from '../otlp/fields.ts'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { REF_TYPE, VALUE_TYPE } from './fields.ts'

export const FORMAT = 'jaeger protobuf'

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

/** Where the Process message of a span is; both 0 when it has none. */
export class SpanDecoder {
  processStart = 0
  processEnd = 0
  readonly #bytes: Uint8Array
  readonly #span: ProtobufReader
  readonly #part: ProtobufReader
  readonly #tag: ProtobufReader
  #timeNano: bigint | undefined

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#span = new ProtobufReader(FORMAT, bytes)
    this.#part = new ProtobufReader(FORMAT, bytes)
    this.#tag = new ProtobufReader(FORMAT, bytes)
  }

  /** Fills `scratch` with the message in `[start, end)`; gives what is wrong with its ids, '' when they are well. */
  decode(scratch: SpanScratch, start: number, end: number): string {
    const reader = this.#span
    reader.open(this.#bytes, start, end)
    scratch.clear()
    this.processStart = 0
    this.processEnd = 0
    let problem = ''
    while (reader.next()) {
      const { valueStart, valueEnd } = reader
      switch (reader.tag) {
        case 0x0a:
          if (!this.#traceId(scratch.traceId, 0, valueStart, valueEnd))
            problem ||= `trace id: expected 8 or 16 bytes, got ${valueEnd - valueStart}`
          break
        case 0x12:
          if (!this.#spanId(scratch.spanId, 0, valueStart, valueEnd))
            problem ||= `span id: expected 8 bytes, got ${valueEnd - valueStart}`
          break
        case 0x1a:
          scratch.nameStart = valueStart
          scratch.nameEnd = valueEnd
          break
        case 0x22:
          if (!this.#reference(scratch, valueStart, valueEnd))
            problem ||= 'reference: expected a trace id of 8 or 16 bytes and a span id of 8, got others'
          break
        case 0x28:
          scratch.flags = reader.uint32()
          break
        case 0x32:
          this.#time(valueStart, valueEnd)
          scratch.startNano = this.#timeNano ?? 0n
          break
        case 0x3a:
          this.#time(valueStart, valueEnd)
          scratch.durationNano = this.#timeNano
          break
        case 0x42:
          this.tag(scratch.tags, valueStart, valueEnd)
          break
        case 0x4a:
          this.#log(scratch, valueStart, valueEnd)
          break
        case 0x52:
          this.processStart = valueStart
          this.processEnd = valueEnd
          break
        case 0x62:
          if (scratch.warnings.length < MAX_ITEM_ENTRIES) scratch.warnings.push(reader.text())
          break
      }
    }
    return problem
  }

  /** A row for the KeyValue in `[start, end)`. */
  tag(tags: TagRows, start: number, end: number): void {
    const reader = this.#tag
    reader.open(this.#bytes, start, end)
    const row = tags.add()
    let type: number = VALUE_TYPE.string
    let textStart = 0
    let textEnd = 0
    let isTrue = 0
    let low = 0
    let high = 0
    let binaryStart = 0
    let binaryEnd = 0
    while (reader.next())
      switch (reader.tag) {
        case 0x0a:
          tags.keyStart[row] = reader.valueStart
          tags.keyEnd[row] = reader.valueEnd
          break
        case 0x10:
          type = reader.uint32()
          break
        case 0x1a:
          textStart = reader.valueStart
          textEnd = reader.valueEnd
          break
        case 0x20:
          isTrue = reader.bool() ? 1 : 0
          break
        case 0x28:
          low = reader.low
          high = reader.high
          break
        case 0x31:
          tags.double[row] = reader.double()
          break
        case 0x3a:
          binaryStart = reader.valueStart
          binaryEnd = reader.valueEnd
          break
      }
    switch (type) {
      case VALUE_TYPE.string:
        tags.set(row, TAG.string, textStart, textEnd)
        break
      case VALUE_TYPE.bool:
        tags.set(row, TAG.bool, isTrue, 0)
        break
      case VALUE_TYPE.int64:
        tags.set(row, TAG.int64, low, high)
        break
      case VALUE_TYPE.float64:
        tags.set(row, TAG.float64, 0, 0)
        break
      case VALUE_TYPE.binary:
        tags.set(row, TAG.binary, binaryStart, binaryEnd)
        break
      default:
        tags.set(row, TAG.unknown, 0, 0)
    }
  }

  #log({ logs, fields }: SpanScratch, start: number, end: number): void {
    const reader = this.#part
    const row = logs.add(fields.count)
    reader.open(this.#bytes, start, end)
    let timeStart = 0
    let timeEnd = 0
    while (reader.next())
      if (reader.tag === 0x0a) {
        timeStart = reader.valueStart
        timeEnd = reader.valueEnd
      } else if (reader.tag === 0x12) this.tag(fields, reader.valueStart, reader.valueEnd)
    logs.fieldEnd[row] = fields.count
    this.#time(timeStart, timeEnd)
    logs.timestampNano[row] = this.#timeNano ?? 0n
  }

  #reference({ references }: SpanScratch, start: number, end: number): boolean {
    const reader = this.#part
    reader.open(this.#bytes, start, end)
    const row = references.add(true)
    const at = row * REFERENCE_ID_BYTES
    let isValid = true
    while (reader.next()) {
      const { valueStart, valueEnd } = reader
      if (reader.tag === 0x0a) isValid = this.#traceId(references.ids, at, valueStart, valueEnd) && isValid
      else if (reader.tag === 0x12)
        isValid = this.#spanId(references.ids, at + TRACE_ID_BYTES, valueStart, valueEnd) && isValid
      else if (reader.tag === 0x18) references.isChildOf[row] = reader.uint32() === REF_TYPE.CHILD_OF
    }
    return isValid
  }

  /** A Timestamp or Duration into `#timeNano`: undefined where it is none that those can say. */
  #time(start: number, end: number): void {
    const reader = this.#tag
    reader.open(this.#bytes, start, end)
    let seconds = 0n
    let nanos = 0
    while (reader.next())
      if (reader.tag === 0x08) seconds = reader.high === 0 ? BigInt(reader.low) : reader.int64()
      else if (reader.tag === 0x10) nanos = reader.uint32() | 0
    this.#timeNano = nanoFromSeconds(seconds, nanos)
  }

  /** 16 bytes, or the low 8 of them. */
  #traceId(ids: Uint8Array, at: number, start: number, end: number): boolean {
    const size = end - start
    if (size !== TRACE_ID_BYTES && size !== SPAN_ID_BYTES) return size === 0
    this.#copy(ids, at + TRACE_ID_BYTES - size, start, end)
    return true
  }

  #spanId(ids: Uint8Array, at: number, start: number, end: number): boolean {
    if (end - start !== SPAN_ID_BYTES) return end === start
    this.#copy(ids, at, start, end)
    return true
  }

  #copy(ids: Uint8Array, at: number, start: number, end: number): void {
    const bytes = this.#bytes
    let to = at
    for (let from = start; from < end; from++) ids[to++] = bytes[from]!
  }
}
