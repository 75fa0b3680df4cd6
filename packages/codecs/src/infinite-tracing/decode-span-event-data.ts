// `span_event_data` of the agent protocol, JSON: the spans that an agent without Infinite Tracing sends every few seconds.
//
//   ["<run id>", {"reservoir_size": 2000, "events_seen": 12}, [[{intrinsics}, {user attributes}, {agent attributes}], …]]
import type { SpanBatch } from '@clew/model'
import type { Decoded } from '../codec.ts'
import { writeStringRange } from '../otlp/write-attribute.ts'
import { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { type AgentSpanOptions, AgentSpanWriter } from './agent-span-writer.ts'
import type { AgentValue } from './attribute-entry.ts'
import { Intrinsics, MAX_OTHER_INTRINSICS, TOO_MANY_INTRINSICS } from './span-intrinsics.ts'
import { writeAgentValue } from './write-agent-value.ts'

const FORMAT = 'span_event_data json'
const LARGEST_INT = 9_223_372_036_854_775_807n
const EVENTS_INDEX = 2

/** Items that are no spans are left out alone. Throws DecodeError when the body is not of this form. */
export function decodeSpanEventData(body: Uint8Array, options: AgentSpanOptions): Decoded<SpanBatch> {
  const reader = new JsonBytesReader(FORMAT, body)
  const writer = new AgentSpanWriter(options)
  reader.openArray()
  for (let index = 0; reader.nextItem(); index++) {
    if (index === EVENTS_INDEX) decodeItems(reader, writer, body)
    else reader.skip()
  }
  reader.finish()
  return writer.finish()
}

function decodeItems(reader: JsonBytesReader, writer: AgentSpanWriter, body: Uint8Array): void {
  reader.openArray()
  while (reader.nextItem()) {
    if (writer.limit !== '') reader.fail(writer.limit)
    if (reader.kind() === 'array') decodeItem(reader, writer, body)
    else {
      writer.leaveOut(`expected [intrinsics, user attributes, agent attributes], got ${reader.kind()}`)
      reader.skip()
    }
  }
}

function decodeItem(reader: JsonBytesReader, writer: AgentSpanWriter, body: Uint8Array): void {
  const intrinsics = new Intrinsics()
  const others: [key: string, value: AgentValue][] = []
  let problem = 'expected intrinsics in the first place, got none'
  let isKept = false
  reader.openArray()
  for (let index = 0; reader.nextItem(); index++) {
    if (reader.kind() !== 'object' || (index > 0 && !isKept)) reader.skip()
    else if (index > 0) writeAttributes(reader, writer, body)
    else {
      readIntrinsics(reader, intrinsics, others)
      problem = others.length > MAX_OTHER_INTRINSICS ? TOO_MANY_INTRINSICS : ''
      isKept = problem === '' && writer.begin('', intrinsics)
    }
  }
  if (isKept) {
    for (const [key, value] of others) writeNoted(writer, key, value)
    writer.end(intrinsics)
  } else if (problem !== '') writer.leaveOut(problem)
}

/** Those that are no part of a span are put to the others, one more at most than there may be. */
function readIntrinsics(reader: JsonBytesReader, intrinsics: Intrinsics, others: [string, AgentValue][]): void {
  reader.openObject()
  while (reader.nextKey()) {
    if (others.length > MAX_OTHER_INTRINSICS) {
      reader.skip()
      continue
    }
    const key = reader.key()
    const value = readValue(reader)
    if (value !== undefined && !intrinsics.add(key, value)) others.push([key, value])
  }
}

function writeNoted(writer: AgentSpanWriter, key: string, value: AgentValue): void {
  writer.noteError(key, value)
  writeAgentValue(writer.writer, writer.field, key, value)
}

function writeAttributes(reader: JsonBytesReader, writer: AgentSpanWriter, body: Uint8Array): void {
  reader.openObject()
  while (reader.nextKey()) {
    const key = reader.key()
    if (key.startsWith('error') || reader.kind() !== 'string') {
      const value = readValue(reader)
      if (value !== undefined) writeNoted(writer, key, value)
      continue
    }
    reader.string()
    if (reader.hasEscapes) writeAgentValue(writer.writer, writer.field, key, reader.text())
    else writeStringRange(writer.writer, writer.field, key, body, reader.valueStart, reader.valueEnd)
  }
}

/** Undefined for null. A list or an object, which no agent sends, is kept as its JSON. */
function readValue(reader: JsonBytesReader): AgentValue | undefined {
  switch (reader.kind()) {
    case 'string':
      reader.string()
      return reader.text()
    case 'number':
      reader.number()
      return numberOf(reader.text())
    case 'boolean':
      return reader.boolean()
    case 'null':
      reader.takeNull()
      return undefined
    default:
      reader.skip()
      return reader.textAt(reader.valueStart, reader.valueEnd, false)
  }
}

/** Digits alone are an integer, as long as 64 bits hold it. */
function numberOf(digits: string): number | bigint {
  if (!/^-?\d{1,19}$/.test(digits)) return Number(digits)
  const integer = BigInt(digits)
  return integer <= LARGEST_INT && integer >= ~LARGEST_INT ? integer : Number(digits)
}
