// A JSON value of any shape as an AnyValue: for what New Relic attributes should not hold (arrays, objects) and senders
// put there all the same.
import type { AnyValue, KeyValue } from '@clew/model'
import { MAX_VALUE_DEPTH } from '../otlp/fields.ts'
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { isIntegerText, readDouble, readInteger } from './number-text.ts'

/** `bytes` are what the reader reads. What nests deeper than any reader of OTLP allows is kept as its JSON text. */
export function readAnyValue(reader: JsonBytesReader, bytes: Uint8Array, depth = 0): AnyValue {
  const kind = reader.kind()
  if (depth === MAX_VALUE_DEPTH && (kind === 'object' || kind === 'array')) {
    reader.skip()
    return { type: 'string', value: reader.textAt(reader.valueStart, reader.valueEnd, false) }
  }
  switch (kind) {
    case 'string':
      reader.string()
      return { type: 'string', value: reader.text() }
    case 'number':
      reader.number()
      return numberValue(bytes, reader.valueStart, reader.valueEnd)
    case 'boolean':
      return { type: 'bool', value: reader.boolean() }
    case 'null':
      reader.takeNull()
      return { type: 'empty' }
    case 'array': {
      const values: AnyValue[] = []
      reader.openArray()
      while (reader.nextItem()) values.push(readAnyValue(reader, bytes, depth + 1))
      return { type: 'array', values }
    }
    case 'object': {
      const values: KeyValue[] = []
      reader.openObject()
      while (reader.nextKey()) values.push({ key: reader.key(), value: readAnyValue(reader, bytes, depth + 1) })
      return { type: 'kvlist', values }
    }
  }
}

/** Digits alone are an integer; one beyond 64 bits is rounded to a double. */
export function numberValue(bytes: Uint8Array, start: number, end: number): AnyValue {
  const integer = isIntegerText(bytes, start, end) ? readInteger(bytes, start, end) : undefined
  return integer === undefined
    ? { type: 'double', value: readDouble(bytes, start, end) }
    : { type: 'int', value: BigInt(integer) }
}
