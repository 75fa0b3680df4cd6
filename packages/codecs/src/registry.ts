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

export const SPAN_CODECS = {
  'otlp-protobuf': {
    decodeSpans: (body, reserve) => decodeOtlpSpans(body, 'protobuf', reserve),
    encodeSpans: (spans) => encodeTraces(spans, 'protobuf'),
  },
  'otlp-json': {
    decodeSpans: (body, reserve) => decodeOtlpSpans(body, 'json', reserve),
    encodeSpans: (spans) => encodeTraces(spans, 'json'),
  },
  'jaeger-json': { decodeSpans: decodeJaegerJson, encodeSpans: encodeJaegerJson },
  'jaeger-thrift-binary': { decodeSpans: (body) => decodeJaegerThrift(body, 'binary') },
  'jaeger-thrift-compact': { decodeSpans: (body) => decodeJaegerThrift(body, 'compact') },
  'jaeger-proto': { decodeSpans: decodeJaegerProto, encodeSpans: encodeJaegerProto },
  newrelic: {
    decodeSpans: (body, reserve) => decodeNewRelicSpans(body, reserve === undefined ? {} : { reserve }),
    encodeSpans: encodeNewRelicSpans,
  },
} as const satisfies Readonly<Record<string, SpanCodec>>

export const LOG_CODECS = {
  'otlp-protobuf': {
    decodeLogs: (body, reserve) => decodeOtlpLogs(body, 'protobuf', reserve),
    encodeLogs: (records) => encodeLogs(records, 'protobuf'),
  },
  'otlp-json': {
    decodeLogs: (body, reserve) => decodeOtlpLogs(body, 'json', reserve),
    encodeLogs: (records) => encodeLogs(records, 'json'),
  },
} as const satisfies Readonly<Record<string, LogCodec>>
