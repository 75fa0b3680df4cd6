// One span as a binary decoder reads it: numbers, and positions in the sender's bytes. The same scratch serves all spans
// of a request, so reading one makes no object. span-writer.ts then turns it into OTLP.
//
//   bytes  … s p a n . k i n d … c l i e n t …        tags.type[0] = TAG.string
//            ^keyStart[0]        ^valueStart[0]

import { DecodeError } from '@clew/model'
import { MAX_ITEM_ENTRIES, MAX_REQUEST_ENTRIES } from '../otlp/fields.ts'

/** Types of tags, numbered as model.proto has them; jaeger.thrift numbers them otherwise. */
export const TAG = { string: 0, bool: 1, int64: 2, float64: 3, binary: 4, unknown: 5, taken: 6 } as const

const FIRST_ROWS = 64

/** Most spans of one request, as for OTLP: empty ones take a byte or two on the wire. */
export const MAX_SPANS = 1 << 20

/**
 * No more rows than OTLP keeps of a span, as an empty one takes a byte or two on the wire and tens here: those beyond
 * overwrite the last one and are counted.
 */
abstract class Rows {
  count = 0
  lost = 0
  readonly #format: string
  /** Since the beginning of the request. */
  #total = 0

  /** `format` is named in the DecodeError that ends a request with too many. */
  constructor(format: string) {
    this.#format = format
  }

  clear(): void {
    this.count = 0
    this.lost = 0
  }

  protected next(): number {
    if (++this.#total > MAX_REQUEST_ENTRIES)
      throw new DecodeError(
        this.#format,
        'tags, logs and references',
        `more than ${MAX_REQUEST_ENTRIES} in one request`,
      )
    if (this.count < MAX_ITEM_ENTRIES) return this.count++
    this.lost++
    return MAX_ITEM_ENTRIES - 1
  }
}

/** Tags, one a row. */
export class TagRows extends Rows {
  type = new Uint8Array(FIRST_ROWS)
  keyStart = new Uint32Array(FIRST_ROWS)
  keyEnd = new Uint32Array(FIRST_ROWS)
  /** Extent of a string or binary; low and high half of an int64; 0 or 1 of a bool. */
  valueStart = new Uint32Array(FIRST_ROWS)
  valueEnd = new Uint32Array(FIRST_ROWS)
  double = new Float64Array(FIRST_ROWS)

  /** A further row, of an empty string without a key. */
  add(): number {
    const row = this.next()
    if (row === this.type.length) this.#grow()
    this.type[row] = TAG.string
    this.keyStart[row] = 0
    this.keyEnd[row] = 0
    this.valueStart[row] = 0
    this.valueEnd[row] = 0
    return row
  }

  set(row: number, type: number, valueStart: number, valueEnd: number): void {
    this.type[row] = type
    this.valueStart[row] = valueStart
    this.valueEnd[row] = valueEnd
  }

  #grow(): void {
    const size = this.type.length * 2
    this.type = copied(this.type, new Uint8Array(size))
    this.keyStart = copied(this.keyStart, new Uint32Array(size))
    this.keyEnd = copied(this.keyEnd, new Uint32Array(size))
    this.valueStart = copied(this.valueStart, new Uint32Array(size))
    this.valueEnd = copied(this.valueEnd, new Uint32Array(size))
    this.double = copied(this.double, new Float64Array(size))
  }
}

/** Logs, one a row; their fields stand one after the other in `SpanScratch.fields`. */
export class LogRows extends Rows {
  /** Nanoseconds since 1970, negative before. */
  timestampNano: bigint[] = []
  /** Row of the first field, and the row after the last. */
  fieldStart: number[] = []
  fieldEnd: number[] = []

  /** A further row, of no time and without fields. */
  add(fieldStart: number): number {
    const row = this.next()
    this.timestampNano[row] = 0n
    this.fieldStart[row] = fieldStart
    this.fieldEnd[row] = fieldStart
    return row
  }
}

export const REFERENCE_ID_BYTES = 24

/** References, one a row. */
export class ReferenceRows extends Rows {
  isChildOf: boolean[] = []
  /** 24 bytes a row: trace id and span id. */
  ids = new Uint8Array(8 * REFERENCE_ID_BYTES)

  /** A further row, of ids that are all zero. */
  add(isChildOf: boolean): number {
    const row = this.next()
    const start = row * REFERENCE_ID_BYTES
    if (start === this.ids.length) this.ids = copied(this.ids, new Uint8Array(this.ids.length * 2))
    this.ids.fill(0, start, start + REFERENCE_ID_BYTES)
    this.isChildOf[row] = isChildOf
    return row
  }
}

export class SpanScratch {
  /** What all positions point into. */
  bytes: Uint8Array
  readonly traceId = new Uint8Array(16)
  readonly spanId = new Uint8Array(8)
  /** The field of jaeger.thrift; all zero where references alone tell the parent. */
  readonly parentSpanId = new Uint8Array(8)
  nameStart = 0
  nameEnd = 0
  flags = 0
  /** Nanoseconds since 1970, negative before; 0 is none. */
  startNano = 0n
  durationNano: bigint | undefined
  readonly tags: TagRows
  readonly fields: TagRows
  readonly logs: LogRows
  readonly references: ReferenceRows
  readonly warnings: string[] = []

  /** `format` is named in a DecodeError. */
  constructor(format: string, bytes: Uint8Array) {
    this.bytes = bytes
    this.tags = new TagRows(format)
    this.fields = new TagRows(format)
    this.logs = new LogRows(format)
    this.references = new ReferenceRows(format)
  }

  /** Forgets the span before. */
  clear(): void {
    // A call of `fill` costs more than these few bytes.
    for (let i = 0; i < 8; i++) {
      this.traceId[i] = 0
      this.traceId[i + 8] = 0
      this.spanId[i] = 0
      this.parentSpanId[i] = 0
    }
    this.nameStart = 0
    this.nameEnd = 0
    this.flags = 0
    this.startNano = 0n
    this.durationNano = undefined
    this.tags.clear()
    this.fields.clear()
    this.logs.clear()
    this.references.clear()
    this.warnings.length = 0
  }
}

function copied<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
