// A Zipkin v1 span as its decoders read it: a list of what happened, each with the host where it happened. v1-to-v2.ts
// makes the spans of today out of it.
import type { ReserveMemory } from '../codec.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { Growth } from './growth.ts'
import { type EndpointScratch, SpanScratch, type TextPlace } from './span-scratch.ts'

/** About what one takes in memory as objects, with its endpoint. */
const ANNOTATION_BYTES = 400

const ADDRESS_KEYS = [encodeUtf8('sa'), encodeUtf8('ca'), encodeUtf8('ma')] as const

export interface V1Annotation {
  /** Microseconds since 1970; 0 where there is none. */
  readonly timestamp: bigint
  readonly value: TextPlace
  /** Empty for a host that is there and has no name: version 1 asks for one. */
  readonly endpoint: EndpointScratch | undefined
}

export interface V1BinaryAnnotation {
  readonly key: TextPlace
  /** Undefined: a mark that `endpoint` is an address (`sa`, `ca`, `ma`). */
  readonly value: TextPlace | undefined
  readonly endpoint: EndpointScratch | undefined
}

export class V1Span {
  /** Ids, name, timestamp, duration, debug and what is wrong with the span. */
  readonly head: SpanScratch
  readonly annotations: V1Annotation[] = []
  readonly binaryAnnotations: V1BinaryAnnotation[] = []
  readonly #annotationGrowth: Growth
  readonly #binaryGrowth: Growth

  constructor(reserve: ReserveMemory = () => {}) {
    this.head = new SpanScratch(reserve)
    this.#annotationGrowth = new Growth(ANNOTATION_BYTES, reserve)
    this.#binaryGrowth = new Growth(ANNOTATION_BYTES, reserve)
  }

  addAnnotation(annotation: V1Annotation): void {
    this.#annotationGrowth.reach(this.annotations.length)
    this.annotations.push(annotation)
  }

  /** A boolean at `sa`, `ca` or `ma` marks an address; a value of any other key is a tag, and none is nothing. */
  addBinaryAnnotation(
    key: TextPlace,
    value: TextPlace | undefined,
    isBoolean: boolean,
    endpoint: EndpointScratch | undefined,
  ): void {
    if (value === undefined) return
    const isAddress = isBoolean && ADDRESS_KEYS.some((address) => key.isText(address))
    this.#binaryGrowth.reach(this.binaryAnnotations.length)
    this.binaryAnnotations.push({ key, value: isAddress ? undefined : value, endpoint })
  }

  clear(): void {
    this.head.clear()
    this.annotations.length = 0
    this.binaryAnnotations.length = 0
  }
}
