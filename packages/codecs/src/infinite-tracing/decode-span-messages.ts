// com.newrelic.trace.v1: the protobuf messages of Infinite Tracing into a batch. The messages of a stream come one by one
// and are decoded in groups. Attributes are copied as they are: an entry of their maps is a KeyValue of OTLP.
import { DecodeError, type SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { ProtobufReader, protobufTag, WIRE } from '../wire/protobuf-reader.ts'
import { type AgentSpanOptions, AgentSpanWriter } from './agent-span-writer.ts'
import { AttributeEntry } from './attribute-entry.ts'
import { AGENT_SPAN, SPAN_BATCH } from './fields.ts'
import { Intrinsics, MAX_OTHER_INTRINSICS, TOO_MANY_INTRINSICS } from './span-intrinsics.ts'
import { writeAgentValue } from './write-agent-value.ts'

const FORMAT = 'infinite tracing protobuf'
const SPANS = protobufTag(SPAN_BATCH.spans, WIRE.lengthDelimited)
const TRACE_ID = protobufTag(AGENT_SPAN.trace_id, WIRE.lengthDelimited)
const INTRINSICS = protobufTag(AGENT_SPAN.intrinsics, WIRE.lengthDelimited)
const USER_ATTRIBUTES = protobufTag(AGENT_SPAN.user_attributes, WIRE.lengthDelimited)
const AGENT_ATTRIBUTES = protobufTag(AGENT_SPAN.agent_attributes, WIRE.lengthDelimited)

export class SpanMessageDecoder {
  readonly #writer: AgentSpanWriter
  readonly #batch = new ProtobufReader(FORMAT)
  readonly #span = new ProtobufReader(FORMAT)
  readonly #entry = new AttributeEntry(FORMAT)
  readonly #intrinsics = new Intrinsics()
  /** Starts and ends of the intrinsics that stay attributes. */
  readonly #others = new Uint32Array(2 * MAX_OTHER_INTRINSICS)
  #otherCount = 0

  constructor(options: AgentSpanOptions) {
    this.#writer = new AgentSpanWriter(options)
  }

  /**
   * A `SpanBatch`. A span in it that cannot be read is left out alone. Throws DecodeError when the message breaks off,
   * holds hardly anything else, or far more than agents send; what was read before is kept.
   */
  addBatch(message: Uint8Array): void {
    const batch = this.#batch
    batch.open(message, 0, message.length)
    while (batch.next()) {
      if (batch.tag !== SPANS) continue
      const { limit } = this.#writer
      if (limit !== '') batch.fail(batch.valueStart, limit)
      this.#addSpan(message, batch.valueStart, batch.valueEnd)
    }
  }

  /** A `Span`; left out when it cannot be read. */
  addSpan(message: Uint8Array): void {
    this.#addSpan(message, 0, message.length)
  }

  /** Counts a whole message that is left out. */
  leaveOut(problem: string): void {
    this.#writer.leaveOut(problem)
  }

  /** The decoder is not used again. */
  finish(): Decoded<SpanBatch> {
    return this.#writer.finish()
  }

  #addSpan(bytes: Uint8Array, start: number, end: number): void {
    const writer = this.#writer
    let isBegun = false
    try {
      const traceText = this.#readHead(bytes, start, end)
      isBegun = writer.begin(traceText, this.#intrinsics)
      if (!isBegun) return
      this.#writeAttributes(bytes, start, end)
      for (let i = 0; i < this.#otherCount; i++) this.#writeEntry(bytes, this.#others[2 * i]!, this.#others[2 * i + 1]!)
      writer.end(this.#intrinsics)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      if (isBegun) writer.discard(error.message)
      else writer.leaveOut(error.message)
    }
  }

  /** Reads the intrinsics of a span; gives its trace id. */
  #readHead(bytes: Uint8Array, start: number, end: number): string {
    const span = this.#span
    const entry = this.#entry
    let traceText = ''
    this.#intrinsics.clear()
    this.#otherCount = 0
    span.open(bytes, start, end)
    while (span.next()) {
      if (span.tag === TRACE_ID) traceText = span.text()
      if (span.tag !== INTRINSICS) continue
      entry.read(bytes, span.valueStart, span.valueEnd)
      const { value } = entry
      if (value === undefined || this.#intrinsics.add(entry.key, value)) continue
      if (this.#otherCount === MAX_OTHER_INTRINSICS) span.fail(span.valueStart, TOO_MANY_INTRINSICS)
      this.#others[2 * this.#otherCount] = span.valueStart
      this.#others[2 * this.#otherCount++ + 1] = span.valueEnd
    }
    return traceText
  }

  /** What the user said comes before what the agent said on the wire: of a key in both, the agent has the last word. */
  #writeAttributes(bytes: Uint8Array, start: number, end: number): void {
    const span = this.#span
    span.open(bytes, start, end)
    while (span.next())
      if (span.tag === USER_ATTRIBUTES || span.tag === AGENT_ATTRIBUTES)
        this.#writeEntry(bytes, span.valueStart, span.valueEnd)
  }

  #writeEntry(bytes: Uint8Array, start: number, end: number): void {
    const { field, writer } = this.#writer
    const entry = this.#entry
    entry.read(bytes, start, end)
    if (entry.mayTellError) this.#noteError()
    if (entry.isKeyValue) writer.rangeField(field, bytes, start, end)
    else {
      const { value } = entry
      if (value !== undefined) writeAgentValue(writer, field, entry.key, value)
    }
  }

  #noteError(): void {
    const { value } = this.#entry
    if (value !== undefined) this.#writer.noteError(this.#entry.key, value)
  }
}

/** Bytes of a `SpanBatch` message. Throws DecodeError when they are none. */
export function decodeSpanMessages(body: Uint8Array, options: AgentSpanOptions): Decoded<SpanBatch> {
  const decoder = new SpanMessageDecoder(options)
  decoder.addBatch(body)
  return decoder.finish()
}
