// The fast way through a span: an object as nearly all senders write it is read in one pass over its bytes. What stands
// otherwise (null, a number as a string, an unknown field, what is no JSON) is left to the reader of JSON, which then goes
// over the whole span.
import { CODE } from '../wire/json-tokens.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { type EndpointScratch, type SpanScratch, TAG_TYPE } from '../zipkin-model/span-scratch.ts'
import { FIELD } from './fields.ts'
import type { PlainValues } from './plain-values.ts'

/** Keys and values are compared with what is around them in JSON. */
function quoted(names: readonly string[], after = ''): Uint8Array[] {
  return names.map((name) => encodeUtf8(`"${name}"${after}`))
}

/** By number of the field; none for those that are not read here. */
const KEYS = quoted(
  Object.entries(FIELD)
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name),
  ':',
)
const [SERVICE_NAME, IPV4, IPV6, PORT] = quoted(['serviceName', 'ipv4', 'ipv6', 'port'], ':') as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
]
const [TIMESTAMP, VALUE] = quoted(['timestamp', 'value'], ':') as [Uint8Array, Uint8Array]
/** From 2 on, as in SPAN_KINDS. */
const KINDS = quoted(['SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'])
const FIRST_KIND = 2
const [TRUE, FALSE] = [encodeUtf8('true'), encodeUtf8('false')]
const MAX_PORT = 0xffff

/** All methods give the place behind what they read, or 0 where it stands otherwise. */
export class PlainSpanReader {
  readonly #span: SpanScratch
  readonly #values: PlainValues
  /** The field that came after each in the spans before: senders write them in one order. */
  readonly #next = new Uint8Array(KEYS.length)
  #field = 0

  constructor(span: SpanScratch, values: PlainValues) {
    this.#span = span
    this.#values = values
  }

  /** The span object at `start` into the scratch, of which a part is filled too when it stands otherwise. */
  read(start: number): number {
    const values = this.#values
    this.#field = FIELD.unknown
    let at = values.enter(start, CODE.openObject)
    if (at === 0) return 0
    if (values.bytes[at] === CODE.closeObject) return at + 1
    for (;;) {
      at = this.#key(at)
      if (at === 0) return 0
      at = this.#value(values.token(at))
      if (at === 0) return 0
      at = values.token(at)
      const code = values.bytes[at]
      if (code === CODE.closeObject) return at + 1
      if (code !== CODE.comma) return 0
      at = values.token(at + 1)
    }
  }

  #key(at: number): number {
    const values = this.#values
    const before = this.#field
    const guess = this.#next[before]!
    this.#field = guess
    if (values.isAt(at, KEYS[guess]!)) return at + KEYS[guess]!.length
    for (let field = 1; field < KEYS.length; field++) {
      if (!values.isAt(at, KEYS[field]!)) continue
      this.#field = field
      this.#next[before] = field
      return at + KEYS[field]!.length
    }
    return 0
  }

  #value(at: number): number {
    const span = this.#span
    const values = this.#values
    switch (this.#field) {
      case FIELD.traceId:
        return values.hexInto(at, span.traceId)
      case FIELD.id:
        return values.hexInto(at, span.spanId)
      case FIELD.parentId:
        return values.hexInto(at, span.parentSpanId)
      case FIELD.name:
        return values.textInto(at, span.name)
      case FIELD.kind:
        return this.#kind(at)
      case FIELD.timestamp: {
        const after = values.number(at)
        span.timestampLow = values.low
        span.timestampHigh = values.high
        return after
      }
      case FIELD.duration: {
        const after = values.number(at)
        span.hasDuration = true
        span.durationLow = values.low
        span.durationHigh = values.high
        return after
      }
      case FIELD.localEndpoint:
        return this.#endpoint(at, span.local)
      case FIELD.remoteEndpoint:
        return this.#endpoint(at, span.remote)
      case FIELD.tags:
        return this.#tags(at)
      case FIELD.annotations:
        return this.#annotations(at)
      case FIELD.debug: {
        span.debug = values.isAt(at, TRUE)
        return this.#afterBoolean(at, span.debug)
      }
      case FIELD.shared: {
        span.shared = values.isAt(at, TRUE)
        return this.#afterBoolean(at, span.shared)
      }
      default:
        return 0
    }
  }

  #afterBoolean(at: number, isTrue: boolean): number {
    if (isTrue) return at + TRUE.length
    return this.#values.isAt(at, FALSE) ? at + FALSE.length : 0
  }

  #kind(at: number): number {
    for (let i = 0; i < KINDS.length; i++) {
      if (!this.#values.isAt(at, KINDS[i]!)) continue
      this.#span.kind = FIRST_KIND + i
      return at + KINDS[i]!.length
    }
    return 0
  }

  #endpoint(start: number, endpoint: EndpointScratch): number {
    const values = this.#values
    endpoint.clear()
    let at = values.enter(start, CODE.openObject)
    if (at === 0 || values.bytes[at] === CODE.closeObject) return at === 0 ? 0 : at + 1
    for (;;) {
      if (values.isAt(at, SERVICE_NAME))
        at = values.textInto(values.token(at + SERVICE_NAME.length), endpoint.serviceName)
      else if (values.isAt(at, IPV4)) at = values.textInto(values.token(at + IPV4.length), endpoint.ipv4)
      else if (values.isAt(at, IPV6)) at = values.textInto(values.token(at + IPV6.length), endpoint.ipv6)
      else if (values.isAt(at, PORT)) {
        at = values.number(values.token(at + PORT.length))
        if (values.high !== 0 || values.low > MAX_PORT) return 0
        endpoint.port = values.low
      } else return 0
      if (at === 0) return 0
      at = values.token(at)
      if (values.bytes[at] === CODE.closeObject) return at + 1
      if (values.bytes[at] !== CODE.comma) return 0
      at = values.token(at + 1)
    }
  }

  #tags(start: number): number {
    const span = this.#span
    const values = this.#values
    const { tagKeys } = span
    let at = values.enter(start, CODE.openObject)
    if (at === 0 || values.bytes[at] === CODE.closeObject) return at === 0 ? 0 : at + 1
    for (;;) {
      if (values.bytes[at] !== CODE.quote) return 0
      const textStart = tagKeys.textAfterSame(values.view, at + 1)
      if (textStart > 0) {
        tagKeys.addAgain()
        at = values.textFrom(textStart)
      } else {
        at = values.text(at)
        if (at === 0) return 0
        tagKeys.add(values.textBytes, values.textStart, values.textEnd)
        at = values.token(at)
        if (values.bytes[at] !== CODE.colon) return 0
        at = values.text(values.token(at + 1))
      }
      if (at === 0) return 0
      span.addTag(TAG_TYPE.string, values.textBytes, values.textStart, values.textEnd)
      at = values.token(at)
      const code = values.bytes[at]
      if (code === CODE.closeObject) return at + 1
      if (code !== CODE.comma) return 0
      at = values.token(at + 1)
    }
  }

  #annotations(start: number): number {
    const values = this.#values
    let at = values.enter(start, CODE.openArray)
    if (at === 0 || values.bytes[at] === CODE.closeArray) return at === 0 ? 0 : at + 1
    for (;;) {
      at = this.#annotation(at)
      if (at === 0) return 0
      at = values.token(at)
      if (values.bytes[at] === CODE.closeArray) return at + 1
      if (values.bytes[at] !== CODE.comma) return 0
      at = values.token(at + 1)
    }
  }

  #annotation(start: number): number {
    const { annotationValues: texts, annotationLow, annotationHigh } = this.#span
    const values = this.#values
    const row = texts.count
    annotationLow[row] = 0
    annotationHigh[row] = 0
    texts.add(values.bytes, 0, 0)
    let at = values.enter(start, CODE.openObject)
    if (at === 0 || values.bytes[at] === CODE.closeObject) return at === 0 ? 0 : at + 1
    for (;;) {
      if (values.isAt(at, TIMESTAMP)) {
        at = values.number(values.token(at + TIMESTAMP.length))
        annotationLow[row] = values.low
        annotationHigh[row] = values.high
      } else if (values.isAt(at, VALUE)) {
        at = values.text(values.token(at + VALUE.length))
        texts.set(row, values.textBytes, values.textStart, values.textEnd)
      } else return 0
      if (at === 0) return 0
      at = values.token(at)
      if (values.bytes[at] === CODE.closeObject) return at + 1
      if (values.bytes[at] !== CODE.comma) return 0
      at = values.token(at + 1)
    }
  }
}
