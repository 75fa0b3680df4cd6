// Spans of the model into `jaeger.api_v2.PostSpansRequest`: one batch, with the process in each span.
import { bytesFromHex, type Resource, type Span } from '@clew/model'
import type { JaegerProcess, JaegerSpan, JaegerTag } from '../jaeger-model/jaeger-span.ts'
import { processFromResource } from '../jaeger-model/process-resource.ts'
import { toJaegerSpan } from '../jaeger-model/to-jaeger-span.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import {
  BATCH,
  KEY_VALUE,
  LOG,
  POST_SPANS_REQUEST,
  PROCESS,
  REF_TYPE,
  SPAN,
  SPAN_REF,
  TIME,
  VALUE_TYPE,
} from './fields.ts'

export function encodeJaegerProto(spans: readonly Span[]): Uint8Array {
  const writer = new ProtobufWriter(spans.length * 256 + 64)
  const openBatch = writer.open(POST_SPANS_REQUEST.batch)
  writeSpans(writer, spans)
  writer.close(openBatch)
  return writer.copy()
}

/** `jaeger.api_v2.SpansResponseChunk`: what the query service answers with; its spans have the field of those of a batch. */
export function encodeJaegerChunk(spans: readonly Span[]): Uint8Array {
  const writer = new ProtobufWriter(spans.length * 256 + 64)
  writeSpans(writer, spans)
  return writer.copy()
}

function writeSpans(writer: ProtobufWriter, spans: readonly Span[]): void {
  const processes = new Map<Resource, Uint8Array>()
  for (const span of spans) {
    let process = processes.get(span.resource)
    if (process === undefined) {
      process = encodeProcess(processFromResource(span.resource))
      processes.set(span.resource, process)
    }
    const openSpan = writer.open(BATCH.spans)
    writeSpan(writer, toJaegerSpan(span))
    writer.bytesField(SPAN.process, process)
    writer.close(openSpan)
  }
}

function encodeProcess({ serviceName, tags }: JaegerProcess): Uint8Array {
  const writer = new ProtobufWriter(256)
  writer.stringField(PROCESS.service_name, serviceName)
  for (const tag of tags) writeTag(writer, PROCESS.tags, tag)
  return writer.copy()
}

function writeSpan(writer: ProtobufWriter, span: JaegerSpan): void {
  writeId(writer, SPAN.trace_id, span.traceId)
  writeId(writer, SPAN.span_id, span.spanId)
  if (span.operationName !== '') writer.stringField(SPAN.operation_name, span.operationName)
  for (const { type, traceId, spanId } of span.references) {
    const open = writer.open(SPAN.references)
    writeId(writer, SPAN_REF.trace_id, traceId)
    writeId(writer, SPAN_REF.span_id, spanId)
    if (type !== 'CHILD_OF') writer.uint32Field(SPAN_REF.ref_type, REF_TYPE[type])
    writer.close(open)
  }
  if (span.flags !== 0) writer.uint32Field(SPAN.flags, span.flags)
  if (span.startNano !== 0n) writeTime(writer, SPAN.start_time, ...timestamp(span.startNano))
  if (span.durationNano !== undefined) writeTime(writer, SPAN.duration, ...duration(span.durationNano))
  for (const tag of span.tags) writeTag(writer, SPAN.tags, tag)
  for (const { timestampNano, fields } of span.logs) {
    const open = writer.open(SPAN.logs)
    if (timestampNano !== 0n) writeTime(writer, LOG.timestamp, ...timestamp(timestampNano))
    for (const field of fields) writeTag(writer, LOG.fields, field)
    writer.close(open)
  }
  for (const warning of span.warnings) writer.stringField(SPAN.warnings, warning)
}

function writeTag(writer: ProtobufWriter, field: number, tag: JaegerTag): void {
  const open = writer.open(field)
  if (tag.key !== '') writer.stringField(KEY_VALUE.key, tag.key)
  if (tag.type !== 'string') writer.uint32Field(KEY_VALUE.v_type, VALUE_TYPE[tag.type])
  switch (tag.type) {
    case 'string':
      writer.stringField(KEY_VALUE.v_str, tag.value)
      break
    case 'bool':
      writer.boolField(KEY_VALUE.v_bool, tag.value)
      break
    case 'int64':
      writer.int64Field(KEY_VALUE.v_int64, tag.value)
      break
    case 'float64':
      writer.doubleField(KEY_VALUE.v_float64, tag.value)
      break
    case 'binary':
      writer.bytesField(KEY_VALUE.v_binary, tag.value)
  }
  writer.close(open)
}

/** An id that is no hex is left out. */
function writeId(writer: ProtobufWriter, field: number, hex: string): void {
  const id = bytesFromHex(hex)
  if (id !== undefined) writer.bytesField(field, id)
}

const SECOND = 1_000_000_000n

/** Seconds and nanoseconds; the nanoseconds of a Timestamp count forward, also before 1970. */
function timestamp(nano: bigint): [seconds: bigint, nanos: bigint] {
  const nanos = ((nano % SECOND) + SECOND) % SECOND
  return [(nano - nanos) / SECOND, nanos]
}

/** Both parts of a Duration have its sign. */
function duration(nano: bigint): [seconds: bigint, nanos: bigint] {
  return [nano / SECOND, nano % SECOND]
}

function writeTime(writer: ProtobufWriter, field: number, seconds: bigint, nanos: bigint): void {
  const open = writer.open(field)
  if (seconds !== 0n) writer.int64Field(TIME.seconds, seconds)
  if (nanos !== 0n) writer.int64Field(TIME.nanos, nanos)
  writer.close(open)
}
