// OTLP protobuf into OTLP JSON, by the tables of messages.ts: the bytes of stored spans become an answer without objects.
// Fields that this OTLP does not know have no name and are left out; everything else is kept.
import { hexFromBytes } from '@clew/model'
import { encodeBase64 } from '../wire/base64.ts'
import { ProtobufReader, WIRE } from '../wire/protobuf-reader.ts'
import { MAX_VALUE_DEPTH } from './fields.ts'
import {
  ARRAY_VALUE_MESSAGE,
  type FieldShape,
  KEY_VALUE_LIST_MESSAGE,
  type Message,
  type ScalarType,
} from './messages.ts'

const WIRE_TYPES: Readonly<Record<ScalarType, number>> = {
  string: WIRE.lengthDelimited,
  id: WIRE.lengthDelimited,
  bytes: WIRE.lengthDelimited,
  bool: WIRE.varint,
  int64: WIRE.varint,
  uint32: WIRE.varint,
  enum: WIRE.varint,
  double: WIRE.fixed64,
  fixed64: WIRE.fixed64,
  fixed32: WIRE.fixed32,
}

/** Throws DecodeError when `bytes` is no such message. */
export function protobufToJson(bytes: Uint8Array, message: Message): string {
  return printMessage(bytes, 0, bytes.length, message, 0)
}

/** `depth` counts the lists around a value. */
function printMessage(bytes: Uint8Array, start: number, end: number, message: Message, depth: number): string {
  const reader = new ProtobufReader('otlp protobuf', bytes, start, end)
  if (depth > MAX_VALUE_DEPTH) reader.fail(start, `values nested deeper than ${MAX_VALUE_DEPTH} levels`)
  // One text a field of the table; a repeated field joins its values, of any other the last one counts.
  const values: (string | undefined)[] = new Array(message.fields.length)
  while (reader.next()) {
    const field = message.byNumber.get(reader.field)
    if (field === undefined || reader.wireType !== wireTypeOf(field)) continue
    const value = printField(reader, field, depth)
    const before = field.repeated ? values[field.index] : undefined
    values[field.index] = before === undefined ? value : `${before},${value}`
  }
  let text = ''
  for (const field of message.fields) {
    const value = values[field.index]
    if (value === undefined) continue
    text += `${text === '' ? '{' : ','}"${field.json}":${field.repeated ? `[${value}]` : value}`
  }
  return text === '' ? '{}' : `${text}}`
}

function wireTypeOf(field: FieldShape): number {
  return typeof field.type === 'function' ? WIRE.lengthDelimited : WIRE_TYPES[field.type]
}

function printField(reader: ProtobufReader, field: FieldShape, depth: number): string {
  if (typeof field.type !== 'function') return printScalar(reader, field.type)
  const inner = field.type()
  const innerDepth = inner === ARRAY_VALUE_MESSAGE || inner === KEY_VALUE_LIST_MESSAGE ? depth + 1 : depth
  return printMessage(reader.bytes, reader.valueStart, reader.valueEnd, inner, innerDepth)
}

function printScalar(reader: ProtobufReader, type: ScalarType): string {
  switch (type) {
    case 'string':
      return JSON.stringify(reader.text())
    case 'id':
      return `"${hexFromBytes(reader.bytes, reader.valueStart, reader.valueEnd - reader.valueStart)}"`
    case 'bytes':
      return `"${encodeBase64(reader.bytes.subarray(reader.valueStart, reader.valueEnd))}"`
    case 'bool':
      return reader.bool() ? 'true' : 'false'
    case 'double':
      return printDouble(reader.double())
    case 'int64':
      return `"${reader.int64()}"`
    case 'uint32':
      return String(reader.uint32())
    case 'enum':
      return String(reader.uint32() | 0)
    case 'fixed32':
      return String(reader.fixed32())
    case 'fixed64':
      return `"${reader.fixed64()}"`
  }
}

function printDouble(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  return Object.is(value, -0) ? '-0.0' : String(value)
}
