// Jaeger's query services in the proto3 language (jaeger-idl, proto/api_v2/query.proto and proto/api_v3/query_service.proto),
// for gRPC reflection: the methods that are served, and their messages.
import { OTLP_ROOT, OTLP_TRACE_MESSAGES } from '../../grpc/otlp-messages.ts'
import type { ProtoSources } from '../../grpc/proto-descriptor.ts'
import { MODEL, MODEL_PROTOS, TIME_PROTOS } from './protos.ts'

const TIME_IMPORTS = `import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";`

/** `attributes` is the name of the map of texts. */
const queryParameters = (attributes: string) => `
message TraceQueryParameters {
  string service_name = 1;
  string operation_name = 2;
  map<string, string> ${attributes} = 3;
  google.protobuf.Timestamp start_time_min = 4;
  google.protobuf.Timestamp start_time_max = 5;
  google.protobuf.Duration duration_min = 6;
  google.protobuf.Duration duration_max = 7;
  int32 search_depth = 8;
  bool raw_traces = 9;
}
message FindTracesRequest { TraceQueryParameters query = 1; }
message GetServicesRequest {}
message GetServicesResponse { repeated string services = 1; }
message GetOperationsRequest { string service = 1; string span_kind = 2; }
message Operation { string name = 1; string span_kind = 2; }`

export const QUERY_V3_PROTOS: ProtoSources = {
  ...TIME_PROTOS,
  ...OTLP_TRACE_MESSAGES,
  'query_service.proto': `
syntax = "proto3";
package jaeger.api_v3;
${TIME_IMPORTS}
import "${OTLP_ROOT}/trace/v1/trace.proto";
message GetTraceRequest {
  string trace_id = 1;
  google.protobuf.Timestamp start_time = 2;
  google.protobuf.Timestamp end_time = 3;
  bool raw_traces = 4;
}
${queryParameters('attributes')}
message GetOperationsResponse { repeated Operation operations = 1; }
message ServiceSummary { string name = 1; int32 span_count = 2; int32 error_span_count = 3; }
message TraceSummary {
  string trace_id = 1;
  string root_service_name = 2;
  string root_operation_name = 3;
  fixed64 min_start_time_unix_nano = 4;
  fixed64 max_end_time_unix_nano = 5;
  int32 span_count = 6;
  int32 error_span_count = 7;
  int32 orphan_span_count = 8;
  repeated ServiceSummary services = 9;
}
message FindTraceSummariesRequest { TraceQueryParameters query = 1; }
message FindTraceSummariesResponse { repeated TraceSummary summaries = 1; }
service QueryService {
  rpc GetTrace(GetTraceRequest) returns (stream opentelemetry.proto.trace.v1.TracesData);
  rpc FindTraces(FindTracesRequest) returns (stream opentelemetry.proto.trace.v1.TracesData);
  rpc GetServices(GetServicesRequest) returns (GetServicesResponse);
  rpc GetOperations(GetOperationsRequest) returns (GetOperationsResponse);
  rpc FindTraceSummaries(FindTraceSummariesRequest) returns (stream FindTraceSummariesResponse);
}
`,
}

export const QUERY_V2_PROTOS: ProtoSources = {
  ...MODEL_PROTOS,
  'query.proto': `
syntax = "proto3";
package jaeger.api_v2;
import "${MODEL}";
${TIME_IMPORTS}
message GetTraceRequest {
  bytes trace_id = 1;
  google.protobuf.Timestamp start_time = 2;
  google.protobuf.Timestamp end_time = 3;
  bool raw_traces = 4;
}
message SpansResponseChunk { repeated Span spans = 1; }
${queryParameters('tags')}
message GetOperationsResponse { repeated string operationNames = 1; repeated Operation operations = 2; }
service QueryService {
  rpc GetTrace(GetTraceRequest) returns (stream SpansResponseChunk);
  rpc FindTraces(FindTracesRequest) returns (stream SpansResponseChunk);
  rpc GetServices(GetServicesRequest) returns (GetServicesResponse);
  rpc GetOperations(GetOperationsRequest) returns (GetOperationsResponse);
}
`,
}
