// Jaeger's collector and sampling services in the proto3 language (jaeger-idl, proto/api_v2), for gRPC reflection. The
// decoders do not read these: they know the field numbers themselves.
import type { ProtoSources } from '../../grpc/proto-descriptor.ts'

export const MODEL = 'model.proto'

/** Timestamp and Duration. */
export const TIME_PROTOS: ProtoSources = {
  'google/protobuf/timestamp.proto': `
syntax = "proto3";
package google.protobuf;
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
`,
  'google/protobuf/duration.proto': `
syntax = "proto3";
package google.protobuf;
message Duration { int64 seconds = 1; int32 nanos = 2; }
`,
}

/** The spans of version 2. */
export const MODEL_PROTOS: ProtoSources = {
  ...TIME_PROTOS,
  [MODEL]: `
syntax = "proto3";
package jaeger.api_v2;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
enum ValueType { STRING = 0; BOOL = 1; INT64 = 2; FLOAT64 = 3; BINARY = 4; }
message KeyValue {
  string key = 1;
  ValueType v_type = 2;
  string v_str = 3;
  bool v_bool = 4;
  int64 v_int64 = 5;
  double v_float64 = 6;
  bytes v_binary = 7;
}
message Log {
  google.protobuf.Timestamp timestamp = 1;
  repeated KeyValue fields = 2;
}
enum SpanRefType { CHILD_OF = 0; FOLLOWS_FROM = 1; }
message SpanRef { bytes trace_id = 1; bytes span_id = 2; SpanRefType ref_type = 3; }
message Process { string service_name = 1; repeated KeyValue tags = 2; }
message Span {
  bytes trace_id = 1;
  bytes span_id = 2;
  string operation_name = 3;
  repeated SpanRef references = 4;
  uint32 flags = 5;
  google.protobuf.Timestamp start_time = 6;
  google.protobuf.Duration duration = 7;
  repeated KeyValue tags = 8;
  repeated Log logs = 9;
  Process process = 10;
  string process_id = 11;
  repeated string warnings = 12;
}
message Batch { repeated Span spans = 1; Process process = 2; }
`,
}

export const COLLECTOR_PROTOS: ProtoSources = {
  ...MODEL_PROTOS,
  'collector.proto': `
syntax = "proto3";
package jaeger.api_v2;
import "${MODEL}";
message PostSpansRequest { Batch batch = 1; }
message PostSpansResponse {}
service CollectorService { rpc PostSpans(PostSpansRequest) returns (PostSpansResponse); }
`,
}

export const SAMPLING_PROTOS: ProtoSources = {
  'sampling.proto': `
syntax = "proto3";
package jaeger.api_v2;
enum SamplingStrategyType { PROBABILISTIC = 0; RATE_LIMITING = 1; }
message ProbabilisticSamplingStrategy { double samplingRate = 1; }
message RateLimitingSamplingStrategy { int32 maxTracesPerSecond = 1; }
message OperationSamplingStrategy {
  string operation = 1;
  ProbabilisticSamplingStrategy probabilisticSampling = 2;
}
message PerOperationSamplingStrategies {
  double defaultSamplingProbability = 1;
  double defaultLowerBoundTracesPerSecond = 2;
  repeated OperationSamplingStrategy perOperationStrategies = 3;
  double defaultUpperBoundTracesPerSecond = 4;
}
message SamplingStrategyResponse {
  SamplingStrategyType strategyType = 1;
  ProbabilisticSamplingStrategy probabilisticSampling = 2;
  RateLimitingSamplingStrategy rateLimitingSampling = 3;
  PerOperationSamplingStrategies operationSampling = 4;
}
message SamplingStrategyParameters { string serviceName = 1; }
service SamplingManager { rpc GetSamplingStrategy(SamplingStrategyParameters) returns (SamplingStrategyResponse); }
`,
}
