// Bodies of a stream into batches: the second half of reading it. Which format they are, the first body tells.
import { DecodeError, type SpanBatch, type TextHash } from '@clew/model'
import type { Decoded, ReserveMemory, SpanCodec } from '../codec.ts'
import { decodeNewRelicSpans } from '../newrelic/decode-spans.ts'
import { SPAN_CODECS } from '../registry.ts'
import { OtherVersionError } from '../zipkin-model/version-error.ts'
import { type Family, SPAN_FORMATS, type SpanFormat, sniffFormat } from './sniff.ts'

export interface BodyDecoderOptions {
  /** Sniffed unless given. */
  readonly format?: SpanFormat
  /** Makes ids of texts that are no ids, where the format has such. */
  readonly textHash?: TextHash
  readonly reserve?: ReserveMemory
}

export class BodyDecoder {
  /** What the bodies are taken for; undefined while nothing has told. One body may change it for those after it. */
  format: SpanFormat | undefined
  readonly #options: BodyDecoderOptions

  constructor(options: BodyDecoderOptions = {}) {
    this.#options = options
    this.format = options.format
  }

  /** Throws DecodeError when the body cannot be read; the next one may be whole again. */
  decode(family: Family, body: Uint8Array): Decoded<SpanBatch> {
    const format = this.#formatOf(family, body)
    try {
      return this.#decodeAs(format, body)
    } catch (error) {
      // A first body may say too little to tell the versions of Zipkin's JSON apart.
      if (!(error instanceof OtherVersionError) || this.#options.format !== undefined) throw error
      this.format = error.received === 'JSON_V1' ? 'zipkin-json-v1' : 'zipkin-json-v2'
      return this.#decodeAs(this.format, body)
    }
  }

  #formatOf(family: Family, body: Uint8Array): SpanFormat {
    this.format ??= sniffFormat(family, body)
    if (this.format !== undefined) return this.format
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
