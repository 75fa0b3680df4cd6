// OTLP bytes of one log record into the model's object, as decode-span.ts does for a span.
import { hexFromBytes, isZeroId, type LogRecord } from '@clew/model'
import { ProtobufReader } from '../wire/protobuf-reader.ts'
import { cutEntries } from './cut-entries.ts'
import type { DecodedOrigin, Draft } from './decode-span.ts'
import { decodeKeyValue, decodeValue } from './decode-value.ts'

/** Throws DecodeError when `message` is no `LogRecord`. Too many attributes, or a body of too many, only leave a dropped count. */
export function decodeLogRecord(message: Uint8Array, origin: DecodedOrigin): LogRecord {
  const { bytes } = cutEntries(message, 'log')
  const reader = new ProtobufReader('otlp log record', bytes)
  const record: Draft<LogRecord> = {
    timeUnixNano: 0n,
    observedTimeUnixNano: 0n,
    severityNumber: 0,
    severityText: '',
    body: { type: 'empty' },
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
    resource: origin.resource,
    scope: origin.scope,
    serviceName: origin.serviceName,
  }
  while (reader.next()) {
    const { valueStart, valueEnd } = reader
    switch (reader.tag) {
      case 0x09:
        record.timeUnixNano = reader.fixed64()
        break
      case 0x10:
        record.severityNumber = reader.uint32()
        break
      case 0x1a:
        record.severityText = reader.text()
        break
      case 0x2a:
        record.body = decodeValue(bytes, valueStart, valueEnd, 0)
        break
      case 0x32:
        record.attributes.push(decodeKeyValue(bytes, valueStart, valueEnd, 0))
        break
      case 0x38:
        record.droppedAttributesCount = reader.uint32()
        break
      case 0x45:
        record.flags = reader.fixed32()
        break
      case 0x4a:
        record.traceId = idOfLength(bytes, valueStart, valueEnd, 16)
        break
      case 0x52:
        record.spanId = idOfLength(bytes, valueStart, valueEnd, 8)
        break
      case 0x59:
        record.observedTimeUnixNano = reader.fixed64()
        break
      case 0x62:
        record.eventName = reader.text()
        break
    }
  }
  return record
}

/** '' for an id of another length or all zero: such a record belongs to no trace (logs.proto, LogRecord.trace_id). */
function idOfLength(bytes: Uint8Array, start: number, end: number, length: number): string {
  return end - start === length && !isZeroId(bytes, start, length) ? hexFromBytes(bytes, start, length) : ''
}
