// Formats that say how many spans there are before the first one, or who made them only beside the list (thrift): the
// stream is one body.
import { ByteBuffer } from './byte-buffer.ts'
import { type Body, checkItemSize, type Splitter, type SplitterLimits } from './splitter.ts'

export class WholeSplitter implements Splitter {
  readonly #limits: SplitterLimits
  readonly #pending = new ByteBuffer()

  constructor(limits: SplitterLimits) {
    this.#limits = limits
  }

  push(chunk: Uint8Array): Iterable<Body> {
    this.#pending.append(chunk)
    checkItemSize('thrift', 0, this.#pending.length, this.#limits)
    return []
  }

  *end(): Generator<Body> {
    if (this.#pending.length > 0) yield { bytes: this.#pending.take(), offset: 0 }
  }
}
