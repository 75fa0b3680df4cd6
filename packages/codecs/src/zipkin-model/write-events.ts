// Annotations of a span as OTLP events. One that says an event with attributes is taken apart once, and copied where other
// spans say the same (an exception with its stack, say).
import { encodeAttributes, encodeText } from '../otlp/encode-value.ts'
import { SPAN, SPAN_EVENT } from '../otlp/fields.ts'
import { writeInt } from '../otlp/write-attribute.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { ZIPKIN_KEY } from './attribute-keys.ts'
import { parseEventText } from './event-text.ts'
import type { SpanScratch } from './span-scratch.ts'
import { microsFromHalves, nanosFromHalves } from './times.ts'

const QUOTE = 0x22
const NO_FIELDS = new Uint8Array(0)
/** Texts whose fields are kept. */
const MOST_KNOWN = 256
const MOST_KNOWN_BYTES = 4096

/** By the array that is the text, which decoders give again for the same text: fields of the event, none where it says none. */
const known = new Map<Uint8Array, Uint8Array>()

export function writeEvents(writer: ProtobufWriter, span: SpanScratch): void {
  const { annotationValues, annotationLow, annotationHigh } = span
  for (let row = 0; row < annotationValues.count; row++) {
    const source = annotationValues.bytes[row]!
    const start = annotationValues.start[row]!
    const end = annotationValues.end[row]!
    const low = annotationLow[row]!
    const high = annotationHigh[row]!
    const nanos = nanosFromHalves(low, high)
    const open = writer.open(SPAN.events)
    if (nanos === undefined) writeInt(writer, SPAN_EVENT.attributes, ZIPKIN_KEY.timestamp, microsFromHalves(low, high))
    else if (nanos !== 0n) writer.fixed64Field(SPAN_EVENT.time_unix_nano, nanos)
    const fields = source[start] === QUOTE && end > start ? fieldsOfRange(source, start, end) : NO_FIELDS
    if (fields.length > 0) writer.raw(fields)
    else if (end > start) writer.rangeField(SPAN_EVENT.name, source, start, end)
    writer.close(open)
  }
}

function fieldsOfRange(source: Uint8Array, start: number, end: number): Uint8Array {
  if (start > 0 || end < source.length || end > MOST_KNOWN_BYTES) return fieldsOf(decodeUtf8(source, start, end))
  let fields = known.get(source)
  if (fields === undefined) {
    fields = fieldsOf(decodeUtf8(source, start, end))
    if (known.size === MOST_KNOWN) known.clear()
    known.set(source, fields)
  }
  return fields
}

/** Name and attributes of the event that a text says; nothing where it says none. */
function fieldsOf(text: string): Uint8Array {
  const content = parseEventText(text)
  if (content === undefined) return NO_FIELDS
  const writer = new ProtobufWriter(text.length)
  encodeText(writer, SPAN_EVENT.name, content.name)
  encodeAttributes(writer, SPAN_EVENT.attributes, content.attributes)
  return writer.copy()
}
