// Walks the envelopes around the items of an export request: resource_spans → scope_spans → spans (logs are built alike),
// and collects an origin for each pair of resource and scope. Twice over the envelopes, once over the items.
import type { Origin } from '@clew/model'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import {
  checkMessage,
  countEntries,
  countedEntries,
  type MessageShape,
  RESOURCE_SHAPE,
  SCOPE_SHAPE,
  startCounting,
} from './check-message.ts'
import { scanServiceName } from './service-name.ts'

/** More items, envelopes or origins than any sender means in one request; what is made for them would dwarf the body. */
export const MAX_ITEMS = 1 << 20
const MAX_ENVELOPES = 1 << 20
const MAX_ORIGINS = 1 << 18
/**
 * A pair of resource and scope is kept whole: a large resource with many scopes is as many copies of it, of which a small
 * body could ask for gigabytes.
 */
const MAX_ORIGINS_BYTES = 1 << 26
/** What the object of an origin and its two views take. */
export const ORIGIN_BYTES = 512

/** Takes one item: its message is `bytes[start, end)`; `originValid` is false when its resource or scope was no UTF-8. */
export type ItemVisitor = (start: number, end: number, origin: number, originValid: boolean) => void

const FORMAT = 'otlp protobuf'
const NO_BYTES = new Uint8Array(0)
const FIELD_1 = 0x0a
const FIELD_2 = 0x12
const FIELD_3 = 0x1a

export interface EnvelopeCounts {
  /** Items of at least the asked length: rows that a batch can need. */
  readonly items: number
  /** Pairs of resource and scope, at most. */
  readonly origins: number
}

/** How much a batch can need for items of at least `minimumBytes`. Throws DecodeError above the limits. */
export function countItems(bytes: Uint8Array, minimumBytes: number): EnvelopeCounts {
  const request = new ProtobufReader(FORMAT, bytes)
  const inResource = new ProtobufReader(FORMAT)
  const inScope = new ProtobufReader(FORMAT)
  let count = 0
  let items = 0
  let origins = 0
  let envelopes = 0
  while (request.next()) {
    if (request.tag !== FIELD_1) continue
    envelopes++
    inResource.open(bytes, request.valueStart, request.valueEnd)
    while (inResource.next()) {
      if (inResource.tag !== FIELD_2) continue
      envelopes++
      origins++
      inScope.open(bytes, inResource.valueStart, inResource.valueEnd)
      while (inScope.next()) {
        if (inScope.tag !== FIELD_2) continue
        items++
        if (inScope.valueEnd - inScope.valueStart >= minimumBytes) count++
      }
      if (items > MAX_ITEMS) request.fail(request.valueStart, `more than ${MAX_ITEMS} items in one request`)
    }
    if (envelopes > MAX_ENVELOPES)
      request.fail(request.valueStart, `more than ${MAX_ENVELOPES} groups of items in one request`)
  }
  return { items: count, origins: Math.min(origins, MAX_ORIGINS) }
}

/** Hands each item to `visit` in order, and gives the origins that the visited indexes point into. */
export function scanEnvelopes(bytes: Uint8Array, visit: ItemVisitor): Origin[] {
  startCounting()
  const collected: Origins = { list: [], byteLength: 0 }
  const request = new ProtobufReader(FORMAT, bytes)
  while (request.next()) {
    if (request.tag === FIELD_1) scanResource(bytes, request.valueStart, request.valueEnd, collected, visit)
  }
  return collected.list
}

interface Origins {
  readonly list: Origin[]
  byteLength: number
}

function scanResource(bytes: Uint8Array, start: number, end: number, origins: Origins, visit: ItemVisitor): void {
  // The schema URL may come after the items that need it, so the envelope is walked before its items.
  const resource = readEnvelope(bytes, start, end)
  const countedBefore = countedEntries()
  const isResourceValid = isValid(bytes, resource.message, RESOURCE_SHAPE)
  const resourceEntries = countedEntries() - countedBefore
  if (!resource.hasItems) return
  const service = scanServiceName(resource.message)
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  while (reader.next()) {
    if (reader.tag !== FIELD_2) continue
    const scope = readEnvelope(bytes, reader.valueStart, reader.valueEnd)
    const originValid = isValid(bytes, scope.message, SCOPE_SHAPE) && isResourceValid
    if (!scope.hasItems) continue
    if (origins.list.length === MAX_ORIGINS)
      reader.fail(reader.valueStart, `more than ${MAX_ORIGINS} pairs of resource and scope in one request`)
    countEntries(resourceEntries, reader.valueStart)
    origins.byteLength += resource.message.length + scope.message.length
    if (origins.byteLength > MAX_ORIGINS_BYTES)
      reader.fail(
        reader.valueStart,
        `more than ${MAX_ORIGINS_BYTES} bytes of pairs of resource and scope in one request`,
      )
    const origin =
      origins.list.push({
        service,
        resource: resource.message,
        resourceSchemaUrl: resource.schemaUrl,
        scope: scope.message,
        scopeSchemaUrl: scope.schemaUrl,
      }) - 1
    const items = new ProtobufReader(FORMAT, bytes, reader.valueStart, reader.valueEnd)
    while (items.next()) if (items.tag === FIELD_2) visit(items.valueStart, items.valueEnd, origin, originValid)
  }
}

interface Envelope {
  readonly message: Uint8Array
  readonly schemaUrl: string
  readonly hasItems: boolean
}

function readEnvelope(bytes: Uint8Array, start: number, end: number): Envelope {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  let message: Uint8Array = NO_BYTES
  let schemaUrl = ''
  let hasItems = false
  while (reader.next()) {
    if (reader.tag === FIELD_2) hasItems = true
    else if (reader.tag === FIELD_3) schemaUrl = reader.text()
    else if (reader.tag === FIELD_1) {
      const part = bytes.subarray(reader.valueStart, reader.valueEnd)
      // A repeated singular message is merged, which for the bytes means: joined.
      message = message.length === 0 ? part : joined(message, part)
    }
  }
  return { message, schemaUrl, hasItems }
}

function isValid(bytes: Uint8Array, message: Uint8Array, shape: MessageShape): boolean {
  // Checked within the whole body where it lies there, so that an error names the byte of the request.
  const isInPlace = message.buffer === bytes.buffer
  const start = isInPlace ? message.byteOffset - bytes.byteOffset : 0
  return checkMessage(isInPlace ? bytes : message, start, start + message.length, shape)
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}
