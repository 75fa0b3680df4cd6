// One span or log record of the model into the fields of its OTLP message.
import {
  bytesFromHex,
  type LogRecord,
  SPAN_KINDS,
  type Span,
  type SpanEvent,
  type SpanLink,
  STATUS_CODES,
} from '@clew/model'
import type { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { encodeAttributes, encodeCount, encodeText, encodeValue } from './encode-value.ts'
import { LOG_RECORD, SPAN, SPAN_EVENT, SPAN_LINK, STATUS } from './fields.ts'

export function encodeSpan(writer: ProtobufWriter, span: Span): void {
  encodeId(writer, SPAN.trace_id, span.traceId)
  encodeId(writer, SPAN.span_id, span.spanId)
  encodeId(writer, SPAN.parent_span_id, span.parentSpanId)
  encodeText(writer, SPAN.name, span.name)
  encodeCount(writer, SPAN.kind, SPAN_KINDS.indexOf(span.kind))
  encodeTime(writer, SPAN.start_time_unix_nano, span.startTimeUnixNano)
  encodeTime(writer, SPAN.end_time_unix_nano, span.endTimeUnixNano)
  encodeSpanDetails(writer, span)
  encodeStatus(writer, STATUS_CODES.indexOf(span.status.code), span.status.message)
}

/** All but ids, name, kind, times and status. */
export function encodeSpanDetails(writer: ProtobufWriter, span: Span): void {
  encodeText(writer, SPAN.trace_state, span.traceState)
  encodeAttributes(writer, SPAN.attributes, span.attributes)
  encodeCount(writer, SPAN.dropped_attributes_count, span.droppedAttributesCount)
  for (const event of span.events) encodeEvent(writer, event)
  encodeCount(writer, SPAN.dropped_events_count, span.droppedEventsCount)
  for (const link of span.links) encodeLink(writer, link)
  encodeCount(writer, SPAN.dropped_links_count, span.droppedLinksCount)
  if (span.flags !== 0) writer.fixed32Field(SPAN.flags, span.flags)
}

/** `code` is an index into STATUS_CODES. A status that says nothing is left out. */
export function encodeStatus(writer: ProtobufWriter, code: number, message: string): void {
  if (code === 0 && message === '') return
  const open = writer.open(SPAN.status)
  encodeText(writer, STATUS.message, message)
  encodeCount(writer, STATUS.code, code)
  writer.close(open)
}

function encodeEvent(writer: ProtobufWriter, event: SpanEvent): void {
  const open = writer.open(SPAN.events)
  encodeTime(writer, SPAN_EVENT.time_unix_nano, event.timeUnixNano)
  encodeText(writer, SPAN_EVENT.name, event.name)
  encodeAttributes(writer, SPAN_EVENT.attributes, event.attributes)
  encodeCount(writer, SPAN_EVENT.dropped_attributes_count, event.droppedAttributesCount)
  writer.close(open)
}

function encodeLink(writer: ProtobufWriter, link: SpanLink): void {
  const open = writer.open(SPAN.links)
  encodeId(writer, SPAN_LINK.trace_id, link.traceId)
  encodeId(writer, SPAN_LINK.span_id, link.spanId)
  encodeText(writer, SPAN_LINK.trace_state, link.traceState)
  encodeAttributes(writer, SPAN_LINK.attributes, link.attributes)
  encodeCount(writer, SPAN_LINK.dropped_attributes_count, link.droppedAttributesCount)
  if (link.flags !== 0) writer.fixed32Field(SPAN_LINK.flags, link.flags)
  writer.close(open)
}

export function encodeLogRecord(writer: ProtobufWriter, record: LogRecord): void {
  encodeTime(writer, LOG_RECORD.time_unix_nano, record.timeUnixNano)
  encodeCount(writer, LOG_RECORD.severity_number, record.severityNumber)
  encodeText(writer, LOG_RECORD.severity_text, record.severityText)
  if (record.body.type !== 'empty') {
    const open = writer.open(LOG_RECORD.body)
    encodeValue(writer, record.body)
    writer.close(open)
  }
  encodeAttributes(writer, LOG_RECORD.attributes, record.attributes)
  encodeCount(writer, LOG_RECORD.dropped_attributes_count, record.droppedAttributesCount)
  if (record.flags !== 0) writer.fixed32Field(LOG_RECORD.flags, record.flags)
  encodeId(writer, LOG_RECORD.trace_id, record.traceId)
  encodeId(writer, LOG_RECORD.span_id, record.spanId)
  encodeTime(writer, LOG_RECORD.observed_time_unix_nano, record.observedTimeUnixNano)
  encodeText(writer, LOG_RECORD.event_name, record.eventName)
}

/** What is no hex is left out, so that a reader sees no id where there was none. */
function encodeId(writer: ProtobufWriter, field: number, hex: string): void {
  const id = bytesFromHex(hex)
  if (id !== undefined && id.length > 0) writer.bytesField(field, id)
}

function encodeTime(writer: ProtobufWriter, field: number, time: bigint): void {
  if (time !== 0n) writer.fixed64Field(field, time)
}
