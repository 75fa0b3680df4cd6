// Checks our OTLP against an implementation that is not ours: protobufjs with definitions written for this test (names and
// numbers are those of opentelemetry/proto). What the serializers of the OpenTelemetry SDK make is in samples/sdk-….
import type { AnyValue, Attributes, LogRecord, Span } from '@clew/model'
import { SPAN_KINDS, STATUS_CODES } from '@clew/model'
import fc from 'fast-check'
import Long from 'long'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { anySpan, anyValue, logRecordsOf, spansOf } from '../codec-contract.ts'
import { decodeOtlpLogs } from './decode-logs.ts'
import { decodeOtlpSpans } from './decode-spans.ts'
import { encodeLogs, encodeTraces } from './encode-traces.ts'
import { encodeExportResponse, encodeStatus } from './export-response.ts'

const DEFINITIONS = `
syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message EntityRef { string schema_url = 1; string type = 2; repeated string id_keys = 3; repeated string description_keys = 4; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; repeated EntityRef entity_refs = 3; }
message TracesData { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message ScopeSpans { InstrumentationScope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; uint32 dropped_attributes_count = 10;
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
  repeated Event events = 11; uint32 dropped_events_count = 12;
  message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; uint32 dropped_attributes_count = 5; fixed32 flags = 6; }
  repeated Link links = 13; uint32 dropped_links_count = 14; Status status = 15; fixed32 flags = 16;
}
message Status { string message = 2; int32 code = 3; }
message LogsData { repeated ResourceLogs resource_logs = 1; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
message ScopeLogs { InstrumentationScope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
message LogRecord { fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10;
  fixed64 observed_time_unix_nano = 11; string event_name = 12; }
message ExportPartialSuccess { int64 rejected = 1; string error_message = 2; }
message ExportResponse { ExportPartialSuccess partial_success = 1; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message RetryInfo { Duration retry_delay = 1; }
message Any { string type_url = 1; bytes value = 2; }
message RpcStatus { int32 code = 1; string message = 2; repeated Any details = 3; }
`
protobuf.util.Long = Long
protobuf.configure()
const root = protobuf.parse(DEFINITIONS).root

function read(message: string, bytes: Uint8Array): Record<string, unknown> {
  const type = root.lookupType(message)
  return type.toObject(type.decode(bytes), { longs: String, defaults: false }) as Record<string, unknown>
}

function write(message: string, data: Record<string, unknown>): Uint8Array {
  const type = root.lookupType(message)
  return new Uint8Array(type.encode(type.fromObject(data)).finish())
}

// A span of ours as the object that protobufjs takes: everything set, so that defaults on the wire are read as well.

function valueObject(value: AnyValue): Record<string, unknown> {
  switch (value.type) {
    case 'empty':
      return {}
    case 'string':
      return { stringValue: value.value }
    case 'bool':
      return { boolValue: value.value }
    case 'int':
      return { intValue: Long.fromString(String(value.value)) }
    case 'double':
      return { doubleValue: value.value }
    case 'bytes':
      return { bytesValue: value.value }
    case 'array':
      return { arrayValue: { values: value.values.map(valueObject) } }
    case 'kvlist':
      return { kvlistValue: { values: attributeObjects(value.values) } }
  }
}

function attributeObjects(attributes: Attributes) {
  return attributes.map(({ key, value }) => ({ key, value: valueObject(value) }))
}

function withAttributes<T extends { readonly attributes: Attributes }>(part: T) {
  return { ...part, attributes: attributeObjects(part.attributes) }
}

const unsigned = (value: bigint) => Long.fromString(String(value), true)
const hex = (id: string) => Buffer.from(id, 'hex')

function spanObject(span: Span): Record<string, unknown> {
  return {
    ...withAttributes(span),
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    kind: SPAN_KINDS.indexOf(span.kind),
    startTimeUnixNano: unsigned(span.startTimeUnixNano),
    endTimeUnixNano: unsigned(span.endTimeUnixNano),
    events: span.events.map((event) => ({ ...withAttributes(event), timeUnixNano: unsigned(event.timeUnixNano) })),
    links: span.links.map((link) => ({
      ...withAttributes(link),
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
    })),
    status: { code: STATUS_CODES.indexOf(span.status.code), message: span.status.message },
  }
}

function tracesObject(spans: readonly Span[]): Record<string, unknown> {
  return {
    resourceSpans: spans.map((span) => ({
      resource: withAttributes(span.resource),
      schemaUrl: span.resource.schemaUrl,
      scopeSpans: [{ scope: withAttributes(span.scope), schemaUrl: span.scope.schemaUrl, spans: [spanObject(span)] }],
    })),
  }
}

describe('OTLP protobuf against protobufjs', () => {
  it('reads every span that protobufjs wrote', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 4 }), (spans) => {
        const { batch } = decodeOtlpSpans(write('TracesData', tracesObject(spans)), 'protobuf')
        expect(spansOf(batch)).toEqual(spans)
      }),
    )
  })

  it('writes every span so that protobufjs reads it', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const theirs = write('TracesData', tracesObject([span]))
        const ours = encodeTraces([span], 'protobuf')
        expect(withoutDefaults(read('TracesData', ours))).toEqual(withoutDefaults(read('TracesData', theirs)))
      }),
    )
  })

  it('agrees on log records in both directions', () => {
    fc.assert(
      fc.property(anyValue, anySpan, (body, span) => {
        const { attributes, droppedAttributesCount, traceId, spanId, flags, resource, scope } = span
        const record: LogRecord = {
          timeUnixNano: span.startTimeUnixNano,
          observedTimeUnixNano: span.endTimeUnixNano,
          severityNumber: 17,
          severityText: span.name,
          body,
          ...{ attributes, droppedAttributesCount, traceId, spanId, flags, resource, scope },
          eventName: span.traceState,
          serviceName: '',
        }
        const object = {
          ...withAttributes(record),
          timeUnixNano: unsigned(record.timeUnixNano),
          observedTimeUnixNano: unsigned(record.observedTimeUnixNano),
          body: valueObject(body),
          traceId: hex(traceId),
          spanId: hex(spanId),
        }
        const scopeLogs = [{ scope: withAttributes(scope), schemaUrl: scope.schemaUrl, logRecords: [object] }]
        const theirs = write('LogsData', {
          resourceLogs: [{ resource: withAttributes(resource), schemaUrl: resource.schemaUrl, scopeLogs }],
        })
        const ours = encodeLogs([record], 'protobuf')
        expect(withoutDefaults(read('LogsData', ours))).toEqual(withoutDefaults(read('LogsData', theirs)))
        expect(logRecordsOf(decodeOtlpLogs(theirs, 'protobuf').batch)).toEqual([record])
        expect(logRecordsOf(decodeOtlpLogs(encodeLogs([record], 'json'), 'json').batch)).toEqual([record])
      }),
    )
  })

  it('writes answers that protobufjs reads', () => {
    const partial = encodeExportResponse('spans', { rejected: 3, message: 'three were bad' }, 'protobuf')
    expect(read('ExportResponse', partial)).toEqual({
      partialSuccess: { rejected: '3', errorMessage: 'three were bad' },
    })
    const status = read(
      'RpcStatus',
      encodeStatus({ code: 14, message: 'busy', retryDelaySeconds: 1.5 }, 'protobuf'),
    ) as { details: { type_url: string; typeUrl: string; value: Uint8Array }[] }
    expect(status).toMatchObject({ code: 14, message: 'busy' })
    expect(status.details[0]!.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo')
    expect(read('RetryInfo', status.details[0]!.value)).toEqual({ retryDelay: { seconds: '1', nanos: 500_000_000 } })
  })
})

/** protobufjs tells a field that was written with its default from one that was not; the two mean the same. */
function withoutDefaults(value: unknown, isAnyValue = false): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map((item) => withoutDefaults(item))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutDefaults(inner, key === 'value')] as const)
  return Object.fromEntries(entries.filter(([, inner]) => isAnyValue || !isDefault(inner)))
}

function isDefault(value: unknown): boolean {
  if (value === '' || value === 0 || value === '0') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
