// One Zipkin span as a decoder reads it: numbers, and places of texts in the sender's bytes. The same scratch serves all
// spans of a request, so reading one makes no object. span-writer.ts then turns it into OTLP.
import type { ReserveMemory } from '../codec.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { Growth } from './growth.ts'
import { TagKeys } from './tag-keys.ts'

const NO_BYTES = new Uint8Array(0)

/** What a text takes in memory: its bytes by reference, and two numbers. */
const TEXT_BYTES = 24

/** Texts as places in bytes: mostly the body, or bytes of their own where the body's were escaped. */
export class Texts {
  count = 0
  readonly bytes: Uint8Array[] = []
  readonly start: number[] = []
  readonly end: number[] = []
  readonly #growth: Growth

  constructor(reserve: ReserveMemory) {
    this.#growth = new Growth(TEXT_BYTES, reserve)
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    this.#growth.reach(this.count)
    this.set(this.count++, bytes, start, end)
  }

  set(row: number, bytes: Uint8Array, start: number, end: number): void {
    // Nearly always the body that is there already; a reference costs more to store than to compare.
    if (this.bytes[row] !== bytes) this.bytes[row] = bytes
    this.start[row] = start
    this.end[row] = end
  }
}

/** What the value of a tag is: Zipkin knows only strings, New Relic takes more in the same format. */
export const TAG_TYPE = { string: 0, number: 1, bool: 2 } as const

export class EndpointScratch {
  /** Empty: none. */
  readonly serviceName = new TextPlace()
  readonly ipv4 = new TextPlace()
  readonly ipv6 = new TextPlace()
  /** 0: none. */
  port = 0

  clear(): void {
    this.serviceName.clear()
    this.ipv4.clear()
    this.ipv6.clear()
    this.port = 0
  }

  get isEmpty(): boolean {
    return this.serviceName.isEmpty && this.ipv4.isEmpty && this.ipv6.isEmpty && this.port === 0
  }
}

export class TextPlace {
  bytes: Uint8Array = NO_BYTES
  start = 0
  end = 0

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  copy(other: TextPlace): void {
    this.set(other.bytes, other.start, other.end)
  }

  /** A text that stands nowhere in the body. */
  setText(text: string): void {
    const bytes = encodeUtf8(text)
    this.set(bytes, 0, bytes.length)
  }

  clear(): void {
    this.set(NO_BYTES, 0, 0)
  }

  get isEmpty(): boolean {
    return this.start === this.end
  }

  isSame(other: TextPlace): boolean {
    return this.#isAt(other.bytes, other.start, other.end)
  }

  /** Given as its UTF-8. */
  isText(text: Uint8Array): boolean {
    return this.#isAt(text, 0, text.length)
  }

  #isAt(bytes: Uint8Array, start: number, end: number): boolean {
    const length = this.end - this.start
    if (end - start !== length) return false
    for (let i = 0; i < length; i++) if (this.bytes[this.start + i] !== bytes[start + i]) return false
    return true
  }
}

export class SpanScratch {
  readonly traceId = new Uint8Array(16)
  readonly spanId = new Uint8Array(8)
  /** All zero: none. */
  readonly parentSpanId = new Uint8Array(8)
  /** Ids as they were written, where they may be any text and are no hex. */
  traceIdText = ''
  spanIdText = ''
  parentSpanIdText = ''
  readonly name = new TextPlace()
  /** Index into SPAN_KINDS; 1 (internal) where Zipkin says none. */
  kind = 1
  /** Microseconds since 1970 as halves of 32 bits; 0: none. */
  timestampLow = 0
  timestampHigh = 0
  /** Microseconds. */
  durationLow = 0
  durationHigh = 0
  hasDuration = false
  readonly local = new EndpointScratch()
  readonly remote = new EndpointScratch()
  readonly tagKeys = new TagKeys()
  readonly tagValues: Texts
  readonly tagTypes: number[] = []
  readonly annotationValues: Texts
  readonly annotationLow: number[] = []
  readonly annotationHigh: number[] = []
  debug = false
  shared = false
  /** Why this span cannot be kept; '' when it can. */
  problem = ''

  constructor(reserve: ReserveMemory = () => {}) {
    this.tagValues = new Texts(reserve)
    this.annotationValues = new Texts(reserve)
  }

  /** Forgets the span before. */
  clear(): void {
    this.traceId.fill(0)
    this.spanId.fill(0)
    this.parentSpanId.fill(0)
    this.traceIdText = ''
    this.spanIdText = ''
    this.parentSpanIdText = ''
    this.name.clear()
    this.kind = 1
    this.timestampLow = 0
    this.timestampHigh = 0
    this.durationLow = 0
    this.durationHigh = 0
    this.hasDuration = false
    this.local.clear()
    this.remote.clear()
    this.tagKeys.count = 0
    this.tagValues.count = 0
    this.annotationValues.count = 0
    this.debug = false
    this.shared = false
    this.problem = ''
  }

  addTag(type: number, bytes: Uint8Array, start: number, end: number): void {
    this.tagTypes[this.tagValues.count] = type
    this.tagValues.add(bytes, start, end)
  }

  /** The first problem is the one that is told. */
  reject(problem: string): void {
    if (this.problem === '') this.problem = problem
  }
}

/** Zipkin takes a span that names itself as its parent for a root. */
export function clearRepeatedParent({ parentSpanId, spanId }: SpanScratch): void {
  for (let i = 0; i < spanId.length; i++) if (parentSpanId[i] !== spanId[i]) return
  parentSpanId.fill(0)
}
