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
  #bytes: Uint8Array = new Uint8Array(0)
  #keyStart = 0
  #keyEnd = 0
  /** Tag of the value, 0 when there is none; then its place, without the length of a string. */
  #kind = 0
  #valueStart = 0
  #valueEnd = 0
  /** The entry is a KeyValue of OTLP byte for byte, and has a value. */
  isKeyValue = false

  /** `format` is named in DecodeErrors. */
  constructor(format: string) {
    this.#fields = new ProtobufReader(format)
    this.#value = new ProtobufReader(format)
  }

  /** Throws DecodeError when `bytes[start, end)` is no message. */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes
    this.isKeyValue = this.#readUsual(bytes, start, end)
    if (!this.isKeyValue) this.#readAny(bytes, start, end)
  }

  get key(): string {
    return decodeUtf8(this.#bytes, this.#keyStart, this.#keyEnd)
  }

  /** Whether the key may be `error` or begin so: most do not, and no string is made of them. */
  get mayTellError(): boolean {
    return this.#keyStart < this.#keyEnd && this.#bytes[this.#keyStart] === LETTER_E
  }

  /** Undefined for an AttributeValue with nothing in it, which is null. */
  get value(): AgentValue | undefined {
    const value = this.#value
    if (this.#kind === 0) return undefined
    if (this.#kind === STRING_VALUE) return decodeUtf8(this.#bytes, this.#valueStart, this.#valueEnd)
    value.open(this.#bytes, this.#valueStart, this.#valueEnd)
    value.valueStart = this.#valueStart
    if (this.#kind === DOUBLE_VALUE) return value.double()
    value.varint()
    return this.#kind === BOOL_VALUE ? value.bool() : value.int64()
  }

  /** The form in which every library writes an entry, as long as its lengths take one byte; false when it is another. */
  #readUsual(bytes: Uint8Array, start: number, end: number): boolean {
    const keyEnd = start + 2 + bytes[start + 1]!
    const value = keyEnd + 2
    if (value + 2 > end || bytes[start] !== KEY || bytes[start + 1]! > 127) return false
    if (bytes[keyEnd] !== VALUE || bytes[keyEnd + 1] !== end - value || end - value > 127) return false
    const kind = bytes[value]!
    const isString = kind === STRING_VALUE
    if (isString ? bytes[value + 1] !== end - value - 2 : !isNumber(bytes, kind, value + 1, end)) return false
    this.#keyStart = start + 2
    this.#keyEnd = keyEnd
    this.#kind = kind
    this.#valueStart = isString ? value + 2 : value + 1
    this.#valueEnd = end
    return true
  }

  #readAny(bytes: Uint8Array, start: number, end: number): void {
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
    }
    return Math.max(0, fields - 1)
  }
}

function isKnown(tag: number): boolean {
  return tag === STRING_VALUE || tag === BOOL_VALUE || tag === INT_VALUE || tag === DOUBLE_VALUE
}

/** Whether `bytes[start, end)` is the one number that the tag announces. */
function isNumber(bytes: Uint8Array, tag: number, start: number, end: number): boolean {
  if (tag === DOUBLE_VALUE) return end - start === 8
  if (tag !== INT_VALUE && tag !== BOOL_VALUE) return false
  if (end - start > 10) return false
  for (let at = start; at < end - 1; at++) if (bytes[at]! < 128) return false
  return bytes[end - 1]! < 128
}
