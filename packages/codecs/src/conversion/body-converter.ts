// A body of one format into a piece of a document of another: the part of a conversion that any thread can do. What goes
// in and what comes out can be sent from thread to thread.
import { DecodeError } from '@clew/model'
import { BodyDecoder } from './body-decoder.ts'
import type { Family, SpanFormat } from './sniff.ts'
import { type DocumentFormat, type DocumentPiece, PieceEncoder } from './span-document.ts'

export interface ConvertedBody {
  /** What bodies are taken for from here on; undefined while nothing has told. */
  readonly format: SpanFormat | undefined
  /** None where the body could not be read; `problem` says why. */
  readonly piece: DocumentPiece | undefined
  readonly problem: string
  /** Spans that were left out, and the first of them. */
  readonly rejected: number
  readonly reason: string
}

export interface Formats {
  /** Sniffed unless given. */
  readonly from?: SpanFormat
  readonly to: DocumentFormat
}

export class BodyConverter {
  readonly #decoder: BodyDecoder
  readonly #encoder: PieceEncoder

  constructor({ from, to }: Formats) {
    this.#decoder = new BodyDecoder(from === undefined ? {} : { format: from })
    this.#encoder = new PieceEncoder(to)
  }

  /** `format` is what the bodies before have told. */
  convert(family: Family, body: Uint8Array, format: SpanFormat | undefined): ConvertedBody {
    this.#decoder.format = format
    try {
      const { batch, rejected, reason } = this.#decoder.decode(family, body)
      return { format: this.#decoder.format, piece: this.#encoder.encode(batch), problem: '', rejected, reason }
    } catch (problem) {
      if (!(problem instanceof DecodeError)) throw problem
      return {
        ...{ format: this.#decoder.format, piece: undefined, problem: problem.message },
        ...{ rejected: 0, reason: '' },
      }
    }
  }
}
