// OTLP JSON into OTLP protobuf, by the tables of messages.ts and in one pass: what comes as JSON is scanned like the rest.
// The mapping is stricter than ProtoJSON (OTLP 1.11, "JSON Protobuf Encoding"): lowerCamelCase keys only, hex ids,
// enums as integers. Unknown keys are ignored; `null` means absent.
import { bytesFromHex, bytesFromHexDigits, DecodeError, MAX_UINT64 } from '@clew/model'
import type { ReserveMemory } from '../codec.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { invalidUtf8At, isUtf8 } from '../wire/utf8.ts'
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
const BOM = [0xef, 0xbb, 0xbf]

/** Throws DecodeError, with the path of the value, when the body is no JSON or not such a message. */
export function jsonToProtobuf(body: Uint8Array, message: Message, reserve?: ReserveMemory): Uint8Array {
  // One kind of array keeps the hot code monomorphic.
  const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  if (!isUtf8(bytes, 0, bytes.length))
    throw new DecodeError(FORMAT, `byte ${invalidUtf8At(bytes, 0, bytes.length)}`, 'JSON must be UTF-8')
  const reader = new JsonBytesReader(FORMAT, bytes, startsWithBom(bytes) ? BOM.length : 0)
  // What a JSON text says is shorter in protobuf, but for negative enums.
  const writer = new ProtobufWriter(bytes.length, reserve)
  writeMessage({ bytes, reader, writer }, message, 0)
  reader.finish()
  return writer.written()
}

interface Conversion {
  readonly bytes: Uint8Array
  readonly reader: JsonBytesReader
  readonly writer: ProtobufWriter
}

/** `depth` counts the lists around a value. */
function writeMessage(conversion: Conversion, message: Message, depth: number): void {
  const { reader } = conversion
  reader.openObject()
  while (reader.nextKey()) {
    const field = message.byJson.get(reader.key())
    if (field === undefined) reader.skip()
    else if (reader.takeNull()) continue
    else if (!field.repeated) writeField(conversion, field, depth)
    else {
      reader.openArray()
      while (reader.nextItem()) writeField(conversion, field, depth)
    }
  }
}

function writeField(conversion: Conversion, field: FieldShape, depth: number): void {
  if (typeof field.type !== 'function') {
    writeScalar(conversion, field.type, field.number)
    return
  }
  const inner = field.type()
  const innerDepth = inner === ARRAY_VALUE_MESSAGE || inner === KEY_VALUE_LIST_MESSAGE ? depth + 1 : depth
  if (innerDepth > MAX_VALUE_DEPTH) conversion.reader.fail(`values nested deeper than ${MAX_VALUE_DEPTH} levels`)
  const open = conversion.writer.open(field.number)
  writeMessage(conversion, inner, innerDepth)
  conversion.writer.close(open)
}

function writeScalar(conversion: Conversion, type: ScalarType, field: number): void {
  const { reader, writer } = conversion
  switch (type) {
    case 'string':
      writeString(conversion, field)
      break
    case 'id':
      writer.bytesField(field, readId(conversion))
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

/** Without escapes the bytes of the body are the string. */
function writeString({ bytes, reader, writer }: Conversion, field: number): void {
  reader.string()
  if (reader.hasEscapes) writer.stringField(field, reader.text())
  else writer.rangeField(field, bytes, reader.valueStart, reader.valueEnd)
}

function readId({ bytes, reader }: Conversion): Uint8Array {
  reader.string()
  const id = reader.hasEscapes
    ? bytesFromHex(reader.text())
    : bytesFromHexDigits(bytes, reader.valueStart, reader.valueEnd)
  return id ?? reader.fail(`expected an id as hex digits, got ${quoted(reader.text())}`)
}

function readBase64(reader: JsonBytesReader): Uint8Array {
  reader.string()
  return decodeBase64(reader.text()) ?? reader.fail(`expected base64, got ${quoted(reader.text())}`)
}

function readEnum(reader: JsonBytesReader): bigint {
  if (reader.kind() === 'string') {
    reader.string()
    reader.fail(`expected an enum value as an integer (OTLP JSON has no names), got ${quoted(reader.text())}`)
  }
  return readInteger(reader, -MAX_INT32 - 1n, MAX_INT32)
}

function readDouble(reader: JsonBytesReader): number {
  const text = readNumberText(reader)
  if (text === 'NaN') return Number.NaN
  if (text === 'Infinity') return Number.POSITIVE_INFINITY
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY
  const value = /^-?\d/.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) reader.fail(`expected a 64-bit floating-point number, got ${quoted(text)}`)
  return value
}

function readNumberText(reader: JsonBytesReader): string {
  if (reader.kind() === 'string') reader.string()
  else reader.number()
  return reader.text()
}

/** A number or a decimal string, as OTLP allows for all integers of 64 bits and readers accept for all. */
function readInteger(reader: JsonBytesReader, lowest: bigint, highest: bigint): bigint {
  const text = readNumberText(reader)
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

function startsWithBom(bytes: Uint8Array): boolean {
  return BOM.every((byte, i) => bytes[i] === byte)
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
