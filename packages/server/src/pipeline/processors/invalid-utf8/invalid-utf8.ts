// Mends strings that are no UTF-8, which the decoder has marked: browsers, JSON and strict protobuf readers would refuse
// the whole answer that holds one. The only repair of bytes besides cutting; what came is kept beside it.
import { rewriteInvalidUtf8, scanServiceName } from '@clew/codecs'
import { MARK, type Room, type TelemetryBatch } from '@clew/model'
import { itemBytes, replaceItems } from '../item-bytes.ts'
import type { Processor } from '../processor.ts'

export const invalidUtf8: Processor = {
  name: 'invalid-utf8',
  process(batch, { room }) {
    const marked: number[] = []
    for (let i = 0; i < batch.count; i++) if ((batch.marks[i]! & MARK.invalidUtf8) !== 0) marked.push(i)
    if (marked.length === 0) return []
    const mendedOrigins = mendOrigins(batch, marked, room)
    const rewritten = new Map<number, Uint8Array>()
    for (const item of marked) {
      const bytes = itemBytes(batch, item)
      const mended = rewriteInvalidUtf8(bytes, batch.signal === 'spans' ? 'span' : 'log')
      if (mended === bytes) continue
      room.grow(mended.length)
      rewritten.set(item, mended)
    }
    if (rewritten.size > 0) replaceItems(batch, rewritten, room)
    if (rewritten.size === 0 && !mendedOrigins) return []
    return [
      `strings that are no UTF-8 were mended in ${marked.length} of ${batch.count} ${batch.signal}: ` +
        'wrong bytes became U+FFFD, the originals are kept under clew.original.*',
    ]
  },
}

/** An item is marked for the strings of its resource and scope too. */
function mendOrigins(batch: TelemetryBatch, marked: readonly number[], room: Room): boolean {
  let mended = false
  for (const index of new Set(marked.map((item) => batch.origin[item]!))) {
    const origin = batch.origins[index]!
    const resource = rewriteInvalidUtf8(origin.resource, 'resource')
    const scope = rewriteInvalidUtf8(origin.scope, 'scope')
    if (resource === origin.resource && scope === origin.scope) continue
    room.grow(resource.length + scope.length)
    batch.origins[index] = { ...origin, resource, scope, service: scanServiceName(resource) || origin.service }
    mended = true
  }
  return mended
}
