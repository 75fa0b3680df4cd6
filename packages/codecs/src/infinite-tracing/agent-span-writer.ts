// Spans of New Relic's agents, from whichever encoding, into a batch. An item is a span, or a link or an event of the span
// before it: agents send those as items of their own, right behind the span they belong to.
//
//   begin(traceId, intrinsics) → attributes into `writer` under `field` → end()      …      → finish()
import {
  bytesFromHex,
  hexFromBytes,
  hexSpanId,
  hexTraceId,
  ID_TEXT,
  MAX_UINT64,
  type Resource,
  type Scope,
  type SpanBatch,
  STATUS_CODES,
  type TextHash,
  textSpanId,
  textTraceId,
} from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { SPAN, SPAN_EVENT, SPAN_LINK } from '../otlp/fields.ts'
import { SpanBatchBuilder, type SpanHead } from '../otlp/span-batch-builder.ts'
import { writeString } from '../otlp/write-attribute.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import type { AgentValue } from './attribute-entry.ts'
import { type Intrinsics, takeKind, takeMillis, takeSeconds, takeText } from './span-intrinsics.ts'
import { writeAgentValue } from './write-agent-value.ts'

export interface AgentSpanOptions {
  /** Makes ids of texts that are no hex. */
  readonly hash: TextHash
  /** Who sends. A span that names its application itself (`appName`) has that as its service. */
  readonly resource: Resource
  readonly reserve?: ReserveMemory
}

const NO_SCOPE: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const NO_ID = new Uint8Array(8)
/** To leave an item out takes longer than its two bytes do: who sends that many sends no spans. */
const MAX_LEFT_OUT = 10_000
/** Of one message or harvest: ten times what agents send in one piece, and what is decoded in about a second. */
const MAX_ITEMS = 100_000
/** What a resource takes while a batch is made, as objects and as bytes. */
const RESOURCE_BYTES = 2_048
const STATUS_UNSET = STATUS_CODES.indexOf('unset')
const STATUS_ERROR = STATUS_CODES.indexOf('error')

export class AgentSpanWriter {
  /** Where the attributes of the item go that was begun. */
  field: number = SPAN.attributes
  readonly #options: AgentSpanOptions
  readonly #builder: SpanBatchBuilder
  readonly #resources = new Map<string, Resource>()
  readonly #head: SpanHead = {
    traceId: NO_ID,
    spanId: NO_ID,
    parentSpanId: NO_ID,
    name: '',
    kind: 0,
    startUnixNano: undefined,
    endUnixNano: undefined,
  }
  #intrinsics: Intrinsics = new Map()
  /** Texts of the ids of the span that is open; it stays so until the next one, since links and events may follow. */
  #traceText = ''
  #spanText = ''
  #isOpen = false
  #status = STATUS_UNSET
  #statusMessage = ''
  /** Place of the link or event that is being written, undefined while it is the span itself. */
  #nested: number | undefined
  /** Of the item, from 0. */
  #index = -1
  #rejected = 0
  #reason = ''

  constructor(options: AgentSpanOptions) {
    this.#options = options
    this.#builder = new SpanBatchBuilder(undefined, options.reserve)
  }

  get writer(): ProtobufWriter {
    return this.#builder.writer
  }

  /**
   * Starts an item; false when it cannot be kept, and then no attributes are written. `traceText` is the trace id that
   * stands beside the intrinsics, '' where the encoding has none. The intrinsics are taken over.
   */
  begin(traceText: string, intrinsics: Intrinsics): boolean {
    this.#index++
    this.#intrinsics = intrinsics
    switch (intrinsics.get('type')) {
      case 'SpanLink':
        return this.#beginLink(intrinsics)
      case 'SpanEvent':
        return this.#beginEvent(intrinsics)
      case 'Span':
        intrinsics.delete('type')
    }
    return this.#beginSpan(traceText, intrinsics)
  }

  /** To be called for an attribute whose key is `error` or begins with `error.`: it decides the status of the span. */
  noteError(key: string, value: AgentValue): void {
    if (this.#nested !== undefined || (key !== 'error' && !key.startsWith('error.'))) return
    if (key === 'error' && (value === false || value === '')) return
    this.#status = STATUS_ERROR
    if (key === 'error.message' && typeof value === 'string') this.#statusMessage = value
  }

  /** Ends the item that was begun: writes the intrinsics that are left, which thus win over other attributes. */
  end(): void {
    for (const [key, value] of this.#intrinsics) {
      this.noteError(key, value)
      writeAgentValue(this.writer, this.field, key, value)
    }
    if (this.#nested === undefined) return
    this.writer.close(this.#nested)
    this.#nested = undefined
  }

  /** Counts an item that cannot be begun, or a whole message of them. */
  leaveOut(problem: string): void {
    this.#index++
    this.#reject(problem)
  }

  /** Why no further item is to be looked at; '' while one may be. */
  get limit(): string {
    if (this.#rejected > MAX_LEFT_OUT) return 'expected spans, got too much that is none'
    return this.#index + 1 < MAX_ITEMS ? '' : `expected at most ${MAX_ITEMS} spans, links and events, got more`
  }

  /** The writer is not used again. */
  finish(): Decoded<SpanBatch> {
    this.#closeSpan()
    const reason =
      this.#rejected === 0
        ? ''
        : `${this.#rejected} item${this.#rejected === 1 ? ' was' : 's were'} left out; the first is ${this.#reason}`
    return { batch: this.#builder.build(), rejected: this.#rejected, reason }
  }

  #beginSpan(traceText: string, intrinsics: Intrinsics): boolean {
    this.#closeSpan()
    if (traceText === '' || intrinsics.get('traceId') === traceText)
      traceText = takeText(intrinsics, 'traceId') || traceText
    const spanText = takeText(intrinsics, 'guid')
    if (traceText === '' || spanText === '') {
      this.#reject(`${traceText === '' ? 'traceId' : 'guid'}: expected a text, got none`)
      return false
    }
    const head = this.#head
    const parentText = takeText(intrinsics, 'parentId')
    this.#setIds(traceText, spanText, parentText)
    head.name = takeText(intrinsics, 'name')
    head.kind = takeKind(intrinsics)
    this.#setTimes(intrinsics)
    const resource = this.#resourceOf(takeText(intrinsics, 'appName'))
    this.#builder.begin(head, this.#builder.origin(resource, NO_SCOPE))
    this.#isOpen = true
    this.#status = STATUS_UNSET
    this.#statusMessage = ''
    this.field = SPAN.attributes
    this.#writeIdTexts(traceText, spanText, parentText)
    return true
  }

  #beginLink(intrinsics: Intrinsics): boolean {
    if (!this.#isOfOpenSpan(intrinsics, 'id')) return false
    const traceText = takeText(intrinsics, 'linkedTraceId')
    const spanText = takeText(intrinsics, 'linkedSpanId')
    if (traceText === '' || spanText === '') {
      this.#reject(`${traceText === '' ? 'linkedTraceId' : 'linkedSpanId'}: expected a text, got none`)
      return false
    }
    const traceId = this.#traceId(traceText)
    this.#nested = this.writer.open(SPAN.links)
    this.field = SPAN_LINK.attributes
    this.writer.bytesField(SPAN_LINK.trace_id, traceId)
    this.writer.bytesField(SPAN_LINK.span_id, this.#spanId(traceId, spanText))
    this.#writeIdTexts(traceText, spanText, '')
    return true
  }

  #beginEvent(intrinsics: Intrinsics): boolean {
    if (!this.#isOfOpenSpan(intrinsics, 'span.id')) return false
    this.#nested = this.writer.open(SPAN.events)
    this.field = SPAN_EVENT.attributes
    const time = takeMillis(intrinsics, 'timestamp')
    if (time !== undefined) this.writer.fixed64Field(SPAN_EVENT.time_unix_nano, time)
    this.writer.stringField(SPAN_EVENT.name, takeText(intrinsics, 'name'))
    return true
  }

  /** Whether a link or event belongs to the span before it; takes out what says so. */
  #isOfOpenSpan(intrinsics: Intrinsics, spanKey: string): boolean {
    const type = takeText(intrinsics, 'type')
    const spanText = takeText(intrinsics, spanKey)
    const traceText = takeText(intrinsics, 'trace.id')
    if (this.#isOpen && spanText === this.#spanText && traceText === this.#traceText) return true
    this.#reject(`${type}: expected it right behind its span, got it behind another`)
    return false
  }

  #reject(problem: string): void {
    if (this.#rejected++ === 0) this.#reason = `item ${this.#index}: ${problem}`
  }

  #closeSpan(): void {
    if (this.#isOpen) this.#builder.end(this.#status, this.#statusMessage)
    this.#isOpen = false
  }

  #setIds(traceText: string, spanText: string, parentText: string): void {
    const head = this.#head
    // Spans of one trace come together, mostly.
    if (traceText !== this.#traceText) head.traceId = this.#traceId(traceText)
    this.#traceText = traceText
    this.#spanText = spanText
    head.spanId = this.#spanId(head.traceId, spanText)
    head.parentSpanId = isNone(parentText) ? NO_ID : this.#spanId(head.traceId, parentText)
  }

  /** A duration without a start has no end: it stays an attribute. */
  #setTimes(intrinsics: Intrinsics): void {
    const start = takeMillis(intrinsics, 'timestamp')
    const duration = start === undefined ? undefined : takeSeconds(intrinsics, 'duration')
    this.#head.startUnixNano = start
    this.#head.endUnixNano = start === undefined || duration === undefined ? undefined : endOf(start, duration)
  }

  #traceId(text: string): Uint8Array {
    const hex = hexTraceId(text)
    return hex === undefined ? textTraceId(this.#options.hash, text) : bytesFromHex(hex)!
  }

  #spanId(traceId: Uint8Array, text: string): Uint8Array {
    const hex = hexSpanId(text)
    return hex === undefined
      ? textSpanId(this.#options.hash, hexFromBytes(traceId, 0, traceId.length), text)
      : bytesFromHex(hex)!
  }

  #writeIdTexts(traceText: string, spanText: string, parentText: string): void {
    if (hexTraceId(traceText) === undefined) writeString(this.writer, this.field, ID_TEXT.trace, traceText)
    if (hexSpanId(spanText) === undefined) writeString(this.writer, this.field, ID_TEXT.span, spanText)
    if (!isNone(parentText) && hexSpanId(parentText) === undefined)
      writeString(this.writer, this.field, ID_TEXT.parentSpan, parentText)
  }

  #resourceOf(application: string): Resource {
    const { resource } = this.#options
    if (application === '') return resource
    let named = this.#resources.get(application)
    if (named === undefined) {
      this.#options.reserve?.(RESOURCE_BYTES + 2 * application.length)
      const others = resource.attributes.filter(({ key }) => key !== 'service.name')
      const name = { key: 'service.name', value: { type: 'string', value: application } } as const
      named = { ...resource, attributes: [name, ...others] }
      this.#resources.set(application, named)
    }
    return named
  }
}

/** No parent: nothing, or the zeros that some tracers write for it. */
function isNone(parentText: string): boolean {
  return /^0*$/.test(parentText)
}

function endOf(start: bigint, duration: bigint): bigint {
  const end = start + duration
  return end > MAX_UINT64 ? MAX_UINT64 : end
}
