// The second half of every Jaeger decoder: a span in the scratch becomes a row of the batch, by the mapping in README.md.
import { isZeroId, type Resource, type Scope } from '@clew/model'
import { SPAN, SPAN_EVENT } from '../otlp/fields.ts'
import type { SpanBatchBuilder, SpanHead } from '../otlp/span-batch-builder.ts'
import { writeInt, writeValue } from '../otlp/write-attribute.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { JAEGER_FLAG } from './jaeger-span.ts'
import { settleParent, writeLinks } from './references.ts'
import { type SpanScratch, TAG, type TagRows } from './span-scratch.ts'
import { isAt, SpecialTags, takeCount } from './special-tags.ts'
import { EVENT_KEY, KEPT_KEY, TAG_KEY } from './tag-keys.ts'
import { isUnixNano, microsFromNano } from './times.ts'
import { valueText, writeTag } from './write-tag.ts'

const EVENT = encodeUtf8(EVENT_KEY)
const DROPPED = encodeUtf8(TAG_KEY.droppedAttributes)
const NO_SCOPE: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const NO_BYTES = new Uint8Array(0)

export class JaegerSpanWriter {
  rejected = 0
  readonly #builder: SpanBatchBuilder
  readonly #special = new SpecialTags()
  readonly #scopes = new Map<string, Scope>()
  /** Spans of one scope come together. */
  #lastScope: { name: Uint8Array; version: Uint8Array; scope: Scope } = {
    name: NO_BYTES,
    version: NO_BYTES,
    scope: NO_SCOPE,
  }
  readonly #head: SpanHead
  #firstReason = ''

  constructor(builder: SpanBatchBuilder) {
    this.#builder = builder
    this.#head = {
      traceId: NO_BYTES,
      spanId: NO_BYTES,
      parentSpanId: NO_BYTES,
      name: NO_BYTES,
      kind: 0,
      startUnixNano: undefined,
      endUnixNano: undefined,
    }
  }

  /** Why spans were left out, with the first of them; '' when none was. */
  get reason(): string {
    if (this.rejected === 0) return ''
    return `${this.rejected} span${this.rejected === 1 ? ' was' : 's were'} rejected; the first is ${this.#firstReason}`
  }

  /** Leaves a span out. `index` counts the spans of the request from 0; `problem` says what was expected and what came. */
  reject(index: number, problem: string): void {
    if (this.rejected++ === 0) this.#firstReason = `span ${index} of the request: ${problem}`
  }

  /** A row of the batch, or a rejection. Tags that a field of OTLP took are marked in the scratch. */
  write(span: SpanScratch, resource: Resource, index: number): void {
    if (isZeroId(span.traceId, 0, 16)) this.reject(index, 'trace id: expected 8 or 16 bytes, not all zero, got zeros')
    else if (isZeroId(span.spanId, 0, 8)) this.reject(index, 'span id: expected 8 bytes, not all zero, got zeros')
    else this.#write(span, resource)
  }

  #write(span: SpanScratch, resource: Resource): void {
    const builder = this.#builder
    const special = this.#special
    const { writer } = builder
    special.find(span.bytes, span.tags)
    const parent = settleParent(span)
    const head = this.#head
    head.traceId = span.traceId
    head.spanId = span.spanId
    head.parentSpanId = span.parentSpanId
    head.kind = special.kind
    const endNano = span.startNano + (span.durationNano ?? 0n)
    const hasStart = isUnixNano(span.startNano)
    const hasEnd = span.durationNano !== undefined && isUnixNano(endNano)
    head.startUnixNano = hasStart ? span.startNano : undefined
    head.endUnixNano = hasEnd ? endNano : undefined
    builder.begin(head, builder.origin(resource, this.#scopeOf(span)))
    // The head leaves the name out, since only an array of its own could be given in it.
    if (span.nameEnd > span.nameStart) writer.rangeField(SPAN.name, span.bytes, span.nameStart, span.nameEnd)
    writeTags(writer, SPAN.attributes, span.bytes, span.tags, 0, span.tags.count)
    if (!hasStart || !hasEnd) this.#writeKeptTimes(span, hasStart, hasEnd)
    if (span.flags > JAEGER_FLAG.sampled) writeInt(writer, SPAN.attributes, KEPT_KEY.flags, span.flags)
    if (span.warnings.length > 0) writeWarnings(writer, span.warnings)
    if (special.traceState >= 0) {
      const { valueStart, valueEnd } = span.tags
      writer.rangeField(SPAN.trace_state, span.bytes, valueStart[special.traceState]!, valueEnd[special.traceState]!)
    }
    writeCount(writer, SPAN.dropped_attributes_count, special.droppedAttributes + span.tags.lost + span.fields.lost)
    writeCount(writer, SPAN.dropped_events_count, special.droppedEvents + span.logs.lost)
    writeCount(writer, SPAN.dropped_links_count, special.droppedLinks + span.references.lost)
    if (span.logs.count > 0) writeEvents(writer, span)
    writeLinks(writer, span.references, parent)
    if ((span.flags & JAEGER_FLAG.sampled) !== 0) writer.fixed32Field(SPAN.flags, JAEGER_FLAG.sampled)
    builder.end(special.statusCode, special.statusMessage)
  }

  /** What nanoseconds since 1970 cannot say, as attributes. */
  #writeKeptTimes({ startNano, durationNano }: SpanScratch, hasStart: boolean, hasEnd: boolean): void {
    const { writer } = this.#builder
    if (!hasStart && startNano !== 0n) writeInt(writer, SPAN.attributes, KEPT_KEY.start, microsFromNano(startNano))
    if (!hasEnd && durationNano !== undefined && durationNano !== 0n)
      writeInt(writer, SPAN.attributes, KEPT_KEY.duration, microsFromNano(durationNano))
  }

  #scopeOf({ bytes, tags }: SpanScratch): Scope {
    const { scopeName, scopeVersion } = this.#special
    if (scopeName < 0 && scopeVersion < 0) return NO_SCOPE
    const last = this.#lastScope
    if (isValue(bytes, tags, scopeName, last.name) && isValue(bytes, tags, scopeVersion, last.version))
      return last.scope
    const name = scopeName < 0 ? '' : valueText(bytes, tags, scopeName)
    const version = scopeVersion < 0 ? '' : valueText(bytes, tags, scopeVersion)
    const key = `${name.length} ${name}${version}`
    let scope = this.#scopes.get(key)
    if (scope === undefined) {
      scope = { ...NO_SCOPE, name, version }
      this.#scopes.set(key, scope)
    }
    this.#lastScope = { name: encodeUtf8(name), version: encodeUtf8(version), scope }
    return scope
  }
}

/** Whether the tag in `row` has this value; -1 has the empty one. */
function isValue(bytes: Uint8Array, tags: TagRows, row: number, value: Uint8Array): boolean {
  if (row < 0) return value.length === 0
  const start = tags.valueStart[row]!
  return tags.valueEnd[row]! - start === value.length && isAt(bytes, start, value)
}

function writeCount(writer: ProtobufWriter, field: number, count: number): void {
  if (count > 0) writer.uint32Field(field, count)
}

function writeWarnings(writer: ProtobufWriter, warnings: readonly string[]): void {
  const values = warnings.map((value) => ({ type: 'string', value }) as const)
  writeValue(writer, SPAN.attributes, KEPT_KEY.warnings, { type: 'array', values })
}

function writeTags(
  writer: ProtobufWriter,
  field: number,
  bytes: Uint8Array,
  tags: TagRows,
  start: number,
  end: number,
): void {
  for (let row = start; row < end; row++) if (tags.type[row] !== TAG.taken) writeTag(writer, field, bytes, tags, row)
}

function writeEvents(writer: ProtobufWriter, { bytes, fields, logs }: SpanScratch): void {
  for (let log = 0; log < logs.count; log++) {
    const start = logs.fieldStart[log]!
    const end = logs.fieldEnd[log]!
    const timestamp = logs.timestampNano[log]!
    const open = writer.open(SPAN.events)
    if (isUnixNano(timestamp)) writer.fixed64Field(SPAN_EVENT.time_unix_nano, timestamp)
    const name = fieldAt(bytes, fields, start, end, EVENT)
    if (name >= 0 && fields.type[name] === TAG.string && fields.valueEnd[name] !== fields.valueStart[name]) {
      writer.rangeField(SPAN_EVENT.name, bytes, fields.valueStart[name]!, fields.valueEnd[name]!)
      fields.type[name] = TAG.taken
    }
    const dropped = fieldAt(bytes, fields, start, end, DROPPED)
    const droppedCount = dropped < 0 ? 0 : takeCount(fields, dropped)
    writeTags(writer, SPAN_EVENT.attributes, bytes, fields, start, end)
    if (timestamp !== 0n && !isUnixNano(timestamp))
      writeInt(writer, SPAN_EVENT.attributes, KEPT_KEY.timestamp, microsFromNano(timestamp))
    writeCount(writer, SPAN_EVENT.dropped_attributes_count, droppedCount)
    writer.close(open)
  }
}

/** Row of the first field with this key, or -1. */
function fieldAt(bytes: Uint8Array, fields: TagRows, start: number, end: number, key: Uint8Array): number {
  for (let row = start; row < end; row++) {
    const keyStart = fields.keyStart[row]!
    if (fields.keyEnd[row]! - keyStart === key.length && isAt(bytes, keyStart, key)) return row
  }
  return -1
}
