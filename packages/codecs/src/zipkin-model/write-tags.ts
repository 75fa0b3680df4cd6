// Tags and links of a span as OTLP attributes and links.
import { bytesFromHex, type SpanLink } from '@clew/model'
import { encodeAttributes, encodeCount, encodeText } from '../otlp/encode-value.ts'
import { SPAN, SPAN_LINK } from '../otlp/fields.ts'
import { writeBool, writeDouble, writeInt, writeStringRange, writeStringUnder } from '../otlp/write-attribute.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { TAG_PREFIX } from './attribute-keys.ts'
import { type SpanScratch, TAG_TYPE } from './span-scratch.ts'
import type { SpecialTags } from './special-tags.ts'
import { MEANING } from './tag-keys.ts'

const LETTER_T = 0x74
const WHOLE = /^-?\d{1,18}$/

/** All tags but those that the resource or a field takes. */
export function writeTags(
  writer: ProtobufWriter,
  { tagKeys, tagValues, tagTypes }: SpanScratch,
  special: SpecialTags,
): void {
  for (let row = 0; row < tagKeys.count; row++) {
    if (special.isTaken(row)) continue
    const tagKey = tagKeys.items[row]!
    const source = tagValues.bytes[row]!
    const start = tagValues.start[row]!
    const end = tagValues.end[row]!
    const isString = tagTypes[row] === TAG_TYPE.string
    if (isString && tagKey.meaning !== MEANING.reserved) {
      writeStringUnder(writer, SPAN.attributes, tagKey, source, start, end)
      continue
    }
    const { bytes, meaning } = tagKey
    const key = meaning === MEANING.reserved ? TAG_PREFIX + decodeUtf8(bytes, 0, bytes.length) : bytes
    if (isString) writeStringRange(writer, SPAN.attributes, key, source, start, end)
    else writeTyped(writer, key, tagTypes[row]!, source, start, end)
  }
}

function writeTyped(
  writer: ProtobufWriter,
  key: string | Uint8Array,
  type: number,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  if (type === TAG_TYPE.bool) {
    writeBool(writer, SPAN.attributes, key, source[start] === LETTER_T)
    return
  }
  const digits = decodeUtf8(source, start, end)
  if (WHOLE.test(digits)) writeInt(writer, SPAN.attributes, key, BigInt(digits))
  else writeDouble(writer, SPAN.attributes, key, Number(digits))
}

export function writeLinks(writer: ProtobufWriter, links: readonly SpanLink[]): void {
  for (const link of links) {
    const open = writer.open(SPAN.links)
    writer.bytesField(SPAN_LINK.trace_id, bytesFromHex(link.traceId)!)
    writer.bytesField(SPAN_LINK.span_id, bytesFromHex(link.spanId)!)
    encodeText(writer, SPAN_LINK.trace_state, link.traceState)
    encodeAttributes(writer, SPAN_LINK.attributes, link.attributes)
    encodeCount(writer, SPAN_LINK.dropped_attributes_count, link.droppedAttributesCount)
    writer.close(open)
  }
}
