// A stream of bytes in any format into bodies that a decoder can take: the first half of reading it. Where the bodies end
// does not depend on who decodes them, nor on where.
import { DecodeError } from '@clew/model'
import { ByteBuffer } from './byte-buffer.ts'
import { JsonSplitter } from './json-splitter.ts'
import { ProtobufSplitter } from './protobuf-splitter.ts'
import { FAMILY_OF, type Family, SNIFFED_BYTES, SPAN_FORMATS, type SpanFormat, sniffFamily } from './sniff.ts'
import type { Body, Splitter, SplitterLimits } from './splitter.ts'
import { WholeSplitter } from './whole-splitter.ts'

/** What no body can be made of, and why. */
export interface Unread {
  readonly offset: number
  readonly problem: DecodeError
}

const SPLITTERS: Readonly<Record<Family, new (limits: SplitterLimits) => Splitter>> = {
  json: JsonSplitter,
  protobuf: ProtobufSplitter,
  thrift: WholeSplitter,
}

export class BodyReader {
  /** What the bodies are; settled before the first of them. */
  family: Family = 'json'
  readonly #limits: SplitterLimits
  readonly #format: SpanFormat | undefined
  readonly #head = new ByteBuffer()
  #splitter: Splitter | undefined
  #isOver = false

  /** The family is sniffed unless the format is given. */
  constructor(limits: SplitterLimits, format?: SpanFormat) {
    this.#limits = limits
    this.#format = format
  }

  /** Bodies that are whole with this chunk. After a break in the structure of the stream nothing more is read. */
  *push(bytes: Uint8Array): Generator<Body | Unread> {
    if (this.#isOver) return
    // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
    const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (this.#splitter !== undefined) {
      yield* this.#take(this.#splitter.push(chunk))
      return
    }
    this.#head.append(chunk)
    if (this.#head.length >= SNIFFED_BYTES) yield* this.#begin()
  }

  *end(): Generator<Body | Unread> {
    if (this.#splitter === undefined && this.#head.length > 0) yield* this.#begin()
    if (this.#splitter !== undefined && !this.#isOver) yield* this.#take(this.#splitter.end())
    this.#isOver = true
  }

  *#begin(): Generator<Body | Unread> {
    const head = this.#head.take()
    const family = this.#format === undefined ? sniffFamily(head) : FAMILY_OF[this.#format]
    if (family === undefined) {
      yield { offset: 0, problem: new DecodeError('spans', 'byte 0', `expected one of ${SPAN_FORMATS.join(', ')}`) }
      this.#isOver = true
      return
    }
    this.family = family
    this.#splitter = new SPLITTERS[family](this.#limits)
    yield* this.#take(this.#splitter.push(head))
  }

  *#take(bodies: Iterable<Body>): Generator<Body | Unread> {
    try {
      yield* bodies
    } catch (problem) {
      if (!(problem instanceof DecodeError)) throw problem
      this.#isOver = true
      yield { offset: Number(/^byte (\d+)$/.exec(problem.at)?.[1] ?? 0), problem }
    }
  }
}
