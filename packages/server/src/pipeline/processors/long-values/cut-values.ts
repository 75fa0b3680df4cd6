// Rewrites one OTLP message so that no value in it is longer than a limit. A string is cut between two characters, bytes
// anywhere, a list after its last element that fits; each cut is counted in `dropped_attributes_count` of the message
// that has the value (of the one around it, where it has no such count).
import {
  ANY_VALUE,
  KEY_VALUE,
  LOG_RECORD,
  ProtobufReader,
  ProtobufWriter,
  RESOURCE,
  SCOPE,
  SPAN,
  SPAN_EVENT,
  SPAN_LINK,
  STATUS,
  WIRE,
} from '@clew/codecs'

interface Shape {
  readonly strings: readonly number[]
  readonly attributes?: number
  readonly dropped?: number
  /** A field that is itself an AnyValue. */
  readonly value?: number
  readonly messages?: Readonly<Record<number, Shape>>
}

const EVENT_SHAPE: Shape = {
  strings: [SPAN_EVENT.name],
  attributes: SPAN_EVENT.attributes,
  dropped: SPAN_EVENT.dropped_attributes_count,
}
const LINK_SHAPE: Shape = {
  strings: [SPAN_LINK.trace_state],
  attributes: SPAN_LINK.attributes,
  dropped: SPAN_LINK.dropped_attributes_count,
}
const SHAPES = {
  spans: {
    strings: [SPAN.trace_state, SPAN.name],
    attributes: SPAN.attributes,
    dropped: SPAN.dropped_attributes_count,
    messages: { [SPAN.events]: EVENT_SHAPE, [SPAN.links]: LINK_SHAPE, [SPAN.status]: { strings: [STATUS.message] } },
  },
  logs: {
    strings: [LOG_RECORD.severity_text, LOG_RECORD.event_name],
    attributes: LOG_RECORD.attributes,
    dropped: LOG_RECORD.dropped_attributes_count,
    value: LOG_RECORD.body,
  },
  resource: { strings: [], attributes: RESOURCE.attributes, dropped: RESOURCE.dropped_attributes_count },
  scope: {
    strings: [SCOPE.name, SCOPE.version],
    attributes: SCOPE.attributes,
    dropped: SCOPE.dropped_attributes_count,
  },
} as const satisfies Record<string, Shape>

export interface CutMessage {
  /** The same array when nothing was too long. */
  readonly bytes: Uint8Array
  readonly cuts: number
}

export function cutValues(message: Uint8Array, kind: keyof typeof SHAPES, limitBytes: number): CutMessage {
  const cutter = new Cutter(message, limitBytes)
  cutter.message(0, message.length, SHAPES[kind])
  return cutter.cuts === 0 ? { bytes: message, cuts: 0 } : { bytes: cutter.writer.copy(), cuts: cutter.cuts }
}

class Cutter {
  readonly writer: ProtobufWriter
  cuts = 0
  readonly #bytes: Uint8Array
  readonly #limit: number

  constructor(bytes: Uint8Array, limit: number) {
    this.writer = new ProtobufWriter(Math.min(bytes.length, 2 * limit) + 64)
    this.#bytes = bytes
    this.#limit = limit
  }

  /** Gives the cuts that the message has no count for. */
  message(start: number, end: number, shape: Shape): number {
    const reader = this.#reader(start, end)
    let cuts = 0
    let dropped = 0
    for (let fieldStart = start; reader.next(); fieldStart = reader.position) {
      const { field, valueStart, valueEnd } = reader
      if (field === shape.dropped && reader.wireType === WIRE.varint) dropped = reader.uint32()
      else if (reader.wireType !== WIRE.lengthDelimited || valueEnd - valueStart <= this.#limit)
        this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
      else if (field === shape.attributes) cuts += this.#nested(field, () => this.#keyValue(valueStart, valueEnd))
      else if (field === shape.value) cuts += this.#nested(field, () => this.#anyValue(valueStart, valueEnd))
      else if (shape.strings.includes(field)) cuts += this.#text(field, valueStart, valueEnd)
      else {
        const inner = shape.messages?.[field]
        if (inner === undefined) this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
        else cuts += this.#nested(field, () => this.message(valueStart, valueEnd, inner))
      }
    }
    if (shape.dropped === undefined) return cuts
    if (dropped + cuts > 0) this.writer.uint32Field(shape.dropped, dropped + cuts)
    return 0
  }

  #keyValue(start: number, end: number): number {
    const reader = this.#reader(start, end)
    let cuts = 0
    for (let fieldStart = start; reader.next(); fieldStart = reader.position) {
      const { field, valueStart, valueEnd } = reader
      if (reader.wireType !== WIRE.lengthDelimited || valueEnd - valueStart <= this.#limit)
        this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
      else if (field === KEY_VALUE.key) cuts += this.#text(field, valueStart, valueEnd)
      else if (field === KEY_VALUE.value) cuts += this.#nested(field, () => this.#anyValue(valueStart, valueEnd))
      else this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
    }
    return cuts
  }

  #anyValue(start: number, end: number): number {
    const reader = this.#reader(start, end)
    let cuts = 0
    for (let fieldStart = start; reader.next(); fieldStart = reader.position) {
      const { field, valueStart, valueEnd } = reader
      if (reader.wireType !== WIRE.lengthDelimited || valueEnd - valueStart <= this.#limit)
        this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
      else if (field === ANY_VALUE.string_value) cuts += this.#text(field, valueStart, valueEnd)
      else if (field === ANY_VALUE.bytes_value) cuts += this.#cut(field, valueStart, valueStart + this.#limit)
      else if (field === ANY_VALUE.array_value || field === ANY_VALUE.kvlist_value)
        cuts += this.#nested(field, () => this.#list(valueStart, valueEnd))
      else this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
    }
    return cuts
  }

  /** Of ArrayValue and KeyValueList alike: elements are kept in order while they fit. */
  #list(start: number, end: number): number {
    const reader = this.#reader(start, end)
    for (let fieldStart = start; reader.next(); fieldStart = reader.position) {
      if (reader.position - start > this.#limit) break
      this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
    }
    return this.#counted()
  }

  #text(field: number, start: number, end: number): number {
    let cutEnd = Math.min(end, start + this.#limit)
    // Back to the first byte of a character.
    while (cutEnd > start && cutEnd < end && (this.#bytes[cutEnd]! & 0xc0) === 0x80) cutEnd--
    return this.#cut(field, start, cutEnd)
  }

  #cut(field: number, start: number, end: number): number {
    this.writer.bytesField(field, this.#bytes.subarray(start, end))
    return this.#counted()
  }

  #counted(): number {
    this.cuts++
    return 1
  }

  #nested(field: number, write: () => number): number {
    const open = this.writer.open(field)
    const cuts = write()
    this.writer.close(open)
    return cuts
  }

  #reader(start: number, end: number): ProtobufReader {
    return new ProtobufReader('otlp protobuf', this.#bytes, start, end)
  }
}
