// What a line of a trace says of a span, from its OTLP bytes and without an object for anything within it: an outline of a
// hundred thousand spans takes a fraction of their decoding.
import { hexFromBytes, isZeroId, SPAN_KINDS, type SpanKind, STATUS_CODES, type StatusCode } from '@clew/model'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { NOTHING_NOTED, type NotedAttributes, noteAttribute } from './noted-attributes.ts'

export interface SpanOutline {
  /** '' for a root span. */
  readonly parentSpanId: string
  readonly name: string
  readonly kind: SpanKind
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
  readonly status: StatusCode
  readonly eventCount: number
  readonly linkCount: number
  readonly noted: NotedAttributes
}

const FORMAT = 'otlp span'

/** Says of a span what `decodeSpan` says; throws DecodeError only for what it looks at. */
export function outlineSpan(bytes: Uint8Array): SpanOutline {
  const reader = new ProtobufReader(FORMAT, bytes)
  let parentSpanId = ''
  let name = ''
  let kind: SpanKind = 'unspecified'
  let startTimeUnixNano = 0n
  let endTimeUnixNano = 0n
  let status: StatusCode = 'unset'
  let eventCount = 0
  let linkCount = 0
  let noted = NOTHING_NOTED
  while (reader.next()) {
    const { valueStart, valueEnd } = reader
    switch (reader.tag) {
      case 0x22:
        parentSpanId = parentId(bytes, valueStart, valueEnd)
        break
      case 0x2a:
        name = reader.text()
        break
      case 0x30:
        kind = SPAN_KINDS[reader.uint32()] ?? 'unspecified'
        break
      case 0x39:
        startTimeUnixNano = reader.fixed64()
        break
      case 0x41:
        endTimeUnixNano = reader.fixed64()
        break
      case 0x4a:
        noted = noteAttribute(noted, bytes, valueStart, valueEnd)
        break
      case 0x5a:
        eventCount++
        break
      case 0x6a:
        linkCount++
        break
      case 0x7a:
        status = statusCode(bytes, valueStart, valueEnd, status)
        break
    }
  }
  return { parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano, status, eventCount, linkCount, noted }
}

/** The parent of a span alone, '' for a root: it stands near the start, so the rest is not looked at. Throws DecodeError. */
export function outlineParent(bytes: Uint8Array): string {
  const reader = new ProtobufReader(FORMAT, bytes)
  while (reader.next()) if (reader.tag === 0x22) return parentId(bytes, reader.valueStart, reader.valueEnd)
  return ''
}

function parentId(bytes: Uint8Array, start: number, end: number): string {
  return isZeroId(bytes, start, end - start) ? '' : hexFromBytes(bytes, start, end - start)
}

/** A repeated status is merged, so an absent code keeps the one before. */
function statusCode(bytes: Uint8Array, start: number, end: number, before: StatusCode): StatusCode {
  const reader = new ProtobufReader(FORMAT, bytes, start, end)
  let code = before
  while (reader.next()) if (reader.tag === 0x18) code = STATUS_CODES[reader.uint32()] ?? 'unset'
  return code
}
