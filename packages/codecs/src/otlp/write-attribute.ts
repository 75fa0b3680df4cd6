// Attributes from a decoder straight into OTLP bytes: a KeyValue in `field` of the message being written. Keys and values
// may be strings or the UTF-8 of one; bytes are copied once and no string is made of them.
import type { AnyValue } from '@clew/model'
import { protobufTag } from '../wire/protobuf-reader.ts'
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
  const length = end - start
  if (typeof key !== 'string' && key.length > 0 && key.length + length <= SHORT_BYTES) {
    let at = openShort(writer, field, key, 2 + length)
    const out = writer.buffer
    out[at++] = STRING_VALUE
    out[at++] = length
    writer.putRange(at, source, start, end)
    return
  }
  const open = openAttribute(writer, field, key)
  const openValue = writer.open(KEY_VALUE.value)
  writer.rangeField(ANY_VALUE.string_value, source, start, end)
  writer.close(openValue)
  writer.close(open)
}

/** The same under a key that is written so often that a view of its UTF-8 is kept. */
export function writeStringUnder(
  writer: ProtobufWriter,
  field: number,
  key: { readonly bytes: Uint8Array; readonly view: DataView },
  source: Uint8Array,
  start: number,
  end: number,
): void {
  const keyLength = key.bytes.length
  const length = end - start
  if (keyLength === 0 || keyLength + length > SHORT_BYTES) {
    writeStringRange(writer, field, key.bytes, source, start, end)
    return
  }
  let at = writer.claim(keyLength + length + 8)
  const out = writer.buffer
  out[at++] = (field << 3) | LENGTH_DELIMITED
  out[at++] = keyLength + length + 6
  out[at++] = KEY
  out[at++] = keyLength
  writer.putView(at, key.view, 0, keyLength)
  at += keyLength
  out[at++] = VALUE
  out[at++] = length + 2
  out[at++] = STRING_VALUE
  out[at++] = length
  writer.putRange(at, source, start, end)
}

/** A signed 64-bit integer; a number must be a safe one. */
export function writeInt(
  writer: ProtobufWriter,
  field: number,
  key: string | Uint8Array,
  value: bigint | number,
): void {
  if (typeof key !== 'string' && key.length > 0 && key.length <= SHORT_BYTES && value >= 0 && value < 0x4000) {
    const isLong = value > 0x7f
    const at = openShort(writer, field, key, isLong ? 3 : 2)
    const out = writer.buffer
    const small = Number(value)
    out[at] = INT_VALUE
    out[at + 1] = isLong ? (small & 0x7f) | 0x80 : small
    if (isLong) out[at + 2] = small >>> 7
    return
  }
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

const LENGTH_DELIMITED = 2
const KEY = protobufTag(KEY_VALUE.key, LENGTH_DELIMITED)
const VALUE = protobufTag(KEY_VALUE.value, LENGTH_DELIMITED)
const STRING_VALUE = protobufTag(ANY_VALUE.string_value, LENGTH_DELIMITED)
const INT_VALUE = protobufTag(ANY_VALUE.int_value, 0)
/** Key and value of so many bytes have lengths of one byte each, so that their messages need not be opened and closed. */
const SHORT_BYTES = 110

/** A KeyValue up to its value of `valueLength` bytes, whose place it gives; `field` is below 16. */
function openShort(writer: ProtobufWriter, field: number, key: Uint8Array, valueLength: number): number {
  const length = 4 + key.length + valueLength
  let at = writer.claim(2 + length)
  const out = writer.buffer
  out[at++] = (field << 3) | LENGTH_DELIMITED
  out[at++] = length
  out[at++] = KEY
  out[at++] = key.length
  for (let from = 0; from < key.length; from++) out[at++] = key[from]!
  out[at++] = VALUE
  out[at++] = valueLength
  return at
}

function openAttribute(writer: ProtobufWriter, field: number, key: string | Uint8Array): number {
  const open = writer.open(field)
  if (key.length > 0) writer.textField(KEY_VALUE.key, key)
  return open
}
