// A tag of the scratch as an OTLP attribute, or as an object where a whole resource is made. Bytes are copied once.
import type { AnyValue } from '@clew/model'
import { ANY_VALUE, KEY_VALUE } from '../otlp/fields.ts'
import { protobufTag } from '../wire/protobuf-reader.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { TAG, type TagRows } from './span-scratch.ts'

/**
 * Longest key and value together, in bytes, whose lengths all take one byte. Such an attribute is written in one go: its
 * messages need not be opened and closed.
 */
const SHORT_BYTES = 110

/** A KeyValue in `field`, which is below 16; a tag whose type no Jaeger knows has no value. */
export function writeTag(writer: ProtobufWriter, field: number, bytes: Uint8Array, tags: TagRows, row: number): void {
  const type = tags.type[row]!
  const keyStart = tags.keyStart[row]!
  const keyEnd = tags.keyEnd[row]!
  const valueStart = tags.valueStart[row]!
  const valueEnd = tags.valueEnd[row]!
  const keyLength = keyEnd - keyStart
  if (type === TAG.string && keyLength > 0 && keyLength + valueEnd - valueStart <= SHORT_BYTES) {
    const valueLength = valueEnd - valueStart
    let at = openShort(writer, field, bytes, keyStart, keyEnd, 2 + valueLength)
    const out = writer.buffer
    out[at++] = STRING_VALUE
    out[at++] = valueLength
    for (let from = valueStart; from < valueEnd; from++) out[at++] = bytes[from]!
  } else if (type === TAG.int64 && valueEnd === 0 && valueStart < 0x4000 && keyLength > 0 && keyLength <= SHORT_BYTES) {
    const isLong = valueStart > 0x7f
    const at = openShort(writer, field, bytes, keyStart, keyEnd, isLong ? 3 : 2)
    const out = writer.buffer
    out[at] = INT_VALUE
    out[at + 1] = isLong ? (valueStart & 0x7f) | 0x80 : valueStart
    if (isLong) out[at + 2] = valueStart >>> 7
  } else writeAnyTag(writer, field, bytes, tags, row)
}

const LENGTH_DELIMITED = 2
const KEY = protobufTag(KEY_VALUE.key, LENGTH_DELIMITED)
const VALUE = protobufTag(KEY_VALUE.value, LENGTH_DELIMITED)
const STRING_VALUE = protobufTag(ANY_VALUE.string_value, LENGTH_DELIMITED)
const INT_VALUE = protobufTag(ANY_VALUE.int_value, 0)

/** A KeyValue up to its value of `valueLength` bytes, whose place it gives. */
function openShort(
  writer: ProtobufWriter,
  field: number,
  bytes: Uint8Array,
  keyStart: number,
  keyEnd: number,
  valueLength: number,
): number {
  const keyLength = keyEnd - keyStart
  const length = 4 + keyLength + valueLength
  let at = writer.claim(2 + length)
  const out = writer.buffer
  out[at++] = (field << 3) | LENGTH_DELIMITED
  out[at++] = length
  out[at++] = KEY
  out[at++] = keyLength
  for (let from = keyStart; from < keyEnd; from++) out[at++] = bytes[from]!
  out[at++] = VALUE
  out[at++] = valueLength
  return at
}

function writeAnyTag(writer: ProtobufWriter, field: number, bytes: Uint8Array, tags: TagRows, row: number): void {
  const open = writer.open(field)
  const keyStart = tags.keyStart[row]!
  const keyEnd = tags.keyEnd[row]!
  if (keyEnd > keyStart) writer.rangeField(KEY_VALUE.key, bytes, keyStart, keyEnd)
  const openValue = writer.open(KEY_VALUE.value)
  switch (tags.type[row]) {
    case TAG.string:
      writer.rangeField(ANY_VALUE.string_value, bytes, tags.valueStart[row]!, tags.valueEnd[row]!)
      break
    case TAG.bool:
      writer.uint32Field(ANY_VALUE.bool_value, tags.valueStart[row]!)
      break
    case TAG.int64:
      // Halves: most integers are short and need no BigInt.
      if (tags.valueEnd[row] === 0) writer.uint32Field(ANY_VALUE.int_value, tags.valueStart[row]!)
      else writer.int64Field(ANY_VALUE.int_value, int64Of(tags, row))
      break
    case TAG.float64:
      writer.doubleField(ANY_VALUE.double_value, tags.double[row]!)
      break
    case TAG.binary:
      writer.rangeField(ANY_VALUE.bytes_value, bytes, tags.valueStart[row]!, tags.valueEnd[row]!)
  }
  writer.close(openValue)
  writer.close(open)
}

export function tagValue(bytes: Uint8Array, tags: TagRows, row: number): AnyValue {
  switch (tags.type[row]) {
    case TAG.string:
      return { type: 'string', value: valueText(bytes, tags, row) }
    case TAG.bool:
      return { type: 'bool', value: tags.valueStart[row] !== 0 }
    case TAG.int64:
      return { type: 'int', value: int64Of(tags, row) }
    case TAG.float64:
      return { type: 'double', value: tags.double[row]! }
    case TAG.binary:
      return { type: 'bytes', value: new Uint8Array(bytes.subarray(tags.valueStart[row]!, tags.valueEnd[row]!)) }
    default:
      return { type: 'empty' }
  }
}

export function keyText(bytes: Uint8Array, tags: TagRows, row: number): string {
  return decodeUtf8(bytes, tags.keyStart[row]!, tags.keyEnd[row]!)
}

export function valueText(bytes: Uint8Array, tags: TagRows, row: number): string {
  return decodeUtf8(bytes, tags.valueStart[row]!, tags.valueEnd[row]!)
}

function int64Of(tags: TagRows, row: number): bigint {
  return BigInt.asIntN(64, (BigInt(tags.valueEnd[row]!) << 32n) | BigInt(tags.valueStart[row]!))
}
