// The way into a batch for every dialect that is not OTLP: each span is written as an OTLP message once, and no object is
// made for it. What was written is then scanned like any OTLP request, so that columns, marks and rejections have one author.
//
//   begin(head) → writeString(builder.writer, …) … → end(status)      bytes |span 0|span 1|…      → build()
import {
  allocateSpanBatch,
  bytesFromHex,
  type LogBatch,
  type LogRecord,
  MARK,
  type Origin,
  type Resource,
  type Scope,
  SPAN_KINDS,
  SPAN_ROW_BYTES,
  type Span,
  type SpanBatch,
  STATUS_CODES,
} from '@clew/model'
import type { ReserveMemory } from '../codec.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { startCounting } from './check-message.ts'
import { decodeOtlpLogs } from './decode-logs.ts'
import { SpanScanner } from './decode-spans.ts'
import { encodeSpanDetails, encodeStatus } from './encode-span.ts'
import { encodeLogs } from './encode-traces.ts'
import { encodeResource, encodeScope } from './encode-value.ts'
import { SPAN } from './fields.ts'
import { contentKey } from './origin-key.ts'
import { ORIGIN_BYTES } from './scan-envelopes.ts'
import { scanServiceName } from './service-name.ts'

/** What every span has. One object may serve all spans of a request: `begin` keeps nothing of it. */
export interface SpanHead {
  /** 16 bytes, not all zero. */
  traceId: Uint8Array
  /** 8 bytes, not all zero. */
  spanId: Uint8Array
  /** 8 bytes; all zero for a root span. */
  parentSpanId: Uint8Array
  /** As bytes: UTF-8. */
  name: string | Uint8Array
  /** Index into SPAN_KINDS. */
  kind: number
  /** Undefined when the sender gave none: the field is left out and the row is marked. */
  startUnixNano: bigint | undefined
  endUnixNano: bigint | undefined
}

/** Offset, length, origin and marks of a span. */
const PLACE_NUMBERS = 4

/** Collects spans in the order they come. A span whose trace or span id is all zero is left out of the batch. */
export class SpanBatchBuilder {
  /** Between `begin` and `end`: takes the fields of the OTLP `Span` that the head does not hold. */
  readonly writer: ProtobufWriter
  readonly #origins: Origin[] = []
  readonly #originOf = new Map<Resource, Map<Scope, number>>()
  readonly #originOfParts = new Map<string, number>()
  readonly #resources = new Parts(encodeResource)
  readonly #scopes = new Parts(encodeScope)
  readonly #reserve: ReserveMemory
  #places = new Uint32Array(64 * PLACE_NUMBERS)
  #count = 0

  /** `reserve` hears of the bytes as they grow, and of the columns before they are made. */
  constructor(expectedBytes = 16_384, reserve: ReserveMemory = () => {}) {
    this.writer = new ProtobufWriter(expectedBytes, reserve)
    this.#reserve = reserve
  }

  /** Spans so far. */
  get count(): number {
    return this.#count
  }

  /** Number of an origin, for `begin`. The same objects are found again at once, equal ones by what they say. */
  origin(resource: Resource, scope: Scope): number {
    let ofScope = this.#originOf.get(resource)
    if (ofScope === undefined) {
      ofScope = new Map()
      this.#originOf.set(resource, ofScope)
    }
    let origin = ofScope.get(scope)
    if (origin === undefined) {
      origin = this.#originByContent(resource, scope)
      ofScope.set(scope, origin)
    }
    return origin
  }

  begin(head: SpanHead, origin: number): void {
    const { writer } = this
    if ((this.#count + 1) * PLACE_NUMBERS > this.#places.length) {
      this.#reserve(2 * this.#places.byteLength)
      const grown = new Uint32Array(this.#places.length * 2)
      grown.set(this.#places)
      this.#places = grown
    }
    const { startUnixNano, endUnixNano } = head
    const place = this.#count * PLACE_NUMBERS
    this.#places[place] = writer.length
    this.#places[place + 2] = origin
    this.#places[place + 3] =
      (startUnixNano === undefined ? MARK.startAbsent : 0) | (endUnixNano === undefined ? MARK.endAbsent : 0)
    writer.bytesField(SPAN.trace_id, head.traceId)
    writer.bytesField(SPAN.span_id, head.spanId)
    if (!isZero(head.parentSpanId)) writer.bytesField(SPAN.parent_span_id, head.parentSpanId)
    if (head.name.length > 0) writer.textField(SPAN.name, head.name)
    if (head.kind !== 0) writer.uint32Field(SPAN.kind, head.kind)
    if (startUnixNano !== undefined) writer.fixed64Field(SPAN.start_time_unix_nano, startUnixNano)
    if (endUnixNano !== undefined) writer.fixed64Field(SPAN.end_time_unix_nano, endUnixNano)
  }

  /** Ends the span that `begin` started; `code` is an index into STATUS_CODES. */
  end(code = 0, message = ''): void {
    encodeStatus(this.writer, code, message)
    const place = this.#count++ * PLACE_NUMBERS
    this.#places[place + 1] = this.writer.length - this.#places[place]!
  }

  /** Takes back the span that `begin` started. */
  discard(): void {
    this.writer.truncate(this.#places[this.#count * PLACE_NUMBERS]!)
  }

  /** A span as an object: the slow way. Ids that are no hex of their length leave it out. */
  add(span: Span): void {
    const head: SpanHead = {
      traceId: bytesFromHex(span.traceId) ?? NO_ID,
      spanId: bytesFromHex(span.spanId) ?? NO_ID,
      parentSpanId: bytesFromHex(span.parentSpanId) ?? NO_ID,
      name: span.name,
      kind: SPAN_KINDS.indexOf(span.kind),
      startUnixNano: span.startTimeUnixNano,
      endUnixNano: span.endTimeUnixNano,
    }
    this.begin(head, this.origin(span.resource, span.scope))
    encodeSpanDetails(this.writer, span)
    this.end(STATUS_CODES.indexOf(span.status.code), span.status.message)
  }

  /** The batch refers to what the builder wrote: the builder is not used again. */
  build(): SpanBatch {
    const bytes = this.writer.written()
    this.#reserve(this.#count * SPAN_ROW_BYTES + this.#origins.length * ORIGIN_BYTES)
    const batch = allocateSpanBatch(this.#count, bytes)
    batch.origins = this.#origins
    startCounting()
    const scanner = new SpanScanner(batch, bytes)
    for (let place = 0; place < this.#count * PLACE_NUMBERS; place += PLACE_NUMBERS) {
      const start = this.#places[place]!
      const row = batch.count
      scanner.scan(start, start + this.#places[place + 1]!, this.#places[place + 2]!, true)
      if (batch.count > row) this.#markAbsentTimes(batch, row, this.#places[place + 3]!)
    }
    return batch
  }

  /** A span without an end is one without duration: it ends where it starts. */
  #markAbsentTimes(batch: SpanBatch, row: number, marks: number): void {
    if (marks === 0) return
    batch.marks[row]! |= marks
    if ((marks & MARK.endAbsent) !== 0) batch.endUnixNano[row] = batch.startUnixNano[row]!
  }

  #originByContent(resource: Resource, scope: Scope): number {
    const resourcePart = this.#resources.of(resource)
    const scopePart = this.#scopes.of(scope)
    const key = `${resourcePart.number} ${scopePart.number}`
    let origin = this.#originOfParts.get(key)
    if (origin === undefined) {
      resourcePart.service ??= scanServiceName(resourcePart.bytes)
      origin =
        this.#origins.push({
          service: resourcePart.service,
          resource: resourcePart.bytes,
          resourceSchemaUrl: resource.schemaUrl,
          scope: scopePart.bytes,
          scopeSchemaUrl: scope.schemaUrl,
        }) - 1
      this.#originOfParts.set(key, origin)
    }
    return origin
  }
}

/** A resource or scope as bytes: once, with however many of the other it is met. */
interface Part {
  readonly number: number
  readonly bytes: Uint8Array
  service?: string
}

/** Numbers resources or scopes by what they say. */
class Parts<P extends Resource | Scope> {
  readonly #encode: (writer: ProtobufWriter, part: P) => void
  readonly #ofObject = new Map<P, Part>()
  readonly #ofContent = new Map<string, Part>()

  constructor(encode: (writer: ProtobufWriter, part: P) => void) {
    this.#encode = encode
  }

  of(object: P): Part {
    let part = this.#ofObject.get(object)
    if (part === undefined) {
      const key = contentKey(object, this.#encode)
      part = this.#ofContent.get(key) ?? { number: this.#ofContent.size, bytes: encoded(object, this.#encode) }
      this.#ofContent.set(key, part)
      this.#ofObject.set(object, part)
    }
    return part
  }
}

const NO_ID = new Uint8Array(0)

function isZero(id: Uint8Array): boolean {
  for (let i = 0; i < id.length; i++) if (id[i] !== 0) return false
  return true
}

function encoded<P>(part: P, encode: (writer: ProtobufWriter, part: P) => void): Uint8Array {
  const writer = new ProtobufWriter(256)
  encode(writer, part)
  return writer.copy()
}

/** The same for log records, from objects. */
export class LogBatchBuilder {
  readonly #records: LogRecord[] = []

  add(record: LogRecord): void {
    this.#records.push(record)
  }

  build(): LogBatch {
    return decodeOtlpLogs(encodeLogs(this.#records, 'protobuf'), 'protobuf').batch
  }
}
