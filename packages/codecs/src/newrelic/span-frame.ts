// One span object of a body as it is read: places of its ids and attributes, its start, and what is wrong with it. The
// same frame is used again for every span.
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import { AttributeList } from './attribute-list.ts'
import { TextPlace } from './text-place.ts'
import { readTimestamp } from './timestamp.ts'

const ID = encodeUtf8('id')
const TRACE_ID = encodeUtf8('trace.id')
const TIMESTAMP = encodeUtf8('timestamp')
const ATTRIBUTES = encodeUtf8('attributes')
const EVENTS = encodeUtf8('events')

export class SpanFrame {
  readonly attributes = new AttributeList()
  readonly trace = new TextPlace()
  readonly id = new TextPlace()
  startUnixNano = 0n
  /** Place of the `events` array; 0 to 0 when there is none. */
  eventsStart = 0
  eventsEnd = 0
  /** Attributes that a limit took away. */
  droppedAttributes = 0
  /** Why the span cannot be kept, and the key that says so; '' when it can. */
  problem = ''
  problemAt = ''
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Begins a span with what holds unless it says otherwise. */
  open(trace: TextPlace, startUnixNano: bigint): void {
    this.attributes.clear()
    this.trace.copy(trace)
    this.id.set(0, 0, undefined)
    this.startUnixNano = startUnixNano
    this.eventsStart = 0
    this.eventsEnd = 0
    this.droppedAttributes = 0
    this.problem = ''
    this.problemAt = ''
  }

  /** Takes the value of the reader's key. */
  readField(reader: JsonBytesReader): void {
    if (reader.isKey(ID)) this.#readId(reader, this.id, 'id')
    else if (reader.isKey(TRACE_ID)) this.#readId(reader, this.trace, 'trace.id')
    else if (reader.isKey(TIMESTAMP)) this.#readTimestamp(reader)
    else if (reader.isKey(ATTRIBUTES)) this.#readAttributes(reader)
    else if (reader.isKey(EVENTS)) this.#readEvents(reader)
    else reader.skip()
  }

  /** After the last field: what every span must have. */
  close(): void {
    if (this.id.isEmpty) this.fail('id', 'expected a text, got none')
    if (this.trace.isEmpty) this.fail('trace.id', 'expected a text, got none')
  }

  #readId(reader: JsonBytesReader, place: TextPlace, key: string): void {
    if (reader.takeNull()) return
    const kind = reader.kind()
    if (kind === 'string') {
      reader.string()
      place.take(reader)
      return
    }
    this.fail(key, `expected a text, got ${kind}`)
    reader.skip()
  }

  #readTimestamp(reader: JsonBytesReader): void {
    const time = readTimestamp(reader, this.#bytes)
    if (typeof time === 'string') this.fail('timestamp', time)
    else if (time !== undefined) this.startUnixNano = time
  }

  #readEvents(reader: JsonBytesReader): void {
    const isArray = reader.kind() === 'array'
    reader.skip()
    this.eventsStart = isArray ? reader.valueStart : 0
    this.eventsEnd = isArray ? reader.valueEnd : 0
  }

  #readAttributes(reader: JsonBytesReader): void {
    if (reader.takeNull()) return
    const kind = reader.kind()
    if (kind === 'object') {
      this.attributes.read(reader, this.#bytes)
      return
    }
    this.fail('attributes', `expected an object, got ${kind}`)
    reader.skip()
  }

  /** The first problem is the one that is said. */
  fail(key: string, problem: string): void {
    if (this.problem !== '') return
    this.problem = problem
    this.problemAt = key
  }
}
