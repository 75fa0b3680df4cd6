// Cuts values above the limit (4 MiB, a setting): one of them would outweigh all other spans of a page. The sender is told.
import { scanServiceName } from '@clew/codecs'
import { MARK, type Room, type TelemetryBatch } from '@clew/model'
import { itemBytes, replaceItems, replaceOrigin } from '../item-bytes.ts'
import type { Processor } from '../processor.ts'
import { cutValues } from './cut-values.ts'

export const longValues: Processor = {
  name: 'long-values',
  process(batch, { maxValueBytes, room }) {
    const cuts = cutItems(batch, maxValueBytes, room) + cutOrigins(batch, maxValueBytes, room)
    if (cuts === 0) return []
    return [`${cuts} values above ${maxValueBytes} bytes were cut; each is counted in dropped_attributes_count`]
  },
}

function cutItems(batch: TelemetryBatch, limitBytes: number, room: Room): number {
  const rewritten = new Map<number, Uint8Array>()
  let cuts = 0
  for (let i = 0; i < batch.count; i++) {
    if (batch.itemLength[i]! <= limitBytes) continue
    const cut = cutValues(itemBytes(batch, i), batch.signal, limitBytes)
    if (cut.cuts === 0) continue
    cuts += cut.cuts
    room.grow(cut.bytes.length)
    rewritten.set(i, cut.bytes)
    batch.marks[i] = batch.marks[i]! | MARK.valueCut
  }
  if (rewritten.size > 0) replaceItems(batch, rewritten, room)
  return cuts
}

function cutOrigins(batch: TelemetryBatch, limitBytes: number, room: Room): number {
  let cuts = 0
  batch.origins.forEach((origin, index) => {
    if (origin.resource.length <= limitBytes && origin.scope.length <= limitBytes) return
    const resource = cutValues(origin.resource, 'resource', limitBytes)
    const scope = cutValues(origin.scope, 'scope', limitBytes)
    if (resource.cuts + scope.cuts === 0) return
    cuts += resource.cuts + scope.cuts
    room.grow(resource.bytes.length + scope.bytes.length)
    const service = resource.cuts === 0 ? origin.service : scanServiceName(resource.bytes) || origin.service
    replaceOrigin(batch, index, { ...origin, resource: resource.bytes, scope: scope.bytes, service }, MARK.valueCut)
  })
  return cuts
}
