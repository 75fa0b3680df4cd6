// Trace summaries as jaeger.api_v3.FindTraceSummariesResponse. Nothing that is zero is written.
import { ProtobufWriter } from '@clew/codecs'
import type { FoundTrace } from '../../query/assess-trace.ts'

/** Field numbers of query_service.proto under its names. */
const RESPONSE = { summaries: 1 } as const
const TRACE_SUMMARY = {
  trace_id: 1,
  root_service_name: 2,
  root_operation_name: 3,
  min_start_time_unix_nano: 4,
  max_end_time_unix_nano: 5,
  span_count: 6,
  error_span_count: 7,
  services: 9,
} as const
const SERVICE_SUMMARY = { name: 1, span_count: 2, error_span_count: 3 } as const

export function encodeSummaries(traces: readonly FoundTrace[]): Uint8Array {
  const writer = new ProtobufWriter(traces.length * 128)
  for (const trace of traces) {
    const open = writer.open(RESPONSE.summaries)
    writer.stringField(TRACE_SUMMARY.trace_id, trace.traceId)
    if (trace.root !== undefined) {
      writer.stringField(TRACE_SUMMARY.root_service_name, trace.root.service)
      writer.stringField(TRACE_SUMMARY.root_operation_name, trace.root.name)
    }
    writer.fixed64Field(TRACE_SUMMARY.min_start_time_unix_nano, trace.startUnixNano)
    writer.fixed64Field(TRACE_SUMMARY.max_end_time_unix_nano, trace.startUnixNano + trace.durationNano)
    writer.uint32Field(TRACE_SUMMARY.span_count, trace.spanCount)
    if (trace.errorCount > 0) writer.uint32Field(TRACE_SUMMARY.error_span_count, trace.errorCount)
    for (const { name, spanCount, errorCount } of trace.services) {
      const openService = writer.open(TRACE_SUMMARY.services)
      writer.stringField(SERVICE_SUMMARY.name, name)
      writer.uint32Field(SERVICE_SUMMARY.span_count, spanCount)
      if (errorCount > 0) writer.uint32Field(SERVICE_SUMMARY.error_span_count, errorCount)
      writer.close(openService)
    }
    writer.close(open)
  }
  return writer.copy()
}
