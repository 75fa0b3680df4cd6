// Small OTLP requests for the suites of both OTLP doors.
import { encodeLogs, encodeTraces } from '@clew/codecs'
import type { LogRecord, Span } from '@clew/model'

const RESOURCE = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' } as const
const SCOPE = { name: 'test', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' } as const
const START = 1_790_000_000_000_000_000n

export function protobufSpans(count: number): Uint8Array {
  return encodeTraces(spans(count), 'protobuf')
}

export function jsonSpans(count: number): string {
  return Buffer.from(encodeTraces(spans(count), 'json')).toString()
}

export function protobufLogs(count: number): Uint8Array {
  return encodeLogs(
    Array.from({ length: count }, (_, i) => logRecord(i)),
    'protobuf',
  )
}

function spans(count: number): Span[] {
  return Array.from({ length: count }, (_, i) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: (i + 1).toString(16).padStart(16, '0'),
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: `operation ${i}`,
    kind: 'internal',
    startTimeUnixNano: START,
    endTimeUnixNano: START + 1_000_000n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: RESOURCE,
    scope: SCOPE,
    serviceName: 'unknown_service',
  }))
}

function logRecord(index: number): LogRecord {
  return {
    timeUnixNano: START,
    observedTimeUnixNano: START,
    severityNumber: 9,
    severityText: 'INFO',
    body: { type: 'string', value: `line ${index}` },
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    eventName: '',
    resource: RESOURCE,
    scope: SCOPE,
    serviceName: 'unknown_service',
  }
}
