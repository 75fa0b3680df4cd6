// New Relic's own format of the Trace API, version 1, into a SpanBatch, on the bytes of the body.
// https://docs.newrelic.com/docs/distributed-tracing/trace-api/report-new-relic-format-traces-trace-api/
//
//   [ { "common": { "attributes": {…} }, "spans": [ { "id": "ABC", "trace.id": "123456", "timestamp": 1603336834823,
//                                                     "attributes": { "duration.ms": 12.53, "name": "/home", … } } ] } ]
import { SPAN_ROW_BYTES, type SpanBatch, systemClock, type TextHash } from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { SpanBatchBuilder } from '../otlp/span-batch-builder.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { AttributeList } from './attribute-list.ts'
import { CommonBlock } from './common-block.ts'
import { FORMAT } from './format.ts'
import { IdReader } from './ids.ts'
import { type NewRelicLimits, trimAttributes } from './limits.ts'
import { type SpanProblem, SpanProblems } from './problems.ts'
import { SpanFrame } from './span-frame.ts'
import { SpanWriter } from './span-writer.ts'
import { TextPlace } from './text-place.ts'
import { readTimestamp } from './timestamp.ts'
import { unkeyedHash } from './unkeyed-hash.ts'

export interface NewRelicOptions {
  /** Makes ids of texts that are no ids; one without a key unless given. */
  readonly hash?: TextHash
  /** When a span without `timestamp` starts: the time of the request. */
  readonly nowUnixNano?: bigint
  readonly reserve?: ReserveMemory
  /** None unless given. */
  readonly limits?: NewRelicLimits
}

export interface DecodedNewRelic extends Decoded<SpanBatch> {
  /** What was wrong with spans, left out or not, the first hundred of them. */
  readonly problems: readonly SpanProblem[]
  /** Further problems. */
  readonly unsaid: number
}

/**
 * Throws DecodeError when nothing of the body can be kept: no JSON, not an array of objects with `spans`, a `common` that
 * is none, or one that would fill memory when it is laid under its spans. A span without ids is left out alone.
 */
export function decodeNewRelicSpans(body: Uint8Array, options: NewRelicOptions = {}): DecodedNewRelic {
  const decoder = new BodyDecoder(body, options)
  decoder.read()
  const { batch, problems } = decoder.build()
  const { rejected, reason, said, unsaid } = problems
  return { batch, rejected, reason, problems: said, unsaid }
}

/** `common` is written again for each of its spans: a body may become this much larger, or this large. */
const MOST_GROWTH = 4
const FREE_BYTES = 16 * 2 ** 20

class BodyDecoder {
  readonly #bytes: Uint8Array
  readonly #reader: JsonBytesReader
  readonly #builder: SpanBatchBuilder
  readonly #ids: IdReader
  readonly #writer: SpanWriter
  readonly #span: SpanFrame
  readonly #problems = new SpanProblems()
  readonly #now: bigint
  readonly #limitBytes: number
  readonly #limits: NewRelicLimits | undefined

  constructor(body: Uint8Array, options: NewRelicOptions) {
    this.#bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    this.#reader = new JsonBytesReader(FORMAT, this.#bytes)
    this.#builder = new SpanBatchBuilder(body.length >> 1, options.reserve)
    this.#ids = new IdReader(options.hash ?? unkeyedHash)
    this.#writer = new SpanWriter(this.#bytes, this.#builder, this.#ids)
    this.#span = new SpanFrame(this.#bytes)
    this.#now = options.nowUnixNano ?? BigInt(systemClock.nowMs()) * 1_000_000n
    this.#limits = options.limits
    this.#limitBytes = Math.max(FREE_BYTES, MOST_GROWTH * body.length)
  }

  read(): void {
    this.#reader.openArray()
    while (this.#reader.nextItem()) this.#readBlock()
    this.#reader.finish()
  }

  build(): { batch: SpanBatch; problems: SpanProblems } {
    return { batch: this.#builder.build(), problems: this.#problems }
  }

  #readBlock(): void {
    const reader = this.#reader
    let common: CommonBlock | undefined
    let spansRead = false
    let spansStart = 0
    let spansPath = ''
    reader.openObject()
    while (reader.nextKey()) {
      const key = reader.key()
      if (key === 'common') {
        if (common !== undefined) reader.fail('expected it once, got it again')
        common = this.#readCommon()
      } else if (key === 'spans') {
        if (spansRead || spansStart > 0) reader.fail('expected it once, got it again')
        if (reader.kind() !== 'array') reader.fail(`expected an array of spans, got ${reader.kind()}`)
        if (common !== undefined) {
          this.#readSpans(reader, common)
          spansRead = true
          continue
        }
        // What the spans share may still come: they are read when the block is known.
        spansPath = reader.path()
        reader.skip()
        spansStart = reader.valueStart
      } else reader.skip()
    }
    if (spansRead) return
    if (spansStart === 0) reader.fail('expected the key "spans", got none')
    const later = new JsonBytesReader(FORMAT, this.#bytes, spansStart, reader.position, spansPath)
    this.#readSpans(later, common ?? new CommonBlock(new AttributeList(), new TextPlace(), undefined))
  }

  #readCommon(): CommonBlock {
    const reader = this.#reader
    const attributes = new AttributeList()
    const trace = new TextPlace()
    let startUnixNano: bigint | undefined
    if (reader.takeNull()) return new CommonBlock(attributes, trace, undefined)
    reader.openObject()
    while (reader.nextKey()) {
      const key = reader.key()
      if (key !== 'attributes' && key !== 'trace.id' && key !== 'timestamp') reader.skip()
      else if (reader.takeNull()) continue
      else if (key === 'attributes') attributes.read(reader, this.#bytes)
      else if (key === 'trace.id') {
        reader.string()
        trace.take(reader)
      } else startUnixNano = this.#commonTimestamp()
    }
    return new CommonBlock(attributes, trace, startUnixNano)
  }

  #commonTimestamp(): bigint | undefined {
    const time = readTimestamp(this.#reader, this.#bytes)
    if (typeof time === 'string') this.#reader.fail(time)
    return time
  }

  #readSpans(reader: JsonBytesReader, common: CommonBlock): void {
    reader.openArray()
    while (reader.nextItem()) {
      if (reader.kind() === 'object') this.#readSpan(reader, common)
      else {
        this.#problems.reject(reader.path(), `expected a span as an object, got ${reader.kind()}`)
        reader.skip()
      }
      this.#checkGrowth(reader)
    }
  }

  #readSpan(reader: JsonBytesReader, common: CommonBlock): void {
    const span = this.#span
    span.open(common.trace, common.startUnixNano ?? this.#now)
    reader.openObject()
    while (reader.nextKey()) span.readField(reader)
    span.close()
    if (this.#limits !== undefined) this.#applyLimits(this.#limits, reader, common)
    if (span.problem !== '') {
      this.#problems.reject(`${reader.path()}.${span.problemAt}`, span.problem)
      return
    }
    this.#ids.readTrace(this.#bytes, span.trace)
    this.#ids.readSpan(this.#bytes, span.id)
    this.#writer.write(common, span)
  }

  #applyLimits(limits: NewRelicLimits, reader: JsonBytesReader, common: CommonBlock): void {
    const span = this.#span
    const { windowNanos } = limits
    const away = span.startUnixNano - this.#now
    if (windowNanos !== undefined && (away > windowNanos || -away > windowNanos))
      span.fail('timestamp', `expected at most ${windowNanos / 1_000_000n} ms from now, got ${away / 1_000_000n} ms`)
    if (span.problem !== '') return
    const { dropped, cut } = trimAttributes(span.attributes, this.#bytes, limits, common.live.length)
    span.droppedAttributes = dropped
    if (dropped + cut > 0)
      this.#problems.note(
        `${reader.path()}.attributes`,
        `${dropped} attributes beyond the limits were dropped, ${cut} values cut; the span is kept`,
      )
  }

  #checkGrowth(reader: JsonBytesReader): void {
    const bytes = this.#builder.writer.length + this.#writer.originBytes + this.#builder.count * SPAN_ROW_BYTES
    if (bytes > this.#limitBytes)
      reader.fail(`expected spans that take at most ${this.#limitBytes} bytes with what they share, got more`)
  }
}
