// Attributes from a decoder straight into OTLP bytes: a KeyValue in `field` of the message being written. Keys and values
// may be strings or the UTF-8 of one; bytes are copied once and no string is made of them.
import type { AnyValue } from '@clew/model'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { encodeValue } from './encode-value.ts'
import { ANY_VALUE, KEY_VALUE } from './fields.ts'

/** `field` is SPAN.attributes, SPAN_EVENT.attributes or another of type KeyValue. */
export function writeString(
  writer: ProtobufWriter,
  field: number,
  key: string | Uint8Array,
  value: string | Uint8Array,
): void {
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  writer.textField(ANY_VALUE.string_value, value)
  writer.close(openValue)
  writer.close(open)
}

/** The string whose UTF-8 is `source[start, end)`. */
export function writeStringRange(
  writer: ProtobufWriter,
  field: number,
  key: string | Uint8Array,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  writer.rangeField(ANY_VALUE.string_value, source, start, end)
  writer.close(openValue)
  writer.close(open)
}

/** A signed 64-bit integer; a number must be a safe one. */
export function writeInt(
  writer: ProtobufWriter,
  field: number,
  key: string | Uint8Array,
  value: bigint | number,
): void {
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  if (typeof value === 'number' && value >= 0 && value <= 0xffff_ffff) writer.uint32Field(ANY_VALUE.int_value, value)
  else writer.int64Field(ANY_VALUE.int_value, BigInt(value))
  writer.close(openValue)
  writer.close(open)
}

export function writeDouble(writer: ProtobufWriter, field: number, key: string | Uint8Array, value: number): void {
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  writer.doubleField(ANY_VALUE.double_value, value)
  writer.close(openValue)
  writer.close(open)
}

export function writeBool(writer: ProtobufWriter, field: number, key: string | Uint8Array, value: boolean): void {
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  writer.boolField(ANY_VALUE.bool_value, value)
  writer.close(openValue)
  writer.close(open)
}

export function writeBytes(writer: ProtobufWriter, field: number, key: string | Uint8Array, value: Uint8Array): void {
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  writer.bytesField(ANY_VALUE.bytes_value, value)
  writer.close(openValue)
  writer.close(open)
}

/** A value of any kind, as an object. */
export function writeValue(writer: ProtobufWriter, field: number, key: string | Uint8Array, value: AnyValue): void {
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  encodeValue(writer, value)
  writer.close(openValue)
  writer.close(open)
}

function openAttribute(writer: ProtobufWriter, field: number, key: string | Uint8Array): number {
  const open = writer.open(field)
  if (key.length > 0) writer.textField(KEY_VALUE.key, key)
  return open
}
