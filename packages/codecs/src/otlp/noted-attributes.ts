// The few attributes of a span that say what it is within its trace: which kind of call, and the texts that its ids were
// made of. Part of its outline, so most attributes are passed by at their first letter.
import { ID_TEXT } from '@clew/model'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { decodeKeyValue } from './decode-value.ts'

export interface NotedAttributes {
  /** There is an attribute below `http.`. */
  readonly hasHttp: boolean
  /** There is an attribute below `db.`. */
  readonly hasDatabase: boolean
  /** What was written in place of an id; '' where that was the id itself. */
  readonly traceIdText: string
  readonly spanIdText: string
  readonly parentSpanIdText: string
}

export const NOTHING_NOTED: NotedAttributes = {
  hasHttp: false,
  hasDatabase: false,
  traceIdText: '',
  spanIdText: '',
  parentSpanIdText: '',
}

const FORMAT = 'otlp value'
const KEY_TAG = 0x0a
const FIRST_LETTERS = [...'hdc'].map((letter) => letter.charCodeAt(0))

/** What is known with the KeyValue `bytes[start, end)`: `noted` itself where it says nothing new. */
export function noteAttribute(noted: NotedAttributes, bytes: Uint8Array, start: number, end: number): NotedAttributes {
  // Everyone writes the key first; with a length of one byte its first letter is the third byte.
  if (bytes[start] === KEY_TAG && bytes[start + 1]! < 128 && !FIRST_LETTERS.includes(bytes[start + 2]!)) return noted
  const key = keyOf(bytes, start, end)
  if (key.startsWith('http.')) return noted.hasHttp ? noted : { ...noted, hasHttp: true }
  if (key.startsWith('db.')) return noted.hasDatabase ? noted : { ...noted, hasDatabase: true }
  if (key === ID_TEXT.trace) return { ...noted, traceIdText: textOf(bytes, start, end) }
  if (key === ID_TEXT.span) return { ...noted, spanIdText: textOf(bytes, start, end) }
  if (key === ID_TEXT.parentSpan) return { ...noted, parentSpanIdText: textOf(bytes, start, end) }
  return noted
}

function keyOf(bytes: Uint8Array, start: number, end: number): string {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  let key = ''
  while (reader.next()) if (reader.tag === KEY_TAG) key = reader.text()
  return key
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const { value } = decodeKeyValue(bytes, start, end, 0)
  return value.type === 'string' ? value.value : ''
}
