// OTLP bytes of one span into the model's object: for readers, the evaluator and the analysis. Never on the write path.
import {
  hexFromBytes,
  isZeroId,
  type Resource,
  type Scope,
  SPAN_KINDS,
  type Span,
  type SpanEvent,
  type SpanLink,
  STATUS_CODES,
  type StatusCode,
} from '@clew/model'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { cutEntries } from './cut-entries.ts'
import { decodeKeyValue } from './decode-value.ts'

/** Who emitted an item, decoded once for all items that share it. */
export interface DecodedOrigin {
  readonly resource: Resource
  readonly scope: Scope
  readonly serviceName: string
}

/** The object that is being read, field by field. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] }

const FORMAT = 'otlp span'

/**
 * Throws DecodeError when `message` is no `Span`. Kinds and status codes unknown to this OTLP read as their default; of
 * attributes, events and links beyond MAX_ITEM_ENTRIES only the dropped counts tell.
 */
export function decodeSpan(message: Uint8Array, origin: DecodedOrigin): Span {
  const { bytes } = cutEntries(message, 'span')
  const reader = new ProtobufReader(FORMAT, bytes)
  const span: Draft<Span> = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: '',
    kind: 'unspecified',
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: origin.resource,
    scope: origin.scope,
    serviceName: origin.serviceName,
  }
  while (reader.next()) {
    const { valueStart, valueEnd } = reader
    switch (reader.tag) {
      case 0x0a:
        span.traceId = hexFromBytes(bytes, valueStart, valueEnd - valueStart)
        break
      case 0x12:
        span.spanId = hexFromBytes(bytes, valueStart, valueEnd - valueStart)
        break
      case 0x1a:
        span.traceState = reader.text()
        break
      case 0x22:
        span.parentSpanId = isZeroId(bytes, valueStart, valueEnd - valueStart)
          ? ''
          : hexFromBytes(bytes, valueStart, valueEnd - valueStart)
        break
      case 0x2a:
        span.name = reader.text()
        break
      case 0x30:
        span.kind = SPAN_KINDS[reader.uint32()] ?? 'unspecified'
        break
      case 0x39:
        span.startTimeUnixNano = reader.fixed64()
        break
      case 0x41:
        span.endTimeUnixNano = reader.fixed64()
        break
      case 0x4a:
        span.attributes.push(decodeKeyValue(bytes, valueStart, valueEnd, 0))
        break
      case 0x50:
        span.droppedAttributesCount = reader.uint32()
        break
      case 0x5a:
        span.events.push(decodeEvent(bytes, valueStart, valueEnd))
        break
      case 0x60:
        span.droppedEventsCount = reader.uint32()
        break
      case 0x6a:
        span.links.push(decodeLink(bytes, valueStart, valueEnd))
        break
      case 0x70:
        span.droppedLinksCount = reader.uint32()
        break
      case 0x7a:
        span.status = decodeStatus(bytes, valueStart, valueEnd, span.status)
        break
      case 0x85: // the tag itself: field 16 as a number, two bytes on the wire
        span.flags = reader.fixed32()
        break
    }
  }
  return span
}

function decodeEvent(bytes: Uint8Array, start: number, end: number): SpanEvent {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  const event: Draft<SpanEvent> = { timeUnixNano: 0n, name: '', attributes: [], droppedAttributesCount: 0 }
  while (reader.next()) {
    switch (reader.tag) {
      case 0x09:
        event.timeUnixNano = reader.fixed64()
        break
      case 0x12:
        event.name = reader.text()
        break
      case 0x1a:
        event.attributes.push(decodeKeyValue(bytes, reader.valueStart, reader.valueEnd, 0))
        break
      case 0x20:
        event.droppedAttributesCount = reader.uint32()
        break
    }
  }
  return event
}

function decodeLink(bytes: Uint8Array, start: number, end: number): SpanLink {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  const link: Draft<SpanLink> = {
    traceId: '',
    spanId: '',
    traceState: '',
    flags: 0,
    attributes: [],
    droppedAttributesCount: 0,
  }
  while (reader.next()) {
    const { valueStart, valueEnd } = reader
    switch (reader.tag) {
      case 0x0a:
        link.traceId = hexFromBytes(bytes, valueStart, valueEnd - valueStart)
        break
      case 0x12:
        link.spanId = hexFromBytes(bytes, valueStart, valueEnd - valueStart)
        break
      case 0x1a:
        link.traceState = reader.text()
        break
      case 0x22:
        link.attributes.push(decodeKeyValue(bytes, valueStart, valueEnd, 0))
        break
      case 0x28:
        link.droppedAttributesCount = reader.uint32()
        break
      case 0x35:
        link.flags = reader.fixed32()
        break
    }
  }
  return link
}

function decodeStatus(bytes: Uint8Array, start: number, end: number, before: Span['status']): Span['status'] {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  let code: StatusCode = before.code
  let message = before.message
  while (reader.next()) {
    if (reader.tag === 0x12) message = reader.text()
    else if (reader.tag === 0x18) code = STATUS_CODES[reader.uint32()] ?? 'unset'
  }
  return { code, message }
}
