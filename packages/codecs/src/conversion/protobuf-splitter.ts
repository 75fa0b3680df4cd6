// Protobuf into bodies. OTLP's TracesData, Zipkin's ListOfSpans and Jaeger's PostSpansRequest are all one repeated field,
// and messages set one after the other are one message: a body is a run of whole fields.
import { DecodeError } from '@clew/model'
import { WIRE } from '../wire/protobuf-reader.ts'
import { ByteBuffer } from './byte-buffer.ts'
import { type Body, checkItemSize, type Splitter, type SplitterLimits } from './splitter.ts'

const FORMAT = 'protobuf'
const MAX_VARINT_BYTES = 10

export class ProtobufSplitter implements Splitter {
  readonly #limits: SplitterLimits
  readonly #pending = new ByteBuffer()
  /** Place of `#pending` in the stream. */
  #offset = 0
  /** Ends of the body and of the fields gone over, in `#pending`. */
  #bodyStart = 0
  #at = 0

  constructor(limits: SplitterLimits) {
    this.#limits = limits
  }

  *push(chunk: Uint8Array): Generator<Body> {
    this.#pending.append(chunk)
    try {
      for (;;) {
        const after = this.#afterField()
        if (after < 0) break
        this.#at = after
        if (after - this.#bodyStart >= this.#limits.bodyBytes) yield this.#take()
      }
      checkItemSize(FORMAT, this.#offset + this.#at, this.#pending.length - this.#at, this.#limits)
    } catch (error) {
      if (this.#at > this.#bodyStart) yield this.#take()
      throw error
    }
    this.#pending.drop(this.#bodyStart)
    this.#offset += this.#bodyStart
    this.#at -= this.#bodyStart
    this.#bodyStart = 0
  }

  *end(): Generator<Body> {
    const isCut = this.#pending.length > this.#at
    if (this.#at > this.#bodyStart) yield this.#take()
    if (isCut) this.#fail('expected the rest of a field, got the end')
  }

  #take(): Body {
    const body = {
      bytes: this.#pending.view.slice(this.#bodyStart, this.#at),
      offset: this.#offset + this.#bodyStart,
    }
    this.#bodyStart = this.#at
    return body
  }

  /** The place after the field at `#at`; -1 when it is not here yet. */
  #afterField(): number {
    const bytes = this.#pending.view
    const tag = this.#varint(bytes, this.#at)
    if (tag === undefined) return -1
    const [value, at] = tag
    if (value < 8) this.#fail('expected a field, got number 0')
    switch (value % 8) {
      case WIRE.varint:
        return this.#varint(bytes, at)?.[1] ?? -1
      case WIRE.fixed64:
        return at + 8 <= bytes.length ? at + 8 : -1
      case WIRE.fixed32:
        return at + 4 <= bytes.length ? at + 4 : -1
      case WIRE.lengthDelimited: {
        const length = this.#varint(bytes, at)
        if (length === undefined) return -1
        const after = length[1] + length[0]
        checkItemSize(FORMAT, this.#offset + this.#at, after - this.#at, this.#limits)
        return after <= bytes.length ? after : -1
      }
      default:
        return this.#fail(`expected wire type 0, 1, 2 or 5, got ${value % 8}`)
    }
  }

  /** Value and the place after it; above 2^53 the value is rounded. Undefined when the bytes end before it does. */
  #varint(bytes: Uint8Array, start: number): [value: number, after: number] | undefined {
    let value = 0
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = bytes[start + i]
      if (byte === undefined) return undefined
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return [value, start + i + 1]
    }
    return this.#fail('expected a number of at most 10 bytes, got a longer one')
  }

  #fail(problem: string): never {
    throw new DecodeError(FORMAT, `byte ${this.#offset + this.#at}`, problem)
  }
}
