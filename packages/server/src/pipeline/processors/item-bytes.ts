// Puts rewritten messages into a batch: behind the bytes that came, with the columns pointing to them.
import { ProtobufReader, protobufTag, SPAN, WIRE } from '@clew/codecs'
import type { Origin, Room, SpanBatch, TelemetryBatch } from '@clew/model'

const NAME_TAG = protobufTag(SPAN.name, WIRE.lengthDelimited)

/** The OTLP message of one item, as a view. */
export function itemBytes(batch: TelemetryBatch, item: number): Uint8Array {
  const start = batch.itemOffset[item]!
  return batch.bytes.subarray(start, start + batch.itemLength[item]!)
}

/** `rewritten` by index of the item. The bytes that came stay whole: whoever holds them may still read them. */
export function replaceItems(batch: TelemetryBatch, rewritten: ReadonlyMap<number, Uint8Array>, room: Room): void {
  let length = batch.bytes.length
  for (const item of rewritten.values()) length += item.length
  room.grow(length)
  const bytes = new Uint8Array(length)
  bytes.set(batch.bytes)
  let at = batch.bytes.length
  for (const [index, item] of rewritten) {
    bytes.set(item, at)
    batch.itemOffset[index] = at
    batch.itemLength[index] = item.length
    if (batch.signal === 'spans') pointToName(batch, index, item, at)
    at += item.length
  }
  batch.bytes = bytes
}

/** Replaces an origin and marks its items. */
export function replaceOrigin(batch: TelemetryBatch, index: number, origin: Origin, mark: number): void {
  batch.origins[index] = origin
  for (let i = 0; i < batch.count; i++) if (batch.origin[i] === index) batch.marks[i] = batch.marks[i]! | mark
}

function pointToName(batch: SpanBatch, index: number, item: Uint8Array, offset: number): void {
  const reader = new ProtobufReader('otlp span', item)
  batch.nameLength[index] = 0
  while (reader.next()) {
    if (reader.tag !== NAME_TAG) continue
    batch.nameOffset[index] = offset + reader.valueStart
    batch.nameLength[index] = reader.valueEnd - reader.valueStart
  }
}
