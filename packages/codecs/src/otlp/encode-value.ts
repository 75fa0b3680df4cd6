// AnyValue, KeyValue, Resource and InstrumentationScope of the model into OTLP bytes. Default values are left out, as
// proto3 does, except in AnyValue, where an empty string and no value are two things.
import type { AnyValue, Attributes, Resource, Scope } from '@clew/model'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { ANY_VALUE, ARRAY_VALUE, KEY_VALUE, KEY_VALUE_LIST, RESOURCE, SCOPE } from './fields.ts'

export function encodeValue(writer: ProtobufWriter, value: AnyValue): void {
  switch (value.type) {
    case 'empty':
      break
    case 'string':
      writer.stringField(ANY_VALUE.string_value, value.value)
      break
    case 'bool':
      writer.boolField(ANY_VALUE.bool_value, value.value)
      break
    case 'int':
      writer.int64Field(ANY_VALUE.int_value, value.value)
      break
    case 'double':
      writer.doubleField(ANY_VALUE.double_value, value.value)
      break
    case 'array': {
      const open = writer.open(ANY_VALUE.array_value)
      for (const item of value.values) {
        const openItem = writer.open(ARRAY_VALUE.values)
        encodeValue(writer, item)
        writer.close(openItem)
      }
      writer.close(open)
      break
    }
    case 'kvlist': {
      const open = writer.open(ANY_VALUE.kvlist_value)
      encodeAttributes(writer, KEY_VALUE_LIST.values, value.values)
      writer.close(open)
      break
    }
    case 'bytes':
      writer.bytesField(ANY_VALUE.bytes_value, value.value)
  }
}

/** Each attribute as a KeyValue in `field`. */
export function encodeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const { key, value } of attributes) {
    const open = writer.open(field)
    if (key !== '') writer.stringField(KEY_VALUE.key, key)
    const openValue = writer.open(KEY_VALUE.value)
    encodeValue(writer, value)
    writer.close(openValue)
    writer.close(open)
  }
}

export function encodeResource(writer: ProtobufWriter, resource: Resource): void {
  encodeAttributes(writer, RESOURCE.attributes, resource.attributes)
  encodeCount(writer, RESOURCE.dropped_attributes_count, resource.droppedAttributesCount)
}

export function encodeScope(writer: ProtobufWriter, scope: Scope): void {
  encodeText(writer, SCOPE.name, scope.name)
  encodeText(writer, SCOPE.version, scope.version)
  encodeAttributes(writer, SCOPE.attributes, scope.attributes)
  encodeCount(writer, SCOPE.dropped_attributes_count, scope.droppedAttributesCount)
}

export function encodeText(writer: ProtobufWriter, field: number, text: string): void {
  if (text !== '') writer.stringField(field, text)
}

export function encodeCount(writer: ProtobufWriter, field: number, count: number): void {
  if (count !== 0) writer.uint32Field(field, count)
}
