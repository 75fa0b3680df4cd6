// A stream of bytes in any format into batches, piece by piece: what the import reads with.
//
//   chunks → body-reader.ts → bodies → body-decoder.ts → batches
import { DecodeError, type SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { BodyDecoder, type BodyDecoderOptions } from './body-decoder.ts'
import { BodyReader, type Unread } from './body-reader.ts'
import type { SpanFormat } from './sniff.ts'
import type { Body, SplitterLimits } from './splitter.ts'

export interface SpanReaderOptions extends SplitterLimits, BodyDecoderOptions {}

/** Spans of one body, or why it could not be read; the next one may be whole again. */
export type SpanPart =
  | { readonly offset: number; readonly body: Uint8Array; readonly decoded: Decoded<SpanBatch> }
  | Unread

export class SpanReader {
  readonly #bodies: BodyReader
  readonly #decoder: BodyDecoder

  constructor(options: SpanReaderOptions) {
    this.#bodies = new BodyReader(options, options.format)
    this.#decoder = new BodyDecoder(options)
  }

  /** What the stream is; undefined while nothing has told. */
  get format(): SpanFormat | undefined {
    return this.#decoder.format
  }

  /** Parts that are whole with this chunk. After a break in the structure of the stream nothing more is read. */
  *push(bytes: Uint8Array): Generator<SpanPart> {
    for (const body of this.#bodies.push(bytes)) yield this.#decode(body)
  }

  *end(): Generator<SpanPart> {
    for (const body of this.#bodies.end()) yield this.#decode(body)
  }

  #decode(body: Body | Unread): SpanPart {
    if ('problem' in body) return body
    const { bytes, offset } = body
    try {
      return { offset, body: bytes, decoded: this.#decoder.decode(this.#bodies.family, bytes) }
    } catch (problem) {
      if (!(problem instanceof DecodeError)) throw problem
      return { offset, problem }
    }
  }
}
