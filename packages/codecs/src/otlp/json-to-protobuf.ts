// OTLP JSON into OTLP protobuf, by the tables of messages.ts and in one pass: what comes as JSON is scanned like the rest.
// The mapping is stricter than ProtoJSON (OTLP 1.11, "JSON Protobuf Encoding"): lowerCamelCase keys only, hex ids,
// enums as integers. Unknown keys are ignored; `null` means absent.
import { bytesFromHex, DecodeError, MAX_UINT64 } from '@clew/model'
import { decodeBase64 } from '../wire/base64.ts'
import { JsonReader } from '../wire/json-reader.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeUtf8, invalidUtf8At, isUtf8 } from '../wire/utf8.ts'
import { MAX_VALUE_DEPTH } from './fields.ts'
import {
  ARRAY_VALUE_MESSAGE,
  type FieldShape,
  KEY_VALUE_LIST_MESSAGE,
  type Message,
  type ScalarType,
} from './messages.ts'

const FORMAT = 'otlp json'
const MAX_INT64 = MAX_UINT64 >> 1n
const MAX_UINT32 = 0xffff_ffffn
const MAX_INT32 = 0x7fff_ffffn
const INTEGER = /^-?\d{1,20}$/
const WHOLE_NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/
const HAS_BOM = 0xfeff

/** Throws DecodeError, with the path of the value, when the body is no JSON or not such a message. */
export function jsonToProtobuf(body: Uint8Array, message: Message): Uint8Array {
  if (!isUtf8(body, 0, body.length))
    throw new DecodeError(FORMAT, `byte ${invalidUtf8At(body, 0, body.length)}`, 'JSON must be UTF-8')
  const text = decodeUtf8(body, 0, body.length)
  const reader = new JsonReader(FORMAT, text.charCodeAt(0) === HAS_BOM ? text.slice(1) : text)
  const writer = new ProtobufWriter(body.length >> 1)
  writeMessage(reader, message, writer, 0)
  reader.finish()
  return writer.written()
}

/** `depth` counts the lists around a value. */
function writeMessage(reader: JsonReader, message: Message, writer: ProtobufWriter, depth: number): void {
  reader.openObject()
  for (let key = reader.nextKey(); key !== undefined; key = reader.nextKey()) {
    const field = message.byJson.get(key)
    if (field === undefined) reader.skip()
    else if (reader.takeNull()) continue
    else if (!field.repeated) writeField(reader, field, writer, depth)
    else {
      reader.openArray()
      while (reader.nextItem()) writeField(reader, field, writer, depth)
    }
  }
}

function writeField(reader: JsonReader, field: FieldShape, writer: ProtobufWriter, depth: number): void {
  if (typeof field.type !== 'function') {
    writeScalar(reader, field.type, field.number, writer)
    return
  }
  const inner = field.type()
  const innerDepth = inner === ARRAY_VALUE_MESSAGE || inner === KEY_VALUE_LIST_MESSAGE ? depth + 1 : depth
  if (innerDepth > MAX_VALUE_DEPTH) reader.fail(`values nested deeper than ${MAX_VALUE_DEPTH} levels`)
  const open = writer.open(field.number)
  writeMessage(reader, inner, writer, innerDepth)
  writer.close(open)
}

function writeScalar(reader: JsonReader, type: ScalarType, field: number, writer: ProtobufWriter): void {
  switch (type) {
    case 'string':
      writer.stringField(field, reader.string())
      break
    case 'id':
      writer.bytesField(field, readId(reader))
      break
    case 'bytes':
      writer.bytesField(field, readBase64(reader))
      break
    case 'bool':
      writer.boolField(field, reader.boolean())
      break
    case 'double':
      writer.doubleField(field, readDouble(reader))
      break
    case 'int64':
      writer.int64Field(field, readInteger(reader, -MAX_INT64 - 1n, MAX_INT64))
      break
    case 'uint32':
      writer.uint32Field(field, Number(readInteger(reader, 0n, MAX_UINT32)))
      break
    case 'enum':
      writer.int64Field(field, readEnum(reader))
      break
    case 'fixed32':
      writer.fixed32Field(field, Number(readInteger(reader, 0n, MAX_UINT32)))
      break
    case 'fixed64':
      writer.fixed64Field(field, readInteger(reader, 0n, MAX_UINT64))
  }
}

function readId(reader: JsonReader): Uint8Array {
  const text = reader.string()
  return bytesFromHex(text) ?? reader.fail(`expected an id as hex digits, got ${quoted(text)}`)
}

function readBase64(reader: JsonReader): Uint8Array {
  const text = reader.string()
  return decodeBase64(text) ?? reader.fail(`expected base64, got ${quoted(text)}`)
}

function readEnum(reader: JsonReader): bigint {
  if (reader.kind() === 'string')
    reader.fail(`expected an enum value as an integer (OTLP JSON has no names), got ${quoted(reader.string())}`)
  return readInteger(reader, -MAX_INT32 - 1n, MAX_INT32)
}

function readDouble(reader: JsonReader): number {
  const isString = reader.kind() === 'string'
  const text = isString ? reader.string() : reader.number()
  if (text === 'NaN') return Number.NaN
  if (text === 'Infinity') return Number.POSITIVE_INFINITY
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY
  const value = /^-?\d/.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) reader.fail(`expected a 64-bit floating-point number, got ${quoted(text)}`)
  return value
}

/** A number or a decimal string, as OTLP allows for all integers of 64 bits and readers accept for all. */
function readInteger(reader: JsonReader, lowest: bigint, highest: bigint): bigint {
  const text = reader.kind() === 'string' ? reader.string() : reader.number()
  const value = parseInteger(text)
  if (value === undefined || value < lowest || value > highest)
    return reader.fail(`expected an integer from ${lowest} to ${highest}, got ${quoted(text)}`)
  return value
}

/** Also whole numbers in another notation, such as 1e3 or 5.0, while a double holds them exactly. */
function parseInteger(text: string): bigint | undefined {
  if (INTEGER.test(text)) return BigInt(text)
  if (!WHOLE_NUMBER.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? BigInt(value) : undefined
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
