// One span of Jaeger's JSON into the scratch. Its strings go into a buffer of their own, which the scratch points into.
import { REFERENCE_ID_BYTES, type SpanScratch } from '../jaeger-model/span-scratch.ts'
import { MAX_ITEM_ENTRIES } from '../otlp/fields.ts'
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { decodeTags } from './decode-tag.ts'
import type { TextBuffer } from './text-buffer.ts'

const INTEGER = /^-?\d{1,19}$/
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

export class SpanDecoder {
  /** What the span says of its process: its id in the trace, or where the process itself stands. */
  processId = ''
  processStart = 0
  processEnd = 0
  processPath = ''
  readonly #scratch: SpanScratch
  readonly #text: TextBuffer
  #problem = ''

  constructor(scratch: SpanScratch, text: TextBuffer) {
    this.#scratch = scratch
    this.#text = text
  }

  /** Reads the span that `reader` stands at; gives what is wrong with its ids, '' when they are well. */
  decode(reader: JsonBytesReader): string {
    const scratch = this.#scratch
    scratch.clear()
    this.#text.clear()
    this.processId = ''
    this.processStart = 0
    this.processEnd = 0
    this.#problem = ''
    reader.openObject()
    while (reader.nextKey()) this.#field(reader, reader.key())
    scratch.bytes = this.#text.bytes
    return this.#problem
  }

  #field(reader: JsonBytesReader, key: string): void {
    const scratch = this.#scratch
    switch (key) {
      case 'traceID':
        this.#id(reader, 'trace id', scratch.traceId, 0, TRACE_ID_BYTES)
        break
      case 'spanID':
        this.#id(reader, 'span id', scratch.spanId, 0, SPAN_ID_BYTES)
        break
      case 'parentSpanID':
        this.#id(reader, 'parent span id', scratch.parentSpanId, 0, SPAN_ID_BYTES)
        break
      case 'operationName':
        if (reader.takeNull()) break
        reader.string()
        this.#text.putValue(reader)
        scratch.nameStart = this.#text.start
        scratch.nameEnd = this.#text.end
        break
      case 'references':
        this.#list(reader, () => this.#reference(reader))
        break
      case 'flags':
        scratch.flags = Number(BigInt.asUintN(32, integer(reader) ?? 0n))
        break
      case 'startTime':
        scratch.startNano = (integer(reader) ?? 0n) * 1000n
        break
      case 'duration': {
        const micros = integer(reader)
        scratch.durationNano = micros === undefined ? undefined : micros * 1000n
        break
      }
      case 'tags':
        decodeTags(reader, this.#text, scratch.tags)
        break
      case 'logs':
        this.#list(reader, () => this.#log(reader))
        break
      case 'processID':
        if (reader.takeNull()) break
        reader.string()
        this.processId = reader.text()
        break
      case 'process':
        this.processPath = reader.path()
        reader.skip()
        this.processStart = reader.valueStart
        this.processEnd = reader.valueEnd
        break
      case 'warnings':
        this.#list(reader, () => {
          reader.string()
          if (scratch.warnings.length < MAX_ITEM_ENTRIES) scratch.warnings.push(reader.text())
        })
        break
      default:
        reader.skip()
    }
  }

  #list(reader: JsonBytesReader, decodeItem: () => void): void {
    if (reader.takeNull()) return
    reader.openArray()
    while (reader.nextItem()) decodeItem()
  }

  #reference(reader: JsonBytesReader): void {
    const { references } = this.#scratch
    const row = references.add(true)
    const at = row * REFERENCE_ID_BYTES
    reader.openObject()
    while (reader.nextKey())
      switch (reader.key()) {
        case 'refType':
          reader.string()
          references.isChildOf[row] = reader.text() === 'CHILD_OF'
          break
        case 'traceID':
          this.#id(reader, 'trace id of a reference', references.ids, at, TRACE_ID_BYTES)
          break
        case 'spanID':
          this.#id(reader, 'span id of a reference', references.ids, at + TRACE_ID_BYTES, SPAN_ID_BYTES)
          break
        default:
          reader.skip()
      }
  }

  #log(reader: JsonBytesReader): void {
    const { logs, fields } = this.#scratch
    const row = logs.add(fields.count)
    reader.openObject()
    while (reader.nextKey())
      switch (reader.key()) {
        case 'timestamp':
          logs.timestampNano[row] = (integer(reader) ?? 0n) * 1000n
          break
        case 'fields':
          decodeTags(reader, this.#text, fields)
          break
        default:
          reader.skip()
      }
    logs.fieldEnd[row] = fields.count
  }

  /** Hex digits without the zeros in front of them, as older versions write ids, or with. */
  #id(reader: JsonBytesReader, what: string, ids: Uint8Array, at: number, size: number): void {
    if (reader.takeNull()) return
    reader.string()
    const digits = reader.text()
    if (digits === '') return
    if (digits.length > 2 * size || !setHex(ids, at + size, digits))
      this.#problem ||= `${what}: expected at most ${2 * size} hex digits, got ${JSON.stringify(digits.slice(0, 40))}`
  }
}

/** Writes the digits so that they end before `end`; false when they are no hex. */
function setHex(ids: Uint8Array, end: number, digits: string): boolean {
  let to = end - 1
  for (let i = digits.length - 1; i >= 0; i -= 2, to--) {
    const low = hexDigit(digits.charCodeAt(i))
    const high = i > 0 ? hexDigit(digits.charCodeAt(i - 1)) : 0
    if (low < 0 || high < 0) return false
    ids[to] = (high << 4) | low
  }
  return true
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** A whole number, also one written as a text or with a fraction, which is cut; undefined for null. */
function integer(reader: JsonBytesReader): bigint | undefined {
  if (reader.takeNull()) return undefined
  if (reader.kind() === 'string') reader.string()
  else reader.number()
  const digits = reader.text()
  const whole = INTEGER.test(digits) ? BigInt(digits) : undefined
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) return whole
  const number = Math.trunc(Number(digits))
  if (digits === '' || !Number.isSafeInteger(number)) reader.fail(`expected a whole number, got ${digits.slice(0, 40)}`)
  return BigInt(number)
}
