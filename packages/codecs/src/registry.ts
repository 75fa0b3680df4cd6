// All wire formats that Clew reads or writes: a plain table, one line a format.
import type { LogCodec, SpanCodec } from './codec.ts'
import { decodeJaegerJson } from './jaeger-json/decode-spans.ts'
import { encodeJaegerJson } from './jaeger-json/encode-spans.ts'
import { decodeJaegerProto } from './jaeger-proto/decode-spans.ts'
import { encodeJaegerProto } from './jaeger-proto/encode-spans.ts'
import { decodeJaegerThrift } from './jaeger-thrift/decode-spans.ts'
import { decodeNewRelicSpans } from './newrelic/decode-spans.ts'
import { encodeNewRelicSpans } from './newrelic/encode-spans.ts'
import { decodeOtlpLogs } from './otlp/decode-logs.ts'
import { decodeOtlpSpans } from './otlp/decode-spans.ts'
import { encodeLogs, encodeTraces } from './otlp/encode-traces.ts'
import { decodeZipkinJsonV1 } from './zipkin-json-v1/decode-spans.ts'
import { encodeZipkinJsonV1 } from './zipkin-json-v1/encode-spans.ts'
import { decodeZipkinJsonV2 } from './zipkin-json-v2/decode-spans.ts'
import { encodeZipkinJsonV2 } from './zipkin-json-v2/encode-spans.ts'
import { decodeZipkinProto } from './zipkin-proto/decode-spans.ts'
import { encodeZipkinProto } from './zipkin-proto/encode-spans.ts'
import { decodeZipkinThrift } from './zipkin-thrift/decode-spans.ts'

export const SPAN_CODECS = {
  'otlp-protobuf': {
    decodeSpans: (body, reserve?) => decodeOtlpSpans(body, 'protobuf', reserve),
    encodeSpans: (spans) => encodeTraces(spans, 'protobuf'),
  },
  'otlp-json': {
    decodeSpans: (body, reserve?) => decodeOtlpSpans(body, 'json', reserve),
    encodeSpans: (spans) => encodeTraces(spans, 'json'),
  },
  'jaeger-json': { decodeSpans: decodeJaegerJson, encodeSpans: encodeJaegerJson },
  'jaeger-thrift-binary': { decodeSpans: (body, reserve?) => decodeJaegerThrift(body, 'binary', reserve) },
  'jaeger-thrift-compact': { decodeSpans: (body, reserve?) => decodeJaegerThrift(body, 'compact', reserve) },
  'jaeger-proto': { decodeSpans: decodeJaegerProto, encodeSpans: encodeJaegerProto },
  newrelic: {
    decodeSpans: (body, reserve?) => decodeNewRelicSpans(body, reserve === undefined ? {} : { reserve }),
    encodeSpans: encodeNewRelicSpans,
  },
  'zipkin-json-v2': {
    decodeSpans: (body, reserve?) => decodeZipkinJsonV2(body, { reserve }),
    encodeSpans: encodeZipkinJsonV2,
  },
  'zipkin-json-v1': {
    decodeSpans: (body, reserve?) => decodeZipkinJsonV1(body, { reserve }),
    encodeSpans: encodeZipkinJsonV1,
  },
  'zipkin-proto': {
    decodeSpans: (body, reserve?) => decodeZipkinProto(body, { reserve }),
    encodeSpans: encodeZipkinProto,
  },
  'zipkin-thrift': { decodeSpans: (body, reserve?) => decodeZipkinThrift(body, { reserve }) },
} as const satisfies Readonly<Record<string, SpanCodec>>

export const LOG_CODECS = {
  'otlp-protobuf': {
    decodeLogs: (body, reserve?) => decodeOtlpLogs(body, 'protobuf', reserve),
    encodeLogs: (records) => encodeLogs(records, 'protobuf'),
  },
  'otlp-json': {
    decodeLogs: (body, reserve?) => decodeOtlpLogs(body, 'json', reserve),
    encodeLogs: (records) => encodeLogs(records, 'json'),
  },
} as const satisfies Readonly<Record<string, LogCodec>>
