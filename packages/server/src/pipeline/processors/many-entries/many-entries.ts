// Leaves out attributes, events, links and list elements beyond what one span, log record, resource or scope may have: as
// objects, and as columns of the store, they would take fifty times their bytes. The sender is told.
import { cutEntries, MAX_ITEM_ENTRIES, SHORTEST_ENTRY_BYTES, scanServiceName } from '@clew/codecs'
import { MARK, type Room, type TelemetryBatch } from '@clew/model'
import { itemBytes, replaceItems, replaceOrigin } from '../item-bytes.ts'
import type { Processor } from '../processor.ts'

/** What is shorter cannot have too many. */
const SUSPECT_BYTES = MAX_ITEM_ENTRIES * SHORTEST_ENTRY_BYTES

export const manyEntries: Processor = {
  name: 'many-entries',
  process(batch, { room }) {
    const left = cutItems(batch, room) + cutOrigins(batch, room)
    if (left === 0) return []
    return [
      `${left} attributes, events or links were left out, since with their elements there were more than ` +
        `${MAX_ITEM_ENTRIES} in one place; they are counted as dropped`,
    ]
  },
}

function cutItems(batch: TelemetryBatch, room: Room): number {
  const kind = batch.signal === 'spans' ? 'span' : 'log'
  const rewritten = new Map<number, Uint8Array>()
  let left = 0
  for (let i = 0; i < batch.count; i++) {
    if (batch.itemLength[i]! <= SUSPECT_BYTES) continue
    const cut = cutEntries(itemBytes(batch, i), kind)
    if (cut.left === 0) continue
    left += cut.left
    room.grow(cut.bytes.length)
    rewritten.set(i, cut.bytes)
    batch.marks[i] = batch.marks[i]! | MARK.valueCut
  }
  if (rewritten.size > 0) replaceItems(batch, rewritten, room)
  return left
}

function cutOrigins(batch: TelemetryBatch, room: Room): number {
  let left = 0
  batch.origins.forEach((origin, index) => {
    if (origin.resource.length <= SUSPECT_BYTES && origin.scope.length <= SUSPECT_BYTES) return
    const resource = cutEntries(origin.resource, 'resource')
    const scope = cutEntries(origin.scope, 'scope')
    if (resource.left + scope.left === 0) return
    left += resource.left + scope.left
    room.grow(resource.bytes.length + scope.bytes.length)
    const service = scanServiceName(resource.bytes) || origin.service
    replaceOrigin(batch, index, { ...origin, resource: resource.bytes, scope: scope.bytes, service }, MARK.valueCut)
  })
  return left
}
