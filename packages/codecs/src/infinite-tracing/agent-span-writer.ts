// Spans of New Relic's agents, from whichever encoding, into a batch. An item is a span, or a link or an event of the span
// before it: agents send those as items of their own, right behind the span they belong to.
//
//   begin(traceId, intrinsics) → attributes into `writer` under `field` → end()      …      → finish()
import {
  ID_TEXT,
  MAX_UINT64,
  type Resource,
  type Scope,
  type SpanBatch,
  STATUS_CODES,
  type TextHash,
} from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { SPAN, SPAN_EVENT, SPAN_LINK } from '../otlp/fields.ts'
import { SpanBatchBuilder, type SpanHead } from '../otlp/span-batch-builder.ts'
import { writeString } from '../otlp/write-attribute.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { AgentIds } from './agent-ids.ts'
import type { AgentValue } from './attribute-entry.ts'
import type { IntrinsicKey, Intrinsics } from './span-intrinsics.ts'
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
/** No parent: nothing, or the zeros that some tracers write for it. */
const NO_PARENT = /^0*$/

export class AgentSpanWriter {
  /** Where the attributes of the item go that was begun. */
  field: number = SPAN.attributes
  readonly #options: AgentSpanOptions
  readonly #builder: SpanBatchBuilder
  readonly #ids: AgentIds
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
    this.#ids = new AgentIds(options.hash)
  }

  get writer(): ProtobufWriter {
    return this.#builder.writer
  }

  /**
   * Starts an item; false when it cannot be kept, and then no attributes are written. `traceText` is the trace id that
   * stands beside the intrinsics, '' where the encoding has none. What is taken of the intrinsics is taken out.
   */
  begin(traceText: string, intrinsics: Intrinsics): boolean {
    this.#index++
    switch (intrinsics.get('type')) {
      case 'SpanLink':
        return this.#beginLink(intrinsics)
      case 'SpanEvent':
        return this.#beginEvent(intrinsics)
      case 'Span':
        intrinsics.remove('type')
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

  /** Ends the item that was begun: writes what is left of its intrinsics. */
  end(intrinsics: Intrinsics): void {
    intrinsics.visit((key, value) => writeAgentValue(this.writer, this.field, key, value))
    if (this.#nested === undefined) return
    this.writer.close(this.#nested)
    this.#nested = undefined
  }

  /** Takes back the item that was begun, since it turns out to be broken. A link or an event takes its span with it. */
  discard(problem: string): void {
    this.#builder.discard()
    this.#nested = undefined
    this.#isOpen = false
    this.#reject(problem)
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

  #beginSpan(besideText: string, intrinsics: Intrinsics): boolean {
    this.#closeSpan()
    let traceText = besideText
    if (traceText === '' || intrinsics.get('traceId') === traceText)
      traceText = intrinsics.takeText('traceId') || traceText
    const spanText = intrinsics.takeText('guid')
    if (traceText === '' || spanText === '') {
      this.#reject(`${traceText === '' ? 'traceId' : 'guid'}: expected a text, got none`)
      return false
    }
    const head = this.#head
    const ids = this.#ids
    const parentText = intrinsics.takeText('parentId')
    head.traceId = ids.trace(traceText)
    const span = ids.hexSpan(spanText)
    const parent = NO_PARENT.test(parentText) ? NO_ID : ids.hexSpan(parentText)
    head.spanId = span ?? ids.textSpan(spanText)
    head.parentSpanId = parent ?? ids.textSpan(parentText)
    head.name = intrinsics.takeText('name')
    head.kind = intrinsics.takeKind()
    this.#setTimes(intrinsics)
    const resource = this.#resourceOf(intrinsics.takeText('appName'))
    this.#builder.begin(head, this.#builder.origin(resource, NO_SCOPE))
    this.#traceText = traceText
    this.#spanText = spanText
    this.#isOpen = true
    this.#status = STATUS_UNSET
    this.#statusMessage = ''
    this.field = SPAN.attributes
    if (!ids.isTraceHex) this.#writeIdText(ID_TEXT.trace, traceText)
    if (span === undefined) this.#writeIdText(ID_TEXT.span, spanText)
    if (parent === undefined) this.#writeIdText(ID_TEXT.parentSpan, parentText)
    return true
  }

  #beginLink(intrinsics: Intrinsics): boolean {
    if (!this.#isOfOpenSpan(intrinsics, 'id')) return false
    const traceText = intrinsics.takeText('linkedTraceId')
    const spanText = intrinsics.takeText('linkedSpanId')
    if (traceText === '' || spanText === '') {
      this.#reject(`${traceText === '' ? 'linkedTraceId' : 'linkedSpanId'}: expected a text, got none`)
      return false
    }
    const ids = this.#ids
    const traceId = ids.trace(traceText)
    const span = ids.hexSpan(spanText)
    this.#nested = this.writer.open(SPAN.links)
    this.field = SPAN_LINK.attributes
    this.writer.bytesField(SPAN_LINK.trace_id, traceId)
    this.writer.bytesField(SPAN_LINK.span_id, span ?? ids.textSpan(spanText))
    if (!ids.isTraceHex) this.#writeIdText(ID_TEXT.trace, traceText)
    if (span === undefined) this.#writeIdText(ID_TEXT.span, spanText)
    return true
  }

  #beginEvent(intrinsics: Intrinsics): boolean {
    if (!this.#isOfOpenSpan(intrinsics, 'span.id')) return false
    this.#nested = this.writer.open(SPAN.events)
    this.field = SPAN_EVENT.attributes
    const time = intrinsics.takeMillis('timestamp')
    if (time !== undefined) this.writer.fixed64Field(SPAN_EVENT.time_unix_nano, time)
    this.writer.stringField(SPAN_EVENT.name, intrinsics.takeText('name'))
    return true
  }

  /** Whether a link or event belongs to the span before it; takes out what says so. */
  #isOfOpenSpan(intrinsics: Intrinsics, spanKey: IntrinsicKey): boolean {
    const type = intrinsics.takeText('type')
    const spanText = intrinsics.takeText(spanKey)
    const traceText = intrinsics.takeText('trace.id')
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

  /** A duration without a start has no end: it stays an attribute. */
  #setTimes(intrinsics: Intrinsics): void {
    const start = intrinsics.takeMillis('timestamp')
    const duration = start === undefined ? undefined : intrinsics.takeSeconds('duration')
    this.#head.startUnixNano = start
    this.#head.endUnixNano = start === undefined || duration === undefined ? undefined : endOf(start, duration)
  }

  #writeIdText(key: string, text: string): void {
    writeString(this.writer, this.field, key, text)
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

function endOf(start: bigint, duration: bigint): bigint {
  const end = start + duration
  return end > MAX_UINT64 ? MAX_UINT64 : end
}
