// The `events` of a span, as the Go SDK sends them beside `attributes`: name, timestamp in milliseconds, attributes.
import { encodeAttributes } from '../otlp/encode-value.ts'
import { SPAN, SPAN_EVENT } from '../otlp/fields.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { FORMAT } from './format.ts'
import { readAnyValue } from './read-any-value.ts'
import { readTimestamp } from './timestamp.ts'

/** `bytes[start, end)` is a JSON array. What in it is no event is left out and counted as dropped. */
export function writeEvents(writer: ProtobufWriter, bytes: Uint8Array, start: number, end: number): void {
  const reader = new JsonBytesReader(FORMAT, bytes, start, end)
  let dropped = 0
  reader.openArray()
  while (reader.nextItem()) {
    if (reader.kind() !== 'object') {
      reader.skip()
      dropped++
      continue
    }
    const open = writer.open(SPAN.events)
    reader.openObject()
    while (reader.nextKey()) writeField(writer, reader, bytes)
    writer.close(open)
  }
  if (dropped > 0) writer.uint32Field(SPAN.dropped_events_count, dropped)
}

function writeField(writer: ProtobufWriter, reader: JsonBytesReader, bytes: Uint8Array): void {
  const key = reader.key()
  const kind = reader.kind()
  if (key === 'name' && kind === 'string') {
    reader.string()
    writer.stringField(SPAN_EVENT.name, reader.text())
  } else if (key === 'timestamp') {
    const time = readTimestamp(reader, bytes)
    if (typeof time === 'bigint') writer.fixed64Field(SPAN_EVENT.time_unix_nano, time)
  } else if (key === 'attributes' && kind === 'object') {
    reader.openObject()
    while (reader.nextKey()) {
      const name = reader.key()
      if (reader.takeNull()) continue
      encodeAttributes(writer, SPAN_EVENT.attributes, [{ key: name, value: readAnyValue(reader, bytes) }])
    }
  } else reader.skip()
}
