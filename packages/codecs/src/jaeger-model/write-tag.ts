// A tag of the scratch as an OTLP attribute, or as an object where a whole resource is made. Bytes are copied once.
import type { AnyValue } from '@clew/model'
import { ANY_VALUE, KEY_VALUE } from '../otlp/fields.ts'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { TAG, type TagRows } from './span-scratch.ts'

/** A KeyValue in `field`; a tag whose type no Jaeger knows has no value. */
export function writeTag(writer: ProtobufWriter, field: number, bytes: Uint8Array, tags: TagRows, row: number): void {
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
