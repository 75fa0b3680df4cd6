// A stream of bytes in any format into batches, piece by piece: what `clew convert` and the import read with.
//
//   chunks → family by the first bytes → splitter → bodies → format by the first body → decoder → batches
import { DecodeError, type SpanBatch, type TextHash } from '@clew/model'
import type { Decoded, ReserveMemory, SpanCodec } from '../codec.ts'
import { decodeNewRelicSpans } from '../newrelic/decode-spans.ts'
import { SPAN_CODECS } from '../registry.ts'
import { OtherVersionError } from '../zipkin-model/version-error.ts'
import { ByteBuffer } from './byte-buffer.ts'
import { JsonSplitter } from './json-splitter.ts'
import { ProtobufSplitter } from './protobuf-splitter.ts'
import {
  FAMILY_OF,
  type Family,
  SNIFFED_BYTES,
  SPAN_FORMATS,
  type SpanFormat,
  sniffFamily,
  sniffFormat,
} from './sniff.ts'
import type { Body, Splitter, SplitterLimits } from './splitter.ts'
import { WholeSplitter } from './whole-splitter.ts'

export interface SpanReaderOptions extends SplitterLimits {
  /** Sniffed unless given. */
  readonly format?: SpanFormat
  /** Makes ids of texts that are no ids, where the format has such. */
  readonly textHash?: TextHash
  readonly reserve?: ReserveMemory
}

/** Spans of one body, or why it could not be read; the next one may be whole again. */
export type SpanPart =
  | { readonly offset: number; readonly body: Uint8Array; readonly decoded: Decoded<SpanBatch> }
  | { readonly offset: number; readonly problem: DecodeError }

const SPLITTERS: Readonly<Record<Family, new (limits: SplitterLimits) => Splitter>> = {
  json: JsonSplitter,
  protobuf: ProtobufSplitter,
  thrift: WholeSplitter,
}

export class SpanReader {
  readonly #options: SpanReaderOptions
  readonly #head = new ByteBuffer()
  #splitter: Splitter | undefined
  #family: Family = 'json'
  #format: SpanFormat | undefined
  #isOver = false

  constructor(options: SpanReaderOptions) {
    this.#options = options
    this.#format = options.format
  }

  /** What the stream is; undefined while nothing has told. */
  get format(): SpanFormat | undefined {
    return this.#format
  }

  /** Parts that are whole with this chunk. After a break in the structure of the stream nothing more is read. */
  *push(bytes: Uint8Array): Generator<SpanPart> {
    if (this.#isOver) return
    // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
    const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (this.#splitter !== undefined) {
      yield* this.#read(this.#splitter.push(chunk))
      return
    }
    this.#head.append(chunk)
    if (this.#head.length >= SNIFFED_BYTES) yield* this.#begin()
  }

  *end(): Generator<SpanPart> {
    if (this.#splitter === undefined && this.#head.length > 0) yield* this.#begin()
    if (this.#splitter !== undefined && !this.#isOver) yield* this.#read(this.#splitter.end())
    this.#isOver = true
  }

  *#begin(): Generator<SpanPart> {
    const head = this.#head.take()
    const family = this.#format === undefined ? sniffFamily(head) : FAMILY_OF[this.#format]
    if (family === undefined) {
      yield { offset: 0, problem: new DecodeError('spans', 'byte 0', `expected one of ${SPAN_FORMATS.join(', ')}`) }
      this.#isOver = true
      return
    }
    this.#family = family
    this.#splitter = new SPLITTERS[family](this.#options)
    yield* this.#read(this.#splitter.push(head))
  }

  *#read(bodies: Iterable<Body>): Generator<SpanPart> {
    try {
      for (const body of bodies) yield this.#decode(body)
    } catch (problem) {
      if (!(problem instanceof DecodeError)) throw problem
      this.#isOver = true
      yield { offset: Number(/^byte (\d+)$/.exec(problem.at)?.[1] ?? 0), problem }
    }
  }

  #decode({ bytes, offset }: Body): SpanPart {
    try {
      const format = this.#formatOf(bytes)
      try {
        return { offset, body: bytes, decoded: this.#decodeAs(format, bytes) }
      } catch (error) {
        // A first body may say too little to tell the versions of Zipkin's JSON apart.
        if (!(error instanceof OtherVersionError) || this.#options.format !== undefined) throw error
        this.#format = error.received === 'JSON_V1' ? 'zipkin-json-v1' : 'zipkin-json-v2'
        return { offset, body: bytes, decoded: this.#decodeAs(this.#format, bytes) }
      }
    } catch (problem) {
      if (!(problem instanceof DecodeError)) throw problem
      return { offset, problem }
    }
  }

  #formatOf(body: Uint8Array): SpanFormat {
    this.#format ??= sniffFormat(this.#family, body)
    if (this.#format !== undefined) return this.#format
    throw new DecodeError('spans', 'document', `expected one of ${SPAN_FORMATS.join(', ')}`)
  }

  #decodeAs(format: SpanFormat, body: Uint8Array): Decoded<SpanBatch> {
    const { textHash: hash, reserve } = this.#options
    if (format !== 'newrelic') return codecOf(format).decodeSpans(body, reserve)
    return decodeNewRelicSpans(body, {
      ...(hash === undefined ? {} : { hash }),
      ...(reserve === undefined ? {} : { reserve }),
    })
  }
}

function codecOf(format: SpanFormat): SpanCodec {
  return SPAN_CODECS[format]
}
