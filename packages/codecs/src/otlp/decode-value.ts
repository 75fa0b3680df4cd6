// AnyValue, KeyValue, Resource and InstrumentationScope from OTLP bytes into the model's objects.
import type { AnyValue, KeyValue, Resource, Scope } from '@clew/model'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { cutEntries } from './cut-entries.ts'
import { MAX_VALUE_DEPTH } from './fields.ts'

const EMPTY: AnyValue = { type: 'empty' }
const FORMAT = 'otlp value'

/** `depth` counts the lists around the value. Throws DecodeError when the bytes are no AnyValue or nest too deeply. */
export function decodeValue(bytes: Uint8Array, start: number, end: number, depth: number): AnyValue {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  if (depth > MAX_VALUE_DEPTH) reader.fail(start, `values nested deeper than ${MAX_VALUE_DEPTH} levels`)
  let value = EMPTY
  while (reader.next()) {
    const { valueStart, valueEnd } = reader
    switch (reader.tag) {
      case 0x0a:
        value = { type: 'string', value: reader.text() }
        break
      case 0x10:
        value = { type: 'bool', value: reader.bool() }
        break
      case 0x18:
        value = { type: 'int', value: reader.int64() }
        break
      case 0x21:
        value = { type: 'double', value: reader.double() }
        break
      case 0x2a: {
        const values = decodeList(bytes, valueStart, valueEnd, (from, to) => decodeValue(bytes, from, to, depth + 1))
        value = { type: 'array', values }
        break
      }
      case 0x32: {
        const values = decodeList(bytes, valueStart, valueEnd, (from, to) => decodeKeyValue(bytes, from, to, depth + 1))
        value = { type: 'kvlist', values }
        break
      }
      case 0x3a:
        value = { type: 'bytes', value: reader.copy() }
        break
    }
  }
  return value
}

function decodeList<T>(bytes: Uint8Array, start: number, end: number, decode: (from: number, to: number) => T): T[] {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  const values: T[] = []
  while (reader.next()) if (reader.tag === 0x0a) values.push(decode(reader.valueStart, reader.valueEnd))
  return values
}

export function decodeKeyValue(bytes: Uint8Array, start: number, end: number, depth: number): KeyValue {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  let key = ''
  let value = EMPTY
  while (reader.next()) {
    if (reader.tag === 0x0a) key = reader.text()
    else if (reader.tag === 0x12) value = decodeValue(bytes, reader.valueStart, reader.valueEnd, depth)
  }
  return { key, value }
}

/** The bytes of a Resource message; none is a resource that says nothing. */
export function decodeResource(message: Uint8Array, schemaUrl: string): Resource {
  const { bytes } = cutEntries(message, 'resource')
  const reader = new ProtobufReader(FORMAT, bytes)
  const attributes: KeyValue[] = []
  let droppedAttributesCount = 0
  while (reader.next()) {
    if (reader.tag === 0x0a) attributes.push(decodeKeyValue(bytes, reader.valueStart, reader.valueEnd, 0))
    else if (reader.tag === 0x10) droppedAttributesCount = reader.uint32()
  }
  return { attributes, droppedAttributesCount, schemaUrl }
}

/** The bytes of an InstrumentationScope message; none is a scope without a name. */
export function decodeScope(message: Uint8Array, schemaUrl: string): Scope {
  const { bytes } = cutEntries(message, 'scope')
  const reader = new ProtobufReader(FORMAT, bytes)
  const attributes: KeyValue[] = []
  let name = ''
  let version = ''
  let droppedAttributesCount = 0
  while (reader.next()) {
    if (reader.tag === 0x0a) name = reader.text()
    else if (reader.tag === 0x12) version = reader.text()
    else if (reader.tag === 0x1a) attributes.push(decodeKeyValue(bytes, reader.valueStart, reader.valueEnd, 0))
    else if (reader.tag === 0x20) droppedAttributesCount = reader.uint32()
  }
  return { name, version, attributes, droppedAttributesCount, schemaUrl }
}
