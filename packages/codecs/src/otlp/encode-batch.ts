// A batch back into TracesData, from the bytes of its spans: no object is made for a span, and what this program does not
// know stays in.
import type { Origin, SpanBatch } from '@clew/model'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { encodeText } from './encode-value.ts'
import { EXPORT_REQUEST, RESOURCE_SPANS, SCOPE_SPANS } from './fields.ts'

/** What envelopes and lengths take, about, of one span. */
const ENVELOPE_BYTES = 8

/** TracesData with every span, grouped by origin; within a group in their order. */
export function encodeBatchTraces(batch: SpanBatch): Uint8Array {
  const { bytes, itemOffset, itemLength, origins, count } = batch
  const writer = new ProtobufWriter(expectedBytes(batch))
  for (const [origin, rows] of rowsByOrigin(batch)) {
    const openResource = writer.open(EXPORT_REQUEST.resource_spans)
    const { resource, resourceSchemaUrl, scope, scopeSchemaUrl } = origins[origin]!
    writer.bytesField(RESOURCE_SPANS.resource, resource)
    const openScope = writer.open(RESOURCE_SPANS.scope_spans)
    writer.bytesField(SCOPE_SPANS.scope, scope)
    for (let i = 0; i < rows.length; i++) {
      const start = itemOffset[rows[i]!]!
      writer.rangeField(SCOPE_SPANS.spans, bytes, start, start + itemLength[rows[i]!]!)
    }
    encodeText(writer, SCOPE_SPANS.schema_url, scopeSchemaUrl)
    writer.close(openScope)
    encodeText(writer, RESOURCE_SPANS.schema_url, resourceSchemaUrl)
    writer.close(openResource)
  }
  return count === 0 ? new Uint8Array(0) : writer.written()
}

function rowsByOrigin({ origin, count }: SpanBatch): Map<number, number[]> {
  const rows = new Map<number, number[]>()
  for (let row = 0; row < count; row++) {
    const ofOrigin = rows.get(origin[row]!)
    if (ofOrigin === undefined) rows.set(origin[row]!, [row])
    else ofOrigin.push(row)
  }
  return rows
}

function expectedBytes({ count, itemLength, origins }: SpanBatch): number {
  let bytes = 64
  for (let row = 0; row < count; row++) bytes += itemLength[row]! + ENVELOPE_BYTES
  return origins.reduce((sum, origin) => sum + originBytes(origin), bytes)
}

function originBytes({ resource, scope, resourceSchemaUrl, scopeSchemaUrl }: Origin): number {
  return resource.length + scope.length + 3 * (resourceSchemaUrl.length + scopeSchemaUrl.length) + 64
}
