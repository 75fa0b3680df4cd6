// Which of a span's references is its parent, and the others as OTLP links. Order and kind come back: a link says its
// kind, and where the parent was not simply the first CHILD_OF, a link says that too.
import { SPAN, SPAN_LINK } from '../otlp/fields.ts'
import { writeBool, writeInt, writeString } from '../otlp/write-attribute.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { REFERENCE_ID_BYTES, type ReferenceRows, type SpanScratch } from './span-scratch.ts'
import { KEPT_KEY, REFERENCE_KEY, REFERENCE_TYPE } from './tag-keys.ts'

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8
const NONE = -1

/** Sets `parentSpanId` where only references tell it, and gives the row of the reference to the parent, or -1. */
export function settleParent(span: SpanScratch): number {
  const { references, parentSpanId } = span
  if (references.count === 0) return NONE
  const hasParent = !isZero(parentSpanId, 0, SPAN_ID_BYTES)
  let parent = NONE
  for (let row = 0; row < references.count; row++) {
    const isChildOf = references.isChildOf[row]!
    if (parent !== NONE && !isChildOf) continue
    if (!isEqual(references.ids, row * REFERENCE_ID_BYTES, span.traceId)) continue
    const spanId = row * REFERENCE_ID_BYTES + TRACE_ID_BYTES
    const fits = hasParent
      ? isEqual(references.ids, spanId, parentSpanId)
      : !isZero(references.ids, spanId, SPAN_ID_BYTES)
    if (!fits) continue
    parent = row
    if (isChildOf) break
  }
  if (parent === NONE || hasParent) return parent
  const spanId = parent * REFERENCE_ID_BYTES + TRACE_ID_BYTES
  for (let i = 0; i < SPAN_ID_BYTES; i++) parentSpanId[i] = references.ids[spanId + i]!
  return parent
}

/** `parent` as `settleParent` gave it: the one reference that is no link, if it is a CHILD_OF. */
export function writeLinks(writer: ProtobufWriter, references: ReferenceRows, parent: number): void {
  const isHidden = parent !== NONE && references.isChildOf[parent]!
  const first = isHidden && parent === 0 ? 1 : 0
  for (let row = first; row < references.count; row++) {
    if (isHidden && row === parent) continue
    const start = row * REFERENCE_ID_BYTES
    const open = writer.open(SPAN.links)
    writer.rangeField(SPAN_LINK.trace_id, references.ids, start, start + TRACE_ID_BYTES)
    writer.rangeField(SPAN_LINK.span_id, references.ids, start + TRACE_ID_BYTES, start + REFERENCE_ID_BYTES)
    const type = references.isChildOf[row] ? REFERENCE_TYPE.CHILD_OF : REFERENCE_TYPE.FOLLOWS_FROM
    writeString(writer, SPAN_LINK.attributes, REFERENCE_KEY, type)
    if (row === parent) writeBool(writer, SPAN_LINK.attributes, KEPT_KEY.isParent, true)
    if (row === 0 && isHidden) writeInt(writer, SPAN_LINK.attributes, KEPT_KEY.parentAt, parent)
    writer.close(open)
  }
}

export function isZero(bytes: Uint8Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) if (bytes[i] !== 0) return false
  return true
}

function isEqual(bytes: Uint8Array, start: number, id: Uint8Array): boolean {
  for (let i = 0; i < id.length; i++) if (bytes[start + i] !== id[i]) return false
  return true
}
