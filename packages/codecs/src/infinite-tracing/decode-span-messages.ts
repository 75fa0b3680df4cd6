// com.newrelic.trace.v1: the protobuf messages of Infinite Tracing into a batch. The messages of a stream come one by one
// and are decoded in groups. Attributes are copied as they are: an entry of their maps is a KeyValue of OTLP.
import { DecodeError, type SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { ProtobufReader, protobufTag, WIRE } from '../wire/protobuf-reader.ts'
import { type AgentSpanOptions, AgentSpanWriter } from './agent-span-writer.ts'
import { AttributeEntry } from './attribute-entry.ts'
import { AGENT_SPAN, SPAN_BATCH } from './fields.ts'
import type { Intrinsics } from './span-intrinsics.ts'
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
  /** Starts and ends of the entries of the span that is read: what the user said, and what the agent said. */
  readonly #userEntries: number[] = []
  readonly #agentEntries: number[] = []

  constructor(options: AgentSpanOptions) {
    this.#writer = new AgentSpanWriter(options)
  }

  /** A `SpanBatch`. A span in it that cannot be read is left out alone. Throws DecodeError when the message breaks off. */
  addBatch(message: Uint8Array): void {
    const batch = this.#batch
    batch.open(message, 0, message.length)
    while (batch.next()) if (batch.tag === SPANS) this.#addSpan(message, batch.valueStart, batch.valueEnd)
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
    this.#writeEntries(bytes, this.#userEntries)
    this.#writeEntries(bytes, this.#agentEntries)
    writer.end()
  }

  /** Reads all of a span, so that nothing is written of one that breaks off; gives its trace id. */
  #readSpan(bytes: Uint8Array, start: number, end: number, intrinsics: Intrinsics): string {
    const span = this.#span
    const entry = this.#entry
    let traceText = ''
    this.#userEntries.length = 0
    this.#agentEntries.length = 0
    span.open(bytes, start, end)
    while (span.next()) {
      switch (span.tag) {
        case TRACE_ID:
          traceText = span.text()
          break
        case INTRINSICS: {
          entry.read(bytes, span.valueStart, span.valueEnd)
          const { value } = entry
          if (value !== undefined) intrinsics.set(entry.key, value)
          break
        }
        case USER_ATTRIBUTES:
        case AGENT_ATTRIBUTES:
          entry.read(bytes, span.valueStart, span.valueEnd)
          this.#entriesOf(span.tag).push(span.valueStart, span.valueEnd)
      }
    }
    return traceText
  }

  #entriesOf(tag: number): number[] {
    return tag === USER_ATTRIBUTES ? this.#userEntries : this.#agentEntries
  }

  #writeEntries(bytes: Uint8Array, places: readonly number[]): void {
    const { field, writer } = this.#writer
    const entry = this.#entry
    for (let i = 0; i < places.length; i += 2) {
      entry.read(bytes, places[i]!, places[i + 1]!)
      if (entry.mayTellError) this.#noteError()
      if (entry.isKeyValue) writer.rangeField(field, bytes, places[i]!, places[i + 1]!)
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
