// Batches into one document of any format that can be written, piece by piece: what `clew convert` writes with. An encoder
// gives a document for each batch; what opens and closes it is taken off, and the rest is put together.
//
//   [{span},{span}] + [{span}]   →   [  {span},{span}  ,{span}  ]
import type { Span, SpanBatch } from '@clew/model'
import { CHROME_TRACE_CLOSE, CHROME_TRACE_OPEN, ChromeTraceEncoder } from '../chrome-trace/encode-spans.ts'
import { encodeBatchTraces } from '../otlp/encode-batch.ts'
import { TRACES_DATA } from '../otlp/messages.ts'
import { protobufToJson } from '../otlp/protobuf-to-json.ts'
import { SPAN_CODECS } from '../registry.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { LOSSES, LossCounts } from './losses.ts'
import { countInvalidUtf8, mendBatch, spansOfBatch } from './spans-of-batch.ts'

/** What is around the items of a document, and between two of them. */
interface Frame {
  readonly open: string
  readonly between: string
  readonly close: string
}

/** A format that is written from spans, or from the bytes of a batch, which lose nothing. */
interface WrittenFormat {
  readonly frame: Frame
  /** A new one for each document: it may number what it writes. */
  readonly encoder: () => { batch(batch: SpanBatch): Uint8Array } | { spans(spans: readonly Span[]): Uint8Array }
}

const NO_FRAME: Frame = { open: '', between: '', close: '' }
const LIST: Frame = { open: '[', between: ',\n', close: ']' }

function batchJson(batch: SpanBatch): string {
  return protobufToJson(encodeBatchTraces(batch), TRACES_DATA)
}

const FORMATS = {
  'otlp-protobuf': { frame: NO_FRAME, encoder: () => ({ batch: encodeBatchTraces }) },
  'otlp-json': {
    frame: { open: '{"resourceSpans":[', between: ',\n', close: ']}' },
    encoder: () => ({ batch: (batch) => encodeUtf8(batchJson(batch)) }),
  },
  'otlp-json-lines': {
    frame: NO_FRAME,
    encoder: () => ({ batch: (batch) => encodeUtf8(`${batchJson(batch)}\n`) }),
  },
  'zipkin-json-v2': { frame: LIST, encoder: () => ({ spans: SPAN_CODECS['zipkin-json-v2'].encodeSpans }) },
  'zipkin-json-v1': { frame: LIST, encoder: () => ({ spans: SPAN_CODECS['zipkin-json-v1'].encodeSpans }) },
  'zipkin-proto': { frame: NO_FRAME, encoder: () => ({ spans: SPAN_CODECS['zipkin-proto'].encodeSpans }) },
  'jaeger-json': {
    frame: { open: '{"data":[', between: ',\n', close: '],"total":0,"limit":0,"offset":0,"errors":null}\n' },
    encoder: () => ({ spans: SPAN_CODECS['jaeger-json'].encodeSpans }),
  },
  'jaeger-proto': { frame: NO_FRAME, encoder: () => ({ spans: SPAN_CODECS['jaeger-proto'].encodeSpans }) },
  newrelic: { frame: LIST, encoder: () => ({ spans: SPAN_CODECS.newrelic.encodeSpans }) },
  'chrome-trace': {
    frame: { open: CHROME_TRACE_OPEN, between: ',\n', close: CHROME_TRACE_CLOSE },
    encoder: () => {
      const encoder = new ChromeTraceEncoder()
      return { spans: (spans) => encoder.encode(spans) }
    },
  },
} as const satisfies Readonly<Record<string, WrittenFormat>>

export type DocumentFormat = keyof typeof FORMATS
export const DOCUMENT_FORMATS = Object.keys(FORMATS) as DocumentFormat[]

/** Whose pieces are numbered through, so that each needs the one before. */
export function isWrittenInOrder(format: DocumentFormat): boolean {
  return format === 'chrome-trace'
}

/** What a batch is in a document, without what opens and closes it. */
export interface DocumentPiece {
  readonly bytes: Uint8Array
  readonly spans: number
  /** Spans with strings that were no UTF-8. */
  readonly mended: number
  /** What the format could not carry: see LossCounts. */
  readonly losses: readonly number[]
}

/** The first half of writing a document, which may be done elsewhere than the second. */
export class PieceEncoder {
  readonly #format: DocumentFormat
  readonly #encoder: ReturnType<WrittenFormat['encoder']>

  constructor(format: DocumentFormat) {
    this.#format = format
    this.#encoder = FORMATS[format].encoder()
  }

  encode(batch: SpanBatch): DocumentPiece {
    const { count: spans } = batch
    const losses = new LossCounts(LOSSES[this.#format])
    if (spans === 0) return { bytes: new Uint8Array(0), spans, mended: 0, losses: losses.counts }
    const mended = countInvalidUtf8(batch)
    const bytes = this.#encode(mendBatch(batch), losses)
    const { open, close } = FORMATS[this.#format].frame
    return {
      bytes: bytes.subarray(encodeUtf8(open).length, bytes.length - encodeUtf8(close).length),
      ...{ spans, mended, losses: losses.counts },
    }
  }

  #encode(batch: SpanBatch, losses: LossCounts): Uint8Array {
    if ('batch' in this.#encoder) return this.#encoder.batch(batch)
    const spans = spansOfBatch(batch)
    losses.add(spans)
    return this.#encoder.spans(spans)
  }
}

export class SpanDocument {
  /** What the format could not carry of the spans so far. */
  readonly losses: LossCounts
  /** Batches that were written. */
  pieces = 0
  /** Spans with strings that were no UTF-8. */
  mended = 0
  readonly #frame: Frame
  readonly #encoder: PieceEncoder

  constructor(format: DocumentFormat) {
    this.losses = new LossCounts(LOSSES[format])
    this.#frame = FORMATS[format].frame
    this.#encoder = new PieceEncoder(format)
  }

  /** The next bytes of the document. A batch without spans adds nothing. */
  *add(batch: SpanBatch): Generator<Uint8Array> {
    yield* this.append(this.#encoder.encode(batch))
  }

  /** The same for a piece that was encoded elsewhere. */
  *append({ bytes, spans, mended, losses }: DocumentPiece): Generator<Uint8Array> {
    if (spans === 0) return
    this.mended += mended
    this.losses.merge(losses)
    const before = this.pieces++ === 0 ? this.#frame.open : this.#frame.between
    if (before !== '') yield encodeUtf8(before)
    yield bytes
  }

  /** The last bytes of the document, which is whole also without spans. */
  end(): Uint8Array {
    return encodeUtf8(this.pieces === 0 ? this.#frame.open + this.#frame.close : this.#frame.close)
  }
}
