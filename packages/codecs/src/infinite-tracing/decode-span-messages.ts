// com.newrelic.trace.v1: the protobuf messages of Infinite Tracing into a batch. The messages of a stream come one by one
// and are decoded in groups. Attributes are copied as they are: an entry of their maps is a KeyValue of OTLP.
import { DecodeError, type SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { ProtobufReader, protobufTag, WIRE } from '../wire/protobuf-reader.ts'
import { type AgentSpanOptions, AgentSpanWriter } from './agent-span-writer.ts'
import { AttributeEntry } from './attribute-entry.ts'
import { AGENT_SPAN, SPAN_BATCH } from './fields.ts'
import { addIntrinsic, type Intrinsics, TOO_MANY_INTRINSICS } from './span-intrinsics.ts'
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
    let traceText: string
    const intrinsics: Intrinsics = new Map()
    try {
      traceText = this.#readSpan(bytes, start, end, intrinsics)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.leaveOut(error.message)
      return
    }
    const writer = this.#writer
    if (!writer.begin(traceText, intrinsics)) return
    this.#writeEntries(bytes, start, end, USER_ATTRIBUTES)
    this.#writeEntries(bytes, start, end, AGENT_ATTRIBUTES)
    writer.end()
  }

  /** Reads all of a span, so that nothing is written of one that breaks off; gives its trace id. */
  #readSpan(bytes: Uint8Array, start: number, end: number, intrinsics: Intrinsics): string {
    const span = this.#span
    const entry = this.#entry
    let traceText = ''
    span.open(bytes, start, end)
    while (span.next()) {
      switch (span.tag) {
        case TRACE_ID:
          traceText = span.text()
          break
        case INTRINSICS: {
          entry.read(bytes, span.valueStart, span.valueEnd)
          const { value } = entry
          if (value !== undefined && !addIntrinsic(intrinsics, entry.key, value))
            throw new DecodeError(FORMAT, `byte ${span.valueStart}`, TOO_MANY_INTRINSICS)
          break
        }
        case USER_ATTRIBUTES:
        case AGENT_ATTRIBUTES:
          entry.read(bytes, span.valueStart, span.valueEnd)
      }
    }
    return traceText
  }

  #writeEntries(bytes: Uint8Array, start: number, end: number, tag: number): void {
    const { field, writer } = this.#writer
    const span = this.#span
    const entry = this.#entry
    span.open(bytes, start, end)
    while (span.next()) {
      if (span.tag !== tag) continue
      entry.read(bytes, span.valueStart, span.valueEnd)
      if (entry.mayTellError) this.#noteError()
      if (entry.isKeyValue) writer.rangeField(field, bytes, span.valueStart, span.valueEnd)
      else {
        const { value } = entry
        if (value !== undefined) writeAgentValue(writer, field, entry.key, value)
      }
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
