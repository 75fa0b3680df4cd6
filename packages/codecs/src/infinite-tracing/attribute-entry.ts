// One entry of a `map<string, AttributeValue>`, read in place. The field numbers of an entry and of its value are those of
// an OTLP KeyValue and of its AnyValue, so an entry that holds nothing else is copied as it is:
//
//   0a 04 p o r t | 12 03 18 bb 01      key "port", value { int_value: 187 }
import { ProtobufReader, protobufTag, WIRE } from '../wire/protobuf-reader.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { ATTRIBUTE_VALUE, MAP_ENTRY } from './fields.ts'

/** What an agent can say of a span in one value: a bigint is an integer of 64 bits, a number a double. */
export type AgentValue = string | number | bigint | boolean

const KEY = protobufTag(MAP_ENTRY.key, WIRE.lengthDelimited)
const VALUE = protobufTag(MAP_ENTRY.value, WIRE.lengthDelimited)
const STRING_VALUE = protobufTag(ATTRIBUTE_VALUE.string_value, WIRE.lengthDelimited)
const BOOL_VALUE = protobufTag(ATTRIBUTE_VALUE.bool_value, WIRE.varint)
const INT_VALUE = protobufTag(ATTRIBUTE_VALUE.int_value, WIRE.varint)
const DOUBLE_VALUE = protobufTag(ATTRIBUTE_VALUE.double_value, WIRE.fixed64)
const LETTER_E = 0x65

/** One object serves all entries, one after the other. */
export class AttributeEntry {
  readonly #fields: ProtobufReader
  readonly #value: ProtobufReader
  #keyStart = 0
  #keyEnd = 0
  /** Tag of the value, 0 when there is none; then its place and its bits, as ProtobufReader has them. */
  #kind = 0
  #valueStart = 0
  #valueEnd = 0
  #low = 0
  #high = 0
  /** The entry is a KeyValue of OTLP byte for byte, and has a value. */
  isKeyValue = false

  /** `format` is named in DecodeErrors. */
  constructor(format: string) {
    this.#fields = new ProtobufReader(format)
    this.#value = new ProtobufReader(format)
  }

  /** Throws DecodeError when `bytes[start, end)` is no message. */
  read(bytes: Uint8Array, start: number, end: number): void {
    const fields = this.#fields
    fields.open(bytes, start, end)
    this.#kind = 0
    this.#keyStart = this.#keyEnd = start
    let keys = 0
    let values = 0
    let others = 0
    while (fields.next()) {
      if (fields.tag === KEY) {
        keys++
        this.#keyStart = fields.valueStart
        this.#keyEnd = fields.valueEnd
      } else if (fields.tag === VALUE) {
        values++
        // Of a value that is there twice the parts are merged, and the last of a oneof counts.
        others += this.#readValue(bytes, fields.valueStart, fields.valueEnd)
      } else others++
    }
    this.isKeyValue = keys === 1 && values === 1 && others === 0 && this.#kind !== 0
  }

  get key(): string {
    return decodeUtf8(this.#fields.bytes, this.#keyStart, this.#keyEnd)
  }

  /** Whether the key may be `error` or begin so: most do not, and no string is made of them. */
  get mayTellError(): boolean {
    return this.#keyStart < this.#keyEnd && this.#fields.bytes[this.#keyStart] === LETTER_E
  }

  /** Undefined for an AttributeValue with nothing in it, which is null. */
  get value(): AgentValue | undefined {
    const value = this.#value
    value.valueStart = this.#valueStart
    value.valueEnd = this.#valueEnd
    value.low = this.#low
    value.high = this.#high
    switch (this.#kind) {
      case STRING_VALUE:
        return value.text()
      case BOOL_VALUE:
        return value.bool()
      case INT_VALUE:
        return value.int64()
      case DOUBLE_VALUE:
        return value.double()
    }
    return undefined
  }

  /** Keeps the last field of the oneof; gives the number of all other fields. */
  #readValue(bytes: Uint8Array, start: number, end: number): number {
    const value = this.#value
    let fields = 0
    value.open(bytes, start, end)
    while (value.next()) {
      fields++
      if (!isKnown(value.tag)) continue
      this.#kind = value.tag
      this.#valueStart = value.valueStart
      this.#valueEnd = value.valueEnd
      this.#low = value.low
      this.#high = value.high
    }
    return Math.max(0, fields - 1)
  }
}

function isKnown(tag: number): boolean {
  return tag === STRING_VALUE || tag === BOOL_VALUE || tag === INT_VALUE || tag === DOUBLE_VALUE
}
