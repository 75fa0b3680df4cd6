// `{"key":…,"type":…,"value":…}` into a row of the scratch. The type says what the value is; where it does not fit the
// value, or is none of Jaeger's, the value is taken as what JSON says it is.
import { TAG, type TagRows } from '../jaeger-model/span-scratch.ts'
import { decodeBase64 } from '../wire/base64.ts'
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import type { JsonKind } from '../wire/json-reader.ts'
import type { TextBuffer } from './text-buffer.ts'

/** Numbers that JSON has no word for, as text. */
const NAMED_NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '+Inf': Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
}
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/
const INTEGER = /^-?\d{1,19}$/

/** A list of tags, or null. */
export function decodeTags(reader: JsonBytesReader, text: TextBuffer, tags: TagRows): void {
  if (reader.takeNull()) return
  reader.openArray()
  while (reader.nextItem()) decodeTag(reader, text, tags)
}

function decodeTag(reader: JsonBytesReader, text: TextBuffer, tags: TagRows): void {
  const row = tags.add()
  let type = ''
  let kind: JsonKind = 'null'
  let start = 0
  let end = 0
  let hasEscapes = false
  reader.openObject()
  while (reader.nextKey())
    switch (reader.key()) {
      case 'key':
        reader.string()
        text.putValue(reader)
        tags.keyStart[row] = text.start
        tags.keyEnd[row] = text.end
        break
      case 'type':
        reader.string()
        type = reader.text()
        break
      case 'value':
        kind = reader.kind()
        if (kind === 'string') reader.string()
        else reader.skip()
        start = reader.valueStart
        end = reader.valueEnd
        hasEscapes = kind === 'string' && reader.hasEscapes
        break
      default:
        reader.skip()
    }
  if (kind === 'null') return
  const isText = type === 'string' || (kind === 'string' && !TYPES_IN_TEXT.has(type))
  if (isText || !setTyped(tags, row, type, kind, reader.textAt(start, end, hasEscapes), text)) {
    text.putAt(reader, start, end, hasEscapes)
    tags.set(row, TAG.string, text.start, text.end)
  }
}

/** Types whose values may be written as text. */
const TYPES_IN_TEXT = new Set(['bool', 'int64', 'float64', 'binary'])

/** False where the value is not of the type. */
function setTyped(tags: TagRows, row: number, type: string, kind: JsonKind, value: string, text: TextBuffer): boolean {
  if (type !== 'binary' || kind !== 'string') return setScalar(tags, row, type, kind, value)
  const bytes = decodeBase64(value)
  if (bytes === undefined) return false
  text.putBytes(bytes)
  tags.set(row, TAG.binary, text.start, text.end)
  return true
}

/** Where the value, as written or as text of it, is of the type; or of the kind that JSON says, if the type is none. */
function setScalar(tags: TagRows, row: number, type: string, kind: JsonKind, value: string): boolean {
  const isUntyped = type !== 'bool' && type !== 'int64' && type !== 'float64'
  if ((type === 'bool' || (isUntyped && kind === 'boolean')) && (value === 'true' || value === 'false')) {
    tags.set(row, TAG.bool, value === 'true' ? 1 : 0, 0)
    return true
  }
  if (type === 'int64' || (isUntyped && kind === 'number')) {
    const integer = INTEGER.test(value) ? BigInt(value) : undefined
    if (integer !== undefined && BigInt.asIntN(64, integer) === integer) {
      tags.set(row, TAG.int64, Number(BigInt.asUintN(32, integer)), Number(BigInt.asUintN(64, integer) >> 32n))
      return true
    }
  }
  if (type === 'float64' || kind === 'number') {
    const number = NUMBER.test(value) ? Number(value) : NAMED_NUMBERS[value]
    if (number === undefined) return false
    tags.set(row, TAG.float64, 0, 0)
    tags.double[row] = number
    return true
  }
  return false
}
