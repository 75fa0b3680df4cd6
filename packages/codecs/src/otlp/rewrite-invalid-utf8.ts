// Mends strings that are no UTF-8: readers of every kind (browsers, JSON, protobuf in strict languages) refuse them.
// What is wrong in a string becomes U+FFFD; the string as it came is kept as a bytes value beside it:
//
//   http.url = "/caf\xe9"   →   http.url = "/caf\ufffd",  clew.original.http.url = bytes 2f 63 61 66 e9
import { ProtobufReader, WIRE } from '../wire/protobuf-reader.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeUtf8, isUtf8 } from '../wire/utf8.ts'
import { ANY_VALUE, KEY_VALUE } from './fields.ts'
import {
  ANY_VALUE_MESSAGE,
  type FieldShape,
  KEY_VALUE_MESSAGE,
  LOG_RECORD_MESSAGE,
  type Message,
  RESOURCE_MESSAGE,
  SCOPE_MESSAGE,
  SPAN_MESSAGE,
} from './messages.ts'

const ROOTS = { span: SPAN_MESSAGE, log: LOG_RECORD_MESSAGE, resource: RESOURCE_MESSAGE, scope: SCOPE_MESSAGE } as const

interface Original {
  readonly key: string
  readonly bytes: Uint8Array
}

/**
 * The message with all strings valid; the same array when they were. An original goes to the attributes of the message
 * that the string is in (event, link, span, …), under `clew.original.` and the attribute's key or the field's name.
 */
export function rewriteInvalidUtf8(bytes: Uint8Array, kind: keyof typeof ROOTS): Uint8Array {
  const rewriter = new Rewriter(bytes)
  rewriter.message(0, bytes.length, ROOTS[kind], '')
  return rewriter.changed ? rewriter.writer.copy() : bytes
}

class Rewriter {
  readonly writer: ProtobufWriter
  changed = false
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.writer = new ProtobufWriter(bytes.length + 256)
  }

  /** Writes the message; gives the originals that it has no attributes for, so that the message around it keeps them. */
  message(start: number, end: number, message: Message, path: string): Original[] {
    const reader = new ProtobufReader('otlp protobuf', this.#bytes, start, end)
    const originals: Original[] = []
    for (let fieldStart = start; reader.next(); fieldStart = reader.position) {
      const field = reader.wireType === WIRE.lengthDelimited ? message.byNumber.get(reader.field) : undefined
      const { valueStart, valueEnd } = reader
      if (field?.type === 'string' && !isUtf8(this.#bytes, valueStart, valueEnd)) {
        this.changed = true
        this.writer.stringField(field.number, decodeUtf8(this.#bytes, valueStart, valueEnd))
        originals.push({ key: originalKey(message, field, path), bytes: reader.copy() })
      } else if (typeof field?.type === 'function') {
        const inner = field.type()
        const open = this.writer.open(field.number)
        const innerPath = this.#pathInto(reader, inner, field, path)
        for (const original of this.message(valueStart, valueEnd, inner, innerPath)) originals.push(original)
        this.writer.close(open)
      } else this.writer.raw(this.#bytes.subarray(fieldStart, reader.position))
    }
    const attributes = message.byJson.get('attributes')
    if (attributes === undefined) return originals
    for (const original of originals) writeOriginal(this.writer, attributes.number, original)
    return []
  }

  #pathInto(reader: ProtobufReader, inner: Message, field: FieldShape, path: string): string {
    if (inner === KEY_VALUE_MESSAGE) {
      const key = this.#keyOf(reader.valueStart, reader.valueEnd)
      return path === '' ? key : `${path}.${key}`
    }
    // Messages with attributes start anew; values and lists belong to the attribute around them.
    if (inner.byJson.has('attributes')) return ''
    return path === '' ? field.json : path
  }

  #keyOf(start: number, end: number): string {
    const reader = new ProtobufReader('otlp protobuf', this.#bytes, start, end)
    let key = ''
    while (reader.next())
      if (reader.field === KEY_VALUE.key && reader.wireType === WIRE.lengthDelimited) key = reader.text()
    return key
  }
}

function originalKey(message: Message, field: FieldShape, path: string): string {
  if (message === ANY_VALUE_MESSAGE) return path
  if (message === KEY_VALUE_MESSAGE) return `key.${path}`
  return path === '' ? field.json : `${path}.${field.json}`
}

function writeOriginal(writer: ProtobufWriter, attributes: number, original: Original): void {
  const keyValue = writer.open(attributes)
  writer.stringField(KEY_VALUE.key, `clew.original.${original.key}`)
  const value = writer.open(KEY_VALUE.value)
  writer.bytesField(ANY_VALUE.bytes_value, original.bytes)
  writer.close(value)
  writer.close(keyValue)
}
