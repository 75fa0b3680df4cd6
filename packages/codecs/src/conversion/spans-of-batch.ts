// The spans of a batch for writing: strings that are no UTF-8 mended, as the pipeline mends what it stores.
import { MARK, type Origin, type Span, type SpanBatch } from '@clew/model'
import { type DecodedOrigin, decodeSpan } from '../otlp/decode-span.ts'
import { decodeResource, decodeScope } from '../otlp/decode-value.ts'
import { rewriteInvalidUtf8 } from '../otlp/rewrite-invalid-utf8.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'

/** The batch itself where all strings are UTF-8. */
export function mendBatch(batch: SpanBatch): SpanBatch {
  const rows = Array.from(batch.marks.subarray(0, batch.count).keys()).filter((row) => isMarked(batch, row))
  if (rows.length === 0) return batch
  const writer = new ProtobufWriter(batch.bytes.length + 1024)
  writer.raw(batch.bytes)
  const mended = { ...batch, itemOffset: batch.itemOffset.slice(), itemLength: batch.itemLength.slice() }
  for (const row of rows) {
    mended.itemOffset[row] = writer.length
    writer.raw(rewriteInvalidUtf8(itemBytes(batch, row), 'span'))
    mended.itemLength[row] = writer.length - mended.itemOffset[row]!
  }
  return { ...mended, bytes: writer.written(), origins: batch.origins.map(mendOrigin) }
}

/** How many spans of a batch hold strings that are no UTF-8. */
export function countInvalidUtf8(batch: SpanBatch): number {
  let count = 0
  for (let row = 0; row < batch.count; row++) if (isMarked(batch, row)) count++
  return count
}

/** Every row as an object. */
export function spansOfBatch(batch: SpanBatch): Span[] {
  const origins = batch.origins.map(
    (origin): DecodedOrigin => ({
      resource: decodeResource(origin.resource, origin.resourceSchemaUrl),
      scope: decodeScope(origin.scope, origin.scopeSchemaUrl),
      serviceName: origin.service,
    }),
  )
  return Array.from({ length: batch.count }, (_, row) =>
    decodeSpan(itemBytes(batch, row), origins[batch.origin[row]!]!),
  )
}

function isMarked({ marks }: SpanBatch, row: number): boolean {
  return (marks[row]! & MARK.invalidUtf8) !== 0
}

function itemBytes({ bytes, itemOffset, itemLength }: SpanBatch, row: number): Uint8Array {
  return bytes.subarray(itemOffset[row]!, itemOffset[row]! + itemLength[row]!)
}

function mendOrigin(origin: Origin): Origin {
  const resource = rewriteInvalidUtf8(origin.resource, 'resource')
  return { ...origin, resource, scope: rewriteInvalidUtf8(origin.scope, 'scope') }
}
