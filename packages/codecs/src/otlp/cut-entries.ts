// Leaves out the attributes, events, links and list elements that are too many for one message, and counts them as dropped:
// what fits, in the order it came, is kept; what would not fit whole is left out whole.
//
//   attributes a, b (a list of a million), c; limit 1,000   →   a, c; dropped_attributes_count 1
import { ProtobufReader, WIRE } from '../wire/protobuf-reader.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { afterField, lengthDelimited, valueEnd } from './check-message.ts'
import {
  KEY_VALUE,
  LOG_RECORD,
  MAX_ITEM_ENTRIES,
  MAX_VALUE_DEPTH,
  RESOURCE,
  SCOPE,
  SHORTEST_ENTRY_BYTES,
  SPAN,
  SPAN_EVENT,
  SPAN_LINK,
} from './fields.ts'

/** Counts the entries of one field from where its value starts to where it ends, itself included. */
type CountField = (bytes: Uint8Array, start: number, end: number) => number

/** Fields that hold entries: how they are counted, and the field that says how many were dropped. */
type EntryFields = Readonly<Record<number, { readonly count: CountField; readonly dropped: number }>>

const attribute: CountField = (bytes, start, end) => keyValueEntries(bytes, start, end, 0)
const withAttributes =
  (field: number): CountField =>
  (bytes, start, end) => {
    const reader = new ProtobufReader('otlp protobuf', bytes, start, end)
    let count = 1
    while (reader.next()) if (reader.field === field) count += attribute(bytes, reader.valueStart, reader.valueEnd)
    return count
  }

const ENTRY_FIELDS = {
  span: {
    [SPAN.attributes]: { count: attribute, dropped: SPAN.dropped_attributes_count },
    [SPAN.events]: { count: withAttributes(SPAN_EVENT.attributes), dropped: SPAN.dropped_events_count },
    [SPAN.links]: { count: withAttributes(SPAN_LINK.attributes), dropped: SPAN.dropped_links_count },
  },
  log: {
    [LOG_RECORD.attributes]: { count: attribute, dropped: LOG_RECORD.dropped_attributes_count },
    [LOG_RECORD.body]: {
      count: (bytes, start, end) => 1 + valueEntries(bytes, start, end, 0),
      dropped: LOG_RECORD.dropped_attributes_count,
    },
  },
  resource: { [RESOURCE.attributes]: { count: attribute, dropped: RESOURCE.dropped_attributes_count } },
  scope: { [SCOPE.attributes]: { count: attribute, dropped: SCOPE.dropped_attributes_count } },
} as const satisfies Readonly<Record<string, EntryFields>>

export type MessageWithEntries = keyof typeof ENTRY_FIELDS

export interface KeptEntries {
  /** The same array when nothing was too many. */
  readonly bytes: Uint8Array
  /** Fields left out. */
  readonly left: number
}

/** Throws DecodeError when the message is broken. */
export function cutEntries(message: Uint8Array, kind: MessageWithEntries, limit = MAX_ITEM_ENTRIES): KeptEntries {
  if (message.length <= limit * SHORTEST_ENTRY_BYTES) return { bytes: message, left: 0 }
  const fields: EntryFields = ENTRY_FIELDS[kind]
  const dropped = new Map<number, number>()
  /** Starts and ends of what is kept, in turn. */
  const kept: number[] = []
  let room = limit
  let left = 0
  const reader = new ProtobufReader('otlp protobuf', message)
  for (let start = 0; reader.next(); start = reader.position) {
    const field = reader.wireType === WIRE.lengthDelimited ? fields[reader.field] : undefined
    const count = field === undefined ? 0 : field.count(message, reader.valueStart, reader.valueEnd)
    if (field !== undefined && count > room) {
      left++
      dropped.set(field.dropped, (dropped.get(field.dropped) ?? 0) + 1)
      continue
    }
    room -= count
    if (kept.at(-1) === start) kept[kept.length - 1] = reader.position
    else kept.push(start, reader.position)
  }
  return left === 0 ? { bytes: message, left } : { bytes: rewritten(message, kept, dropped), left }
}

/** A count that came is added to: of a field that comes twice the last one counts. */
function rewritten(message: Uint8Array, kept: readonly number[], dropped: ReadonlyMap<number, number>): Uint8Array {
  let length = 0
  for (let i = 0; i < kept.length; i += 2) length += kept[i + 1]! - kept[i]!
  const writer = new ProtobufWriter(length + dropped.size * 12)
  for (let i = 0; i < kept.length; i += 2) writer.raw(message.subarray(kept[i]!, kept[i + 1]!))
  for (const [field, count] of dropped)
    writer.uint32Field(field, Math.min(count + lastCount(message, field), 0xffff_ffff))
  return writer.copy()
}

function lastCount(message: Uint8Array, field: number): number {
  const reader = new ProtobufReader('otlp protobuf', message)
  let count = 0
  while (reader.next()) if (reader.field === field && reader.wireType === WIRE.varint) count = reader.uint32()
  return count
}

const KEY_VALUE_VALUE = (KEY_VALUE.value << 3) | WIRE.lengthDelimited
const ARRAY = 0x2a
const KEY_VALUE_LIST = 0x32
const LIST_ENTRY = 0x0a

function keyValueEntries(bytes: Uint8Array, start: number, end: number, depth: number): number {
  let count = 1
  let at = start
  while (at < end) {
    if (bytes[at] === KEY_VALUE_VALUE) {
      const from = lengthDelimited(bytes, at + 1, end)
      at = valueEnd
      count += valueEntries(bytes, from, at, depth)
    } else at = afterField(bytes, at, end)
  }
  return count
}

/** Elements within a value; deeper than any reader looks they do not count. */
function valueEntries(bytes: Uint8Array, start: number, end: number, depth: number): number {
  let count = 0
  let at = start
  while (at < end && depth < MAX_VALUE_DEPTH) {
    const tag = bytes[at]
    if (tag === ARRAY || tag === KEY_VALUE_LIST) {
      const from = lengthDelimited(bytes, at + 1, end)
      at = valueEnd
      count += listEntries(bytes, from, at, tag === KEY_VALUE_LIST, depth + 1)
    } else at = afterField(bytes, at, end)
  }
  return count
}

function listEntries(bytes: Uint8Array, start: number, end: number, isKeyValue: boolean, depth: number): number {
  let count = 0
  let at = start
  while (at < end) {
    if (bytes[at] === LIST_ENTRY) {
      const from = lengthDelimited(bytes, at + 1, end)
      at = valueEnd
      count += isKeyValue ? keyValueEntries(bytes, from, at, depth) : 1 + valueEntries(bytes, from, at, depth)
    } else at = afterField(bytes, at, end)
  }
  return count
}
