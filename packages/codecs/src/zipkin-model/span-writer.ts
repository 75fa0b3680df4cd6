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
import { MEANING, type TagKey, tagKeyOf } from './tag-keys.ts'
import { isUnixNano, microsFromHalves, nanosFromMicros } from './times.ts'
import { writeEndpoints } from './write-endpoints.ts'
import { writeEvents, writeLinks, writeTags } from './write-tags.ts'

const NO_ID = new Uint8Array(0)

const KEEP_ALL: NonNullable<ZipkinDecodeOptions['keep']> = () => true

export class ZipkinSpanWriter {
  readonly #builder: SpanBatchBuilder
  readonly #origins: OriginCache
  readonly #keep: NonNullable<ZipkinDecodeOptions['keep']>
  readonly #errorTags: boolean
  readonly #special = new SpecialTags()
  /** Of the tags of the span that is written, by row. */
  readonly #keys: TagKey[] = []
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
    this.#readKeys(span)
    special.settle(span)
    if (this.#errorTags) failByErrorTags(span, special)
    builder.begin(this.#headOf(span), this.#originOf(span))
    writeTags(writer, span, this.#keys, special)
    writeEndpoints(writer, span, special)
    this.#writeFlags(span)
    if (span.annotationValues.count > 0) writeEvents(writer, span)
    const { traceState, links } = special
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

  #readKeys({ tagKeys, tagTypes }: SpanScratch): void {
    const special = this.#special
    special.clear()
    for (let row = 0; row < tagKeys.count; row++) {
      const key = tagKeyOf(tagKeys.bytes[row]!, tagKeys.start[row]!, tagKeys.end[row]!, this.#keys[row])
      this.#keys[row] = key
      if (key.meaning > MEANING.reserved && tagTypes[row] === TAG_TYPE.string) special.found(key.meaning, row)
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
    if ((span.timestampLow | span.timestampHigh) === 0) return head
    const start = nanosFromMicros(microsFromHalves(span.timestampLow, span.timestampHigh))
    if (!isUnixNano(start)) return head
    head.startUnixNano = start
    if (span.hasDuration) {
      const end = start + nanosFromMicros(microsFromHalves(span.durationLow, span.durationHigh))
      if (isUnixNano(end)) head.endUnixNano = end
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
    const { scopeName, scopeVersion, serviceName } = this.#special
    if (scopeName >= 0) addRow(origins, ROLE.scopeName, span, scopeName)
    if (scopeVersion >= 0) addRow(origins, ROLE.scopeVersion, span, scopeVersion)
    if (serviceName >= 0) addRow(origins, ROLE.serviceNameTag, span, serviceName)
    for (let row = 0; row < tagKeys.count; row++) {
      const key = this.#keys[row]!
      if (key.meaning !== MEANING.resource || tagTypes[row] !== TAG_TYPE.string) continue
      if (!origins.add(ROLE.tagKey, key.bytes, 0, key.bytes.length)) continue
      // What is no UTF-8 stays on the span, where it is mended and the original kept.
      if (origins.add(ROLE.tagValue, tagValues.bytes[row]!, tagValues.start[row]!, tagValues.end[row]!))
        this.#special.take(row)
      else origins.dropKey(key.bytes)
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
  origins.add(role, tagValues.bytes[row]!, tagValues.start[row]!, tagValues.end[row]!)
}
