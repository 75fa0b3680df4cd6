// Bodies through the threads of a conversion and out again in their order. The main thread converts too, where the others
// have enough to do: it would only wait. Few bodies are under way at a time, so that memory stays flat.
//
//   bodies → |converted|waits in a thread|converted here|…  → pieces, in the order of the bodies
import { type Body, BodyConverter, type ConvertedBody, type Family, type Formats, type SpanFormat } from '@clew/codecs'
import type { ConversionAnswer, ConversionThreads } from './conversion-threads.ts'

/** Bodies that may be under way or wait for one before them. */
const MOST_WAITING = 8

export interface QueueOptions extends Formats {
  /** None: all is done here, one body after the other. */
  readonly threads: ConversionThreads | undefined
  /** So many bodies are converted here before the threads are asked: a short file is done before they have started. */
  readonly bodiesBeforeThreads: number
}

interface Entry {
  readonly offset: number
  readonly family: Family
  /** What the body was taken for. */
  readonly format: SpanFormat | undefined
  answer: ConversionAnswer | undefined
  readonly coming: Promise<ConversionAnswer> | undefined
}

export class BodyQueue {
  /** What the bodies so far have told. */
  format: SpanFormat | undefined
  readonly #formats: Formats
  readonly #options: QueueOptions
  readonly #converter: BodyConverter
  readonly #take: (converted: ConvertedBody, offset: number) => Promise<void>
  readonly #entries: Entry[] = []
  #bodies = 0

  /** `take` gets each body in turn; while it has not resolved, no further one is begun. */
  constructor(options: QueueOptions, take: (converted: ConvertedBody, offset: number) => Promise<void>) {
    const { from, to } = options
    this.#formats = from === undefined ? { to } : { from, to }
    this.#options = options
    this.#converter = new BodyConverter(this.#formats)
    this.format = from
    this.#take = take
  }

  /** Resolves when another body may come. */
  async add(family: Family, { bytes, offset }: Body): Promise<void> {
    const { threads, bodiesBeforeThreads } = this.#options
    const { format } = this
    // The first bodies tell what the others are.
    const isForThreads = this.#bodies++ >= bodiesBeforeThreads && format !== undefined && threads?.hasRoom === true
    const entry: Entry = {
      ...{ offset, family, format },
      answer: isForThreads ? undefined : this.#answer(family, bytes, format),
      coming: isForThreads ? threads.convert({ formats: this.#formats, family, format, bytes }) : undefined,
    }
    entry.coming?.then(
      (answer) => {
        entry.answer = answer
      },
      // Whoever waits for it hears of it.
      () => {},
    )
    this.#entries.push(entry)
    while (this.#entries.length >= MOST_WAITING || this.#entries[0]?.answer !== undefined) await this.#finishFirst()
  }

  /** Resolves when all bodies have been taken. */
  async end(): Promise<void> {
    while (this.#entries.length > 0) await this.#finishFirst()
  }

  async #finishFirst(): Promise<void> {
    const { offset, family, format, answer, coming } = this.#entries.shift()!
    const { bytes, converted } = answer ?? (await coming)!
    // A body before it has told that it is another version of its format: see BodyDecoder.
    const made = format === this.format ? converted : this.#answer(family, bytes, this.format).converted
    this.format = made.format
    await this.#take(made, offset)
  }

  #answer(family: Family, bytes: Uint8Array, format: SpanFormat | undefined): ConversionAnswer {
    return { bytes, converted: this.#converter.convert(family, bytes, format) }
  }
}
