// Attribute values as the text of a tag, and attributes as JSON within a text: how OpenTelemetry carries in Zipkin's
// strings what Zipkin has no place for (common/README.md, "AnyValue representation for non-OTLP protocols").
import type { AnyValue, Attributes, KeyValue } from '@clew/model'
import { MAX_VALUE_DEPTH } from '../otlp/fields.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { JsonReader } from '../wire/json-reader.ts'

const WHOLE = /^-?\d{1,19}$/
const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

/** The text of a value as a tag: a string as it is, everything else as JSON; no value is the empty text. */
export function valueText(value: AnyValue): string {
  switch (value.type) {
    case 'string':
      return value.value
    case 'empty':
      return ''
    case 'bytes':
      return encodeBase64(value.value)
    case 'double':
      return String(value.value)
    default:
      return valueJson(value)
  }
}

/** Integers and floating-point numbers stay apart: `5` and `5.0`. What JSON has no number for is a string. */
export function valueJson(value: AnyValue): string {
  switch (value.type) {
    case 'empty':
      return 'null'
    case 'string':
      return JSON.stringify(value.value)
    case 'bool':
    case 'int':
      return String(value.value)
    case 'double':
      return doubleJson(value.value)
    case 'bytes':
      return JSON.stringify(encodeBase64(value.value))
    case 'array':
      return `[${value.values.map(valueJson).join(',')}]`
    case 'kvlist':
      return attributesJson(value.values)
  }
}

export function attributesJson(attributes: Attributes): string {
  return `{${attributes.map(({ key, value }) => `${JSON.stringify(key)}:${valueJson(value)}`).join(',')}}`
}

/** The attributes of a JSON object that `attributesJson` would write the same way, else undefined. */
export function parseAttributesJson(text: string): Attributes | undefined {
  let attributes: Attributes
  try {
    const reader = new JsonReader('attributes', text)
    attributes = readObject(reader, 0)
    reader.finish()
  } catch {
    return undefined
  }
  return attributesJson(attributes) === text ? attributes : undefined
}

function doubleJson(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value))
  const text = Object.is(value, -0) ? '-0' : String(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

function readObject(reader: JsonReader, depth: number): KeyValue[] {
  const attributes: KeyValue[] = []
  reader.openObject()
  for (let key = reader.nextKey(); key !== undefined; key = reader.nextKey())
    attributes.push({ key, value: readValue(reader, depth + 1) })
  return attributes
}

function readValue(reader: JsonReader, depth: number): AnyValue {
  if (depth > MAX_VALUE_DEPTH) reader.fail('values nested too deep')
  switch (reader.kind()) {
    case 'object':
      return { type: 'kvlist', values: readObject(reader, depth) }
    case 'array': {
      const values: AnyValue[] = []
      reader.openArray()
      while (reader.nextItem()) values.push(readValue(reader, depth + 1))
      return { type: 'array', values }
    }
    case 'string':
      return { type: 'string', value: reader.string() }
    case 'boolean':
      return { type: 'bool', value: reader.boolean() }
    case 'null':
      reader.takeNull()
      return { type: 'empty' }
    case 'number':
      return numberValue(reader.number())
  }
}

function numberValue(digits: string): AnyValue {
  if (WHOLE.test(digits)) {
    const value = BigInt(digits)
    if (value >= MIN_INT64 && value <= MAX_INT64) return { type: 'int', value }
  }
  return { type: 'double', value: Number(digits) }
}
