// One New Relic span, read into places of the body, into the batch: its own attributes laid over those of `common`, what
// OTLP has a field for taken out of them, the rest written as they came.
import { ID_TEXT, MAX_UINT64, SPAN_KINDS, STATUS_CODES } from '@clew/model'
import { SPAN } from '../otlp/fields.ts'
import type { SpanBatchBuilder, SpanHead } from '../otlp/span-batch-builder.ts'
import { writeBool, writeDouble, writeInt, writeString, writeStringRange, writeValue } from '../otlp/write-attribute.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import type { AttributeList } from './attribute-list.ts'
import type { CommonBlock } from './common-block.ts'
import { FORMAT } from './format.ts'
import type { IdReader } from './ids.ts'
import { isOriginRole, KEY, ROLE } from './keys.ts'
import { millisOfText, readDouble, readInteger, readMillis } from './number-text.ts'
import { OriginReader } from './origins.ts'
import { readAnyValue } from './read-any-value.ts'
import type { SpanFrame } from './span-frame.ts'
import { TextPlace } from './text-place.ts'
import { VALUE } from './value-kind.ts'
import { writeEvents } from './write-events.ts'

const ROLES = Object.keys(ROLE).length
const KIND_OF_TEXT = new Map<string, number>(SPAN_KINDS.slice(1).map((kind, i) => [kind, i + 1]))

export class SpanWriter {
  readonly #bytes: Uint8Array
  readonly #builder: SpanBatchBuilder
  readonly #ids: IdReader
  readonly #origins: OriginReader
  /** For each role the list and index of its attribute, the last one; index -1 where there is none. */
  readonly #lists: AttributeList[] = []
  readonly #indexes = new Int32Array(ROLES)
  readonly #head: SpanHead
  readonly #parent = new TextPlace()
  #serial = 0
  #hasError = false

  constructor(bytes: Uint8Array, builder: SpanBatchBuilder, ids: IdReader) {
    this.#bytes = bytes
    this.#builder = builder
    this.#ids = ids
    this.#origins = new OriginReader(bytes, builder)
    const { traceId, spanId, parentSpanId } = ids
    this.#head = { traceId, spanId, parentSpanId, name: '', kind: 0, startUnixNano: undefined, endUnixNano: undefined }
  }

  /** Bytes of all origins made so far. */
  get originBytes(): number {
    return this.#origins.byteLength
  }

  /** The ids of trace and span are read; that of the parent is among the attributes. */
  write(common: CommonBlock, frame: SpanFrame): void {
    const own = frame.attributes
    this.#serial++
    const ownOrigin = this.#assign(common, own)
    this.#readParent()
    const kind = this.#kind()
    const head = this.#head
    head.name = this.#name()
    head.kind = kind
    head.startUnixNano = frame.startUnixNano
    head.endUnixNano = this.#end(frame.startUnixNano)
    this.#builder.begin(head, this.#origins.read(common, own, ownOrigin, this.#serial))
    for (const i of common.live) if (common.overriddenBy[i] !== this.#serial) this.#writeAttribute(common.attributes, i)
    for (let i = 0; i < own.count; i++) this.#writeAttribute(own, i)
    this.#writeIdTexts()
    const traceState = this.#text(ROLE.traceState)
    if (traceState !== '') this.#builder.writer.stringField(SPAN.trace_state, traceState)
    if (frame.droppedAttributes > 0)
      this.#builder.writer.uint32Field(SPAN.dropped_attributes_count, frame.droppedAttributes)
    if (frame.eventsEnd > 0) writeEvents(this.#builder.writer, this.#bytes, frame.eventsStart, frame.eventsEnd)
    const code = this.#statusCode()
    this.#builder.end(code, this.#text(ROLE.statusDescription) || (code === ERROR ? this.#errorMessage() : ''))
  }

  /** Finds the attribute of each role. Tells whether the span itself says anything of its origin. */
  #assign(common: CommonBlock, own: AttributeList): boolean {
    this.#indexes.fill(-1)
    this.#hasError = false
    let ownOrigin = false
    const hasCommon = common.live.length > 0
    for (let i = 0; i < own.count; i++) {
      const role = own.role(i)
      const shared = hasCommon ? common.place(own.keys[i]!.text) : undefined
      if (shared !== undefined) common.overriddenBy[shared] = this.#serial
      if (role === ROLE.plain) continue
      if (isOriginRole(role)) ownOrigin = true
      this.#take(own, i, role)
    }
    for (const i of common.live) {
      const role = common.attributes.role(i)
      if (role !== ROLE.plain && !isOriginRole(role) && common.overriddenBy[i] !== this.#serial)
        this.#take(common.attributes, i, role)
    }
    return ownOrigin
  }

  #take(list: AttributeList, i: number, role: number): void {
    if (list.kind(i) === VALUE.null) return
    if (role !== ROLE.error) {
      this.#lists[role] = list
      this.#indexes[role] = i
      return
    }
    const key = list.keys[i]!.text
    if (key === KEY.error && !this.#isTrueOrText(list, i)) return
    this.#hasError = true
    // The message is that of `error.message`, else the text of `error`.
    if (key === KEY.errorMessage || (key === KEY.error && this.#indexes[ROLE.error]! < 0)) {
      this.#lists[ROLE.error] = list
      this.#indexes[ROLE.error] = i
    }
  }

  #isTrueOrText(list: AttributeList, i: number): boolean {
    const kind = list.kind(i)
    if (kind !== VALUE.string) return kind === VALUE.true
    const text = this.#textOf(list, i)
    return text !== '' && text !== 'false'
  }

  #errorMessage(): string {
    if (!this.#hasError) return ''
    const text = this.#text(ROLE.error)
    return text === 'true' && this.#lists[ROLE.error]!.keys[this.#indexes[ROLE.error]!]!.text === KEY.error ? '' : text
  }

  /** What the sender says of the status as such, else what its error attributes imply. */
  #statusCode(): number {
    const implied = this.#hasError ? ERROR : 0
    const text = this.#text(ROLE.statusCode)
    if (text === '') return implied
    const said = STATUS_CODES.indexOf(text.toLowerCase().replace(/^status_code_/, '') as 'ok')
    return said > 0 ? said : implied
  }

  #kind(): number {
    const text = this.#text(ROLE.kind)
    return KIND_OF_TEXT.get(text) ?? KIND_OF_TEXT.get(text.toLowerCase()) ?? 0
  }

  /** Numbers and booleans as they are written; arrays and objects are no name. */
  #name(): string | Uint8Array {
    const i = this.#indexes[ROLE.name]!
    const list = this.#lists[ROLE.name]!
    if (i < 0 || list.kind(i) === VALUE.nested) return ''
    return list.hasEscapes(i) ? this.#textOf(list, i) : this.#bytes.subarray(list.start(i), list.end(i))
  }

  #readParent(): void {
    const i = this.#indexes[ROLE.parentId]!
    const list = this.#lists[ROLE.parentId]!
    const isText = i >= 0 && (list.kind(i) === VALUE.string || list.kind(i) === VALUE.integer)
    const place = this.#parent
    if (isText) place.set(list.start(i), list.end(i), list.hasEscapes(i) ? this.#textOf(list, i) : undefined)
    else place.set(0, 0, undefined)
    this.#ids.readParent(this.#bytes, place)
  }

  /** Undefined without a duration. An end before 1970 or after all time is the nearest there is. */
  #end(start: bigint): bigint | undefined {
    const i = this.#indexes[ROLE.durationMs]!
    const duration = i < 0 ? undefined : this.#duration(this.#lists[ROLE.durationMs]!, i)
    if (duration === undefined) return undefined
    const end = start + duration
    return end < 0n ? 0n : end > MAX_UINT64 ? MAX_UINT64 : end
  }

  /** Nanoseconds of a number of milliseconds, or of its digits in a string. */
  #duration(list: AttributeList, i: number): bigint | undefined {
    const kind = list.kind(i)
    if (kind === VALUE.string) return millisOfText(this.#textOf(list, i).trim())
    const isNumber = kind === VALUE.integer || kind === VALUE.double
    return isNumber ? readMillis(this.#bytes, list.start(i), list.end(i)) : undefined
  }

  #writeAttribute(list: AttributeList, i: number): void {
    const kind = list.kind(i)
    const { role, utf8: key } = list.keys[i]!
    if (kind === VALUE.null || (role > ROLE.error && this.#isSaidElsewhere(list, i, role, kind))) return
    const { writer } = this.#builder
    const start = list.start(i)
    const end = list.end(i)
    switch (kind) {
      case VALUE.string:
        if (list.hasEscapes(i)) writeString(writer, SPAN.attributes, key, this.#textOf(list, i))
        else writeStringRange(writer, SPAN.attributes, key, this.#bytes, start, end)
        break
      case VALUE.integer: {
        const value = readInteger(this.#bytes, start, end)
        if (value === undefined) writeDouble(writer, SPAN.attributes, key, readDouble(this.#bytes, start, end))
        else writeInt(writer, SPAN.attributes, key, value)
        break
      }
      case VALUE.double:
        writeDouble(writer, SPAN.attributes, key, readDouble(this.#bytes, start, end))
        break
      case VALUE.nested:
        writeValue(
          writer,
          SPAN.attributes,
          key,
          readAnyValue(new JsonBytesReader(FORMAT, this.#bytes, start, end), this.#bytes),
        )
        break
      default:
        writeBool(writer, SPAN.attributes, key, kind === VALUE.true)
    }
  }

  /** A field of OTLP says all of it, so that encoding gives it back from there; what says more stays as well. */
  #isSaidElsewhere(list: AttributeList, i: number, role: number, kind: number): boolean {
    switch (role) {
      case ROLE.durationMs:
        return kind === VALUE.integer || kind === VALUE.double
      case ROLE.kind:
        return kind === VALUE.string && KIND_OF_TEXT.has(this.#textOf(list, i))
      case ROLE.statusCode:
        return kind === VALUE.string && !this.#hasError && SAID_CODES.has(this.#textOf(list, i))
      case ROLE.statusDescription:
        return kind === VALUE.string && !this.#hasError
      case ROLE.name:
      case ROLE.parentId:
      case ROLE.traceState:
        return kind === VALUE.string
      default:
        return true
    }
  }

  #writeIdTexts(): void {
    const { writer } = this.#builder
    const { traceText, spanText, parentText } = this.#ids
    if (traceText !== '') writeString(writer, SPAN.attributes, ID_TEXT.trace, traceText)
    if (spanText !== '') writeString(writer, SPAN.attributes, ID_TEXT.span, spanText)
    if (parentText !== '') writeString(writer, SPAN.attributes, ID_TEXT.parentSpan, parentText)
  }

  /** The string of a role's attribute; '' when there is none or it is no string. */
  #text(role: number): string {
    const i = this.#indexes[role]!
    const list = this.#lists[role]!
    return i >= 0 && list.kind(i) === VALUE.string ? this.#textOf(list, i) : ''
  }

  #textOf(list: AttributeList, i: number): string {
    return list.text(this.#bytes, i)
  }
}

const ERROR = STATUS_CODES.indexOf('error')
const SAID_CODES = new Set(['OK', 'ERROR'])
