// The second half of every Zipkin decoder: a span in the scratch becomes a row of the batch, by the mapping in README.md.
import { ID_TEXT, isZeroId, type SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { SPAN } from '../otlp/fields.ts'
import { SpanBatchBuilder, type SpanHead } from '../otlp/span-batch-builder.ts'
import { writeBool, writeInt, writeString } from '../otlp/write-attribute.ts'
import { ZIPKIN_KEY } from './attribute-keys.ts'
import type { ZipkinDecodeOptions } from './decode-options.ts'
import { failByErrorTags } from './error-tags.ts'
import { OriginCache, ROLE } from './origin-cache.ts'
import { type SpanScratch, TAG_TYPE, type TextPlace } from './span-scratch.ts'
import { SpecialTags } from './special-tags.ts'
import { MEANING } from './tag-keys.ts'
import { laterNanos, microsFromHalves, nanosFromHalves } from './times.ts'
import { writeEndpoints } from './write-endpoints.ts'
import { writeEvents } from './write-events.ts'
import { writeLinks, writeTags } from './write-tags.ts'

const NO_ID = new Uint8Array(0)

const KEEP_ALL: NonNullable<ZipkinDecodeOptions['keep']> = () => true

export class ZipkinSpanWriter {
  readonly #builder: SpanBatchBuilder
  readonly #origins: OriginCache
  readonly #keep: NonNullable<ZipkinDecodeOptions['keep']>
  readonly #errorTags: boolean
  readonly #special = new SpecialTags()
  readonly #head: SpanHead = {
    traceId: NO_ID,
    spanId: NO_ID,
    parentSpanId: NO_ID,
    name: NO_ID,
    kind: 0,
    startUnixNano: undefined,
    endUnixNano: undefined,
  }
  /** Spans given to `write`, and how many of them were left out for what they are. */
  #count = 0
  #rejected = 0
  #firstReason = ''

  constructor(expectedBytes: number, options: ZipkinDecodeOptions) {
    this.#builder = new SpanBatchBuilder(expectedBytes, options.reserve)
    this.#origins = new OriginCache(this.#builder)
    this.#keep = options.keep ?? KEEP_ALL
    this.#errorTags = options.errorTags === true
  }

  /** Takes the span that the scratch holds; one that cannot be kept is counted, with why. */
  write(span: SpanScratch): void {
    const index = this.#count++
    const problem = span.problem || problemOfIds(span)
    if (problem !== '') {
      if (this.#rejected++ === 0) this.#firstReason = `span ${index}: ${problem}`
    } else if (span.debug || this.#keep(span.traceId)) this.#write(span)
  }

  /** Ends the batch; the writer is not used again. */
  finish(): Decoded<SpanBatch> {
    const rejected = this.#rejected
    const reason =
      rejected === 0
        ? ''
        : `${rejected} span${rejected === 1 ? ' was' : 's were'} rejected; the first is ${this.#firstReason}`
    return { batch: this.#builder.build(), rejected, reason }
  }

  #write(span: SpanScratch): void {
    const builder = this.#builder
    const { writer } = builder
    const special = this.#special
    this.#findSpecial(span)
    special.settle(span)
    if (this.#errorTags) failByErrorTags(span, special)
    builder.begin(this.#headOf(span), this.#originOf(span))
    writeTags(writer, span, special)
    writeEndpoints(writer, span, special)
    this.#writeFlags(span)
    if (span.annotationValues.count > 0) writeEvents(writer, span)
    const { links } = special
    const traceState = special.row(MEANING.traceState)
    if (traceState >= 0) {
      const { bytes, start, end } = span.tagValues
      writer.rangeField(SPAN.trace_state, bytes[traceState]!, start[traceState]!, end[traceState]!)
    }
    if (special.droppedAttributes > 0) writer.uint32Field(SPAN.dropped_attributes_count, special.droppedAttributes)
    if (special.droppedEvents > 0) writer.uint32Field(SPAN.dropped_events_count, special.droppedEvents)
    if (special.droppedLinks > 0) writer.uint32Field(SPAN.dropped_links_count, special.droppedLinks)
    if (links.length > 0) writeLinks(writer, links)
    builder.end(special.statusCode, special.statusMessage)
  }

  #findSpecial({ tagKeys, tagTypes }: SpanScratch): void {
    const special = this.#special
    special.clear()
    for (let row = 0; row < tagKeys.count; row++) {
      const { meaning } = tagKeys.items[row]!
      if (meaning > MEANING.reserved && tagTypes[row] === TAG_TYPE.string) special.found(meaning, row)
    }
  }

  #headOf(span: SpanScratch): SpanHead {
    const head = this.#head
    const { name } = span
    head.traceId = span.traceId
    head.spanId = span.spanId
    head.parentSpanId = span.parentSpanId
    head.name = name.isEmpty ? NO_ID : name.bytes.subarray(name.start, name.end)
    head.kind = span.kind
    head.startUnixNano = undefined
    head.endUnixNano = undefined
    if ((span.timestampLow | span.timestampHigh) !== 0) {
      head.startUnixNano = nanosFromHalves(span.timestampLow, span.timestampHigh)
      if (span.hasDuration && head.startUnixNano !== undefined)
        head.endUnixNano = laterNanos(head.startUnixNano, span.durationLow, span.durationHigh)
    }
    return head
  }

  #originOf(span: SpanScratch): number {
    const origins = this.#origins
    const { local, tagKeys, tagValues, tagTypes } = span
    origins.clear()
    addPlace(origins, ROLE.serviceName, local.serviceName)
    addPlace(origins, ROLE.ipv4, local.ipv4)
    addPlace(origins, ROLE.ipv6, local.ipv6)
    addRow(origins, ROLE.scopeName, span, this.#special.row(MEANING.scopeName))
    addRow(origins, ROLE.scopeVersion, span, this.#special.row(MEANING.scopeVersion))
    addRow(origins, ROLE.serviceNameTag, span, this.#special.row(MEANING.serviceName))
    for (let row = 0; row < tagKeys.count; row++) {
      const key = tagKeys.items[row]!
      if (key.meaning !== MEANING.resource || tagTypes[row] !== TAG_TYPE.string) continue
      // What is no UTF-8 stays on the span, where it is mended and the original kept.
      if (origins.addTag(key, tagValues.bytes[row]!, tagValues.start[row]!, tagValues.end[row]!))
        this.#special.take(row)
    }
    return origins.find()
  }

  /** What OTLP has no field for, as attributes. */
  #writeFlags(span: SpanScratch): void {
    const { writer } = this.#builder
    const { startUnixNano, endUnixNano } = this.#head
    if (span.debug) writeBool(writer, SPAN.attributes, ZIPKIN_KEY.debug, true)
    if (span.shared) writeBool(writer, SPAN.attributes, ZIPKIN_KEY.shared, true)
    if (startUnixNano === undefined && (span.timestampLow | span.timestampHigh) !== 0) {
      const timestamp = microsFromHalves(span.timestampLow, span.timestampHigh)
      writeInt(writer, SPAN.attributes, ZIPKIN_KEY.timestamp, timestamp)
    }
    if (endUnixNano === undefined && span.hasDuration) {
      const duration = microsFromHalves(span.durationLow, span.durationHigh)
      writeInt(writer, SPAN.attributes, ZIPKIN_KEY.duration, duration)
    }
    if (span.traceIdText !== '') writeString(writer, SPAN.attributes, ID_TEXT.trace, span.traceIdText)
    if (span.spanIdText !== '') writeString(writer, SPAN.attributes, ID_TEXT.span, span.spanIdText)
    if (span.parentSpanIdText !== '') writeString(writer, SPAN.attributes, ID_TEXT.parentSpan, span.parentSpanIdText)
  }
}

function problemOfIds(span: SpanScratch): string {
  if (isZeroId(span.traceId, 0, 16)) return 'traceId is missing or all zeros'
  return isZeroId(span.spanId, 0, 8) ? 'id is missing or all zeros' : ''
}

function addPlace(origins: OriginCache, role: number, place: TextPlace): void {
  if (!place.isEmpty) origins.add(role, place.bytes, place.start, place.end)
}

function addRow(origins: OriginCache, role: number, { tagValues }: SpanScratch, row: number): void {
  if (row >= 0) origins.add(role, tagValues.bytes[row]!, tagValues.start[row]!, tagValues.end[row]!)
}
