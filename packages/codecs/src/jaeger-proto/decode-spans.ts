// `jaeger.api_v2.PostSpansRequest` into a batch: what the gRPC port 14250 takes. The process of a span, where it has one,
// goes before that of the batch (model.proto, "Note that both Span and Batch may contain a Process").
import type { Resource, SpanBatch } from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { NO_PROCESS, resourceFromRows } from '../jaeger-model/process-resource.ts'
import { MAX_SPANS, SpanScratch, TagRows } from '../jaeger-model/span-scratch.ts'
import { JaegerSpanWriter } from '../jaeger-model/span-writer.ts'
import { SpanBatchBuilder } from '../otlp/span-batch-builder.ts'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { FORMAT, SpanDecoder } from './decode-span.ts'

/** Rejected are spans without a valid trace or span id. Throws DecodeError when the body is no such message. */
export function decodeJaegerProto(body: Uint8Array, reserve?: ReserveMemory): Decoded<SpanBatch> {
  // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
  const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  const decoder = new BatchDecoder(bytes, reserve)
  const request = new ProtobufReader(FORMAT, bytes)
  while (request.next()) if (request.tag === 0x0a) decoder.decode(request.valueStart, request.valueEnd)
  return decoder.finish()
}

class BatchDecoder {
  readonly #bytes: Uint8Array
  readonly #builder: SpanBatchBuilder
  readonly #writer: JaegerSpanWriter
  readonly #decoder: SpanDecoder
  readonly #scratch: SpanScratch
  /** By the bytes of the Process message, one character a byte. */
  readonly #resources = new Map<string, Resource>()
  /** The message that was last looked up, and what it gave: spans of one process come together. */
  #lastStart = 0
  #lastEnd = -1
  #lastResource = NO_PROCESS
  #index = 0

  constructor(bytes: Uint8Array, reserve: ReserveMemory | undefined) {
    this.#bytes = bytes
    this.#builder = new SpanBatchBuilder(bytes.length + 1024, reserve)
    this.#writer = new JaegerSpanWriter(this.#builder)
    this.#decoder = new SpanDecoder(bytes)
    this.#scratch = new SpanScratch(FORMAT, bytes)
  }

  /** The Batch message in `[start, end)`, whose process may stand behind its spans. */
  decode(start: number, end: number): void {
    const reader = new ProtobufReader(FORMAT, this.#bytes, start, end)
    let process = NO_PROCESS
    while (reader.next()) if (reader.tag === 0x12) process = this.#resource(reader.valueStart, reader.valueEnd)
    reader.open(this.#bytes, start, end)
    while (reader.next()) if (reader.tag === 0x0a) this.#span(reader, process)
  }

  finish(): Decoded<SpanBatch> {
    return { batch: this.#builder.build(), rejected: this.#writer.rejected, reason: this.#writer.reason }
  }

  #span(reader: ProtobufReader, ofBatch: Resource): void {
    const decoder = this.#decoder
    const problem = decoder.decode(this.#scratch, reader.valueStart, reader.valueEnd)
    const index = this.#index++
    if (index === MAX_SPANS) reader.fail(reader.valueStart, `more than ${MAX_SPANS} spans in one request`)
    if (problem !== '') {
      this.#writer.reject(index, problem)
      return
    }
    const { processStart, processEnd } = decoder
    const resource = processEnd > processStart ? this.#resource(processStart, processEnd) : ofBatch
    this.#writer.write(this.#scratch, resource, index)
  }

  #resource(start: number, end: number): Resource {
    if (this.#isLast(start, end)) return this.#lastResource
    let key = ''
    for (let i = start; i < end; i++) key += String.fromCharCode(this.#bytes[i]!)
    let resource = this.#resources.get(key)
    if (resource === undefined) {
      resource = this.#decodeProcess(start, end)
      this.#resources.set(key, resource)
    }
    this.#lastStart = start
    this.#lastEnd = end
    this.#lastResource = resource
    return resource
  }

  #isLast(start: number, end: number): boolean {
    const length = end - start
    const last = this.#lastStart
    if (length !== this.#lastEnd - last) return false
    for (let i = 0; i < length; i++) if (this.#bytes[start + i] !== this.#bytes[last + i]) return false
    return true
  }

  #decodeProcess(start: number, end: number): Resource {
    const reader = new ProtobufReader(FORMAT, this.#bytes, start, end)
    const tags = new TagRows(FORMAT)
    let serviceName = ''
    while (reader.next())
      if (reader.tag === 0x0a) serviceName = reader.text()
      else if (reader.tag === 0x12) this.#decoder.tag(tags, reader.valueStart, reader.valueEnd)
    return resourceFromRows(serviceName, this.#bytes, tags)
  }
}
