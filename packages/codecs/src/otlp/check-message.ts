// Checks the nested OTLP messages of an item without building anything: that lengths fit, that values nest within reason,
// and whether every string is UTF-8. It is the hot path of ingestion, hence plain positions instead of a reader object;
// tags are the bytes on the wire: (field number << 3) | wire type.
//
// Each check takes `bytes[start, end)` and gives true when all strings in it are UTF-8. Broken structure throws DecodeError.
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { isUtf8 } from '../wire/utf8.ts'
import { MAX_REQUEST_ENTRIES, MAX_VALUE_DEPTH } from './fields.ts'

/** For everything that is rare: long lengths, unknown fields, failures. */
const reader = new ProtobufReader('otlp protobuf')

/** Attributes, messages and list elements that may still come in the request that is checked. */
let entriesLeft = 0

/** Before the first check of a request. */
export function startCounting(): void {
  entriesLeft = MAX_REQUEST_ENTRIES
}

export function countedEntries(): number {
  return MAX_REQUEST_ENTRIES - entriesLeft
}

/** Counts what is kept again without being checked again. */
export function countEntries(more: number, at: number): void {
  entriesLeft -= more
  if (entriesLeft < 0)
    reader.fail(at, `more than ${MAX_REQUEST_ENTRIES} attributes, events, links and list elements in one request`)
}

/** End of the value whose start `lengthDelimited` gave: JavaScript has no second return value without an object. */
export let valueEnd = 0

/** Start of the value whose length is at `at`; its end is left in `valueEnd`. */
export function lengthDelimited(bytes: Uint8Array, at: number, end: number): number {
  if (at < end) {
    const stop = at + 1 + bytes[at]!
    if (bytes[at]! < 128 && stop <= end) {
      valueEnd = stop
      return at + 1
    }
  }
  reader.open(bytes, at, end)
  const length = reader.length()
  valueEnd = reader.position + length
  return reader.position
}

/** Position after the varint at `at`. */
export function afterVarint(bytes: Uint8Array, at: number, end: number): number {
  if (at < end && bytes[at]! < 128) return at + 1
  reader.open(bytes, at, end)
  reader.varint()
  return reader.position
}

/** The varint at `at` as unsigned 32 bits, higher bits cut. */
export function varintAt(bytes: Uint8Array, at: number, end: number): number {
  if (at < end && bytes[at]! < 128) return bytes[at]!
  reader.open(bytes, at, end)
  reader.varint()
  return reader.low
}

/** Position after the fixed-size value at `at`. */
export function afterFixed(bytes: Uint8Array, at: number, end: number, size: number): number {
  if (at + size <= end) return at + size
  reader.open(bytes, at, end)
  return reader.fail(at, `value of ${size} bytes, the message around it ends after ${end - at}`)
}

/** Position after the field at `at`, whatever it is: fields this version of OTLP does not know are kept in the bytes. */
export function afterField(bytes: Uint8Array, at: number, end: number): number {
  reader.open(bytes, at, end)
  reader.next()
  return reader.position
}

export function checkKeyValue(bytes: Uint8Array, start: number, end: number, depth: number): boolean {
  if (--entriesLeft < 0) countEntries(0, start)
  let valid = true
  let at = start
  while (at < end) {
    switch (bytes[at]) {
      case 0x0a: {
        const from = lengthDelimited(bytes, at + 1, end)
        at = valueEnd
        if (!isUtf8(bytes, from, at)) valid = false
        break
      }
      case 0x12: {
        const from = lengthDelimited(bytes, at + 1, end)
        at = valueEnd
        if (!checkAnyValue(bytes, from, at, depth)) valid = false
        break
      }
      default:
        at = afterField(bytes, at, end)
    }
  }
  return valid
}

export function checkAnyValue(bytes: Uint8Array, start: number, end: number, depth: number): boolean {
  let valid = true
  let at = start
  while (at < end) {
    switch (bytes[at]) {
      case 0x0a: {
        const from = lengthDelimited(bytes, at + 1, end)
        at = valueEnd
        if (!isUtf8(bytes, from, at)) valid = false
        break
      }
      case 0x10:
      case 0x18:
        at = afterVarint(bytes, at + 1, end)
        break
      case 0x21:
        at = afterFixed(bytes, at + 1, end, 8)
        break
      case 0x2a:
      case 0x32: {
        const isList = bytes[at] === 0x32
        const from = lengthDelimited(bytes, at + 1, end)
        at = valueEnd
        if (!checkNestedValues(bytes, from, at, isList, depth + 1)) valid = false
        break
      }
      default:
        at = afterField(bytes, at, end)
    }
  }
  return valid
}

/** ArrayValue and KeyValueList: field 1 repeated, an AnyValue or a KeyValue each. */
function checkNestedValues(bytes: Uint8Array, start: number, end: number, isList: boolean, depth: number): boolean {
  if (depth > MAX_VALUE_DEPTH) {
    reader.open(bytes, start, end)
    reader.fail(start, `values nested deeper than ${MAX_VALUE_DEPTH} levels`)
  }
  let valid = true
  let at = start
  while (at < end) {
    if (bytes[at] === 0x0a) {
      const from = lengthDelimited(bytes, at + 1, end)
      at = valueEnd
      if (!isList) countEntries(1, from)
      const entryValid = isList ? checkKeyValue(bytes, from, at, depth) : checkAnyValue(bytes, from, at, depth)
      if (!entryValid) valid = false
    } else at = afterField(bytes, at, end)
  }
  return valid
}

/** Which length-delimited fields of a message are strings, repeated KeyValue, or messages of one more shape, by tag. */
export interface MessageShape {
  readonly strings: readonly number[]
  readonly attributes: number
  readonly nested: number
  readonly nestedShape: MessageShape | undefined
}

function shape(strings: readonly number[], attributes = -1, nested = -1, nestedShape?: MessageShape): MessageShape {
  return { strings, attributes, nested, nestedShape }
}

export const EVENT_SHAPE = shape([0x12], 0x1a)
export const LINK_SHAPE = shape([0x1a], 0x22)
export const STATUS_SHAPE = shape([0x12])
export const SCOPE_SHAPE = shape([0x0a, 0x12], 0x1a)
const ENTITY_REF_SHAPE = shape([0x0a, 0x12, 0x1a, 0x22])
export const RESOURCE_SHAPE = shape([], 0x0a, 0x1a, ENTITY_REF_SHAPE)

/** Events, links, status, resource and scope: rarer than attributes, so one check serves all. */
export function checkMessage(bytes: Uint8Array, start: number, end: number, shape: MessageShape): boolean {
  countEntries(1, start)
  let valid = true
  let at = start
  while (at < end) {
    const tag = bytes[at]!
    if (tag === shape.attributes) {
      const from = lengthDelimited(bytes, at + 1, end)
      at = valueEnd
      if (!checkKeyValue(bytes, from, at, 0)) valid = false
    } else if (shape.strings.includes(tag)) {
      const from = lengthDelimited(bytes, at + 1, end)
      at = valueEnd
      if (!isUtf8(bytes, from, at)) valid = false
    } else if (tag === shape.nested && shape.nestedShape !== undefined) {
      const from = lengthDelimited(bytes, at + 1, end)
      at = valueEnd
      if (!checkMessage(bytes, from, at, shape.nestedShape)) valid = false
    } else at = afterField(bytes, at, end)
  }
  return valid
}
