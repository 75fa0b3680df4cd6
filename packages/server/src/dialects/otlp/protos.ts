// The OTLP trace and logs services in the proto3 language (opentelemetry-proto 1.11), for gRPC reflection. The decoders
// do not read these: they know the field numbers themselves (codecs/otlp/fields.ts).
import { OTLP_ROOT, OTLP_TRACE_MESSAGES } from '../../grpc/otlp-messages.ts'
import type { ProtoSources } from '../../grpc/proto-descriptor.ts'

const ROOT = OTLP_ROOT

export const OTLP_PROTOS: ProtoSources = {
  ...OTLP_TRACE_MESSAGES,
  [`${ROOT}/logs/v1/logs.proto`]: `
syntax = "proto3";
package opentelemetry.proto.logs.v1;
import "${ROOT}/common/v1/common.proto";
import "${ROOT}/resource/v1/resource.proto";
message ResourceLogs {
  opentelemetry.proto.resource.v1.Resource resource = 1;
  repeated ScopeLogs scope_logs = 2;
  string schema_url = 3;
}
message ScopeLogs {
  opentelemetry.proto.common.v1.InstrumentationScope scope = 1;
  repeated LogRecord log_records = 2;
  string schema_url = 3;
}
message LogRecord {
  fixed64 time_unix_nano = 1;
  fixed64 observed_time_unix_nano = 11;
  int32 severity_number = 2;
  string severity_text = 3;
  opentelemetry.proto.common.v1.AnyValue body = 5;
  repeated opentelemetry.proto.common.v1.KeyValue attributes = 6;
  uint32 dropped_attributes_count = 7;
  fixed32 flags = 8;
  bytes trace_id = 9;
  bytes span_id = 10;
  string event_name = 12;
}
`,
  [`${ROOT}/collector/trace/v1/trace_service.proto`]: `
syntax = "proto3";
package opentelemetry.proto.collector.trace.v1;
import "${ROOT}/trace/v1/trace.proto";
service TraceService { rpc Export(ExportTraceServiceRequest) returns (ExportTraceServiceResponse); }
message ExportTraceServiceRequest { repeated opentelemetry.proto.trace.v1.ResourceSpans resource_spans = 1; }
message ExportTraceServiceResponse { ExportTracePartialSuccess partial_success = 1; }
message ExportTracePartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
`,
  [`${ROOT}/collector/logs/v1/logs_service.proto`]: `
syntax = "proto3";
package opentelemetry.proto.collector.logs.v1;
import "${ROOT}/logs/v1/logs.proto";
service LogsService { rpc Export(ExportLogsServiceRequest) returns (ExportLogsServiceResponse); }
message ExportLogsServiceRequest { repeated opentelemetry.proto.logs.v1.ResourceLogs resource_logs = 1; }
message ExportLogsServiceResponse { ExportLogsPartialSuccess partial_success = 1; }
message ExportLogsPartialSuccess { int64 rejected_log_records = 1; string error_message = 2; }
`,
}
