// The JSON of Jaeger's query API and of its page's download button into a batch: `{"data":[trace,…]}`, one trace, or a
// list of them. The processes of a trace stand behind its spans, so the spans are read when the trace has been gone over.
import type { Resource, SpanBatch } from '@clew/model'
import type { Decoded, ReserveMemory } from '../codec.ts'
import { NO_PROCESS, resourceFromRows } from '../jaeger-model/process-resource.ts'
import { MAX_SPANS, SpanScratch, TagRows } from '../jaeger-model/span-scratch.ts'
import { JaegerSpanWriter } from '../jaeger-model/span-writer.ts'
import { SpanBatchBuilder } from '../otlp/span-batch-builder.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { SpanDecoder } from './decode-span.ts'
import { decodeTags } from './decode-tag.ts'
import { TextBuffer } from './text-buffer.ts'

const FORMAT = 'jaeger json'

/** Rejected are spans without a valid trace or span id. Throws DecodeError when the body is no such document. */
export function decodeJaegerJson(body: Uint8Array, reserve?: ReserveMemory): Decoded<SpanBatch> {
  const decoder = new DocumentDecoder(new Uint8Array(body.buffer, body.byteOffset, body.byteLength), reserve)
  decoder.decode()
  return decoder.finish()
}

/** Where a value stands, and how it is called in messages. */
interface Place {
  readonly start: number
  readonly end: number
  readonly path: string
}

class DocumentDecoder {
  readonly #bytes: Uint8Array
  readonly #builder: SpanBatchBuilder
  readonly #writer: JaegerSpanWriter
  readonly #scratch: SpanScratch
  readonly #decoder: SpanDecoder
  readonly #processText: TextBuffer
  #index = 0

  constructor(bytes: Uint8Array, reserve: ReserveMemory | undefined) {
    this.#bytes = bytes
    this.#builder = new SpanBatchBuilder((bytes.length >> 1) + 1024, reserve)
    this.#writer = new JaegerSpanWriter(this.#builder)
    this.#scratch = new SpanScratch(FORMAT, bytes)
    this.#decoder = new SpanDecoder(this.#scratch, new TextBuffer(bytes))
    this.#processText = new TextBuffer(bytes)
  }

  decode(): void {
    const reader = new JsonBytesReader(FORMAT, this.#bytes)
    if (reader.kind() === 'array') this.#traces(reader)
    else this.#trace(reader, true)
    reader.finish()
  }

  finish(): Decoded<SpanBatch> {
    return { batch: this.#builder.build(), rejected: this.#writer.rejected, reason: this.#writer.reason }
  }

  #traces(reader: JsonBytesReader): void {
    reader.openArray()
    while (reader.nextItem()) this.#trace(reader, false)
  }

  /** A trace, or the envelope around some. */
  #trace(reader: JsonBytesReader, mayBeEnvelope: boolean): void {
    const spans: Place[] = []
    const processes = new Map<string, Resource>()
    reader.openObject()
    while (reader.nextKey()) {
      const key = reader.key()
      if (reader.takeNull()) continue
      if (key === 'data' && mayBeEnvelope) this.#traces(reader)
      else if (key === 'processes') this.#processes(reader, processes)
      else {
        const path = reader.path()
        reader.skip()
        if (key === 'spans') spans.push({ start: reader.valueStart, end: reader.valueEnd, path })
      }
    }
    for (const place of spans) this.#spans(place, processes)
  }

  #spans(place: Place, processes: ReadonlyMap<string, Resource>): void {
    const decoder = this.#decoder
    const reader = this.#readerAt(place)
    reader.openArray()
    while (reader.nextItem()) {
      const index = this.#index++
      if (index === MAX_SPANS) reader.fail(`more than ${MAX_SPANS} spans in one document`)
      const problem = decoder.decode(reader)
      if (problem !== '') {
        this.#writer.reject(index, problem)
        continue
      }
      const { processStart: start, processEnd: end, processPath: path } = decoder
      const resource =
        end > start ? this.#process(this.#readerAt({ start, end, path })) : processes.get(decoder.processId)
      this.#writer.write(this.#scratch, resource ?? NO_PROCESS, index)
    }
  }

  #processes(reader: JsonBytesReader, processes: Map<string, Resource>): void {
    reader.openObject()
    while (reader.nextKey()) {
      const id = reader.key()
      processes.set(id, this.#process(reader))
    }
  }

  #process(reader: JsonBytesReader): Resource {
    if (reader.takeNull()) return NO_PROCESS
    const text = this.#processText
    const tags = new TagRows(FORMAT)
    let serviceName = ''
    text.clear()
    reader.openObject()
    while (reader.nextKey())
      switch (reader.key()) {
        case 'serviceName':
          if (reader.takeNull()) break
          reader.string()
          serviceName = reader.text()
          break
        case 'tags':
          decodeTags(reader, text, tags)
          break
        default:
          reader.skip()
      }
    return resourceFromRows(serviceName, text.bytes, tags)
  }

  #readerAt({ start, end, path }: Place): JsonBytesReader {
    return new JsonBytesReader(FORMAT, this.#bytes, start, end, path)
  }
}
