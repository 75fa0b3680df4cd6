// Every system that Clew stands in for: a plain table. What one can do, it says itself (dialect.ts); doors.ts of the
// server opens the doors and hands each dialect those it is on.
import { createAtsDialect } from './ats/dialect.ts'
import { createDhubDialect } from './dhub/dialect.ts'
import type { CreateDialect } from './dialect.ts'
import { createInfiniteTracingDialect } from './infinite-tracing/dialect.ts'
import { createJaegerDialect } from './jaeger/dialect.ts'
import { createNativeDialect } from './native/dialect.ts'
import { createNewRelicDialect } from './newrelic/dialect.ts'
import { createOtlpDialect } from './otlp/dialect.ts'
import { createZipkinDialect } from './zipkin/dialect.ts'

export const DIALECTS: readonly CreateDialect[] = [
  /** OpenTelemetry: takes traces and logs. */
  createOtlpDialect,
  /** New Relic's agents: take spans from streams and harvests. */
  createInfiniteTracingDialect,
  /** New Relic's Trace API: takes spans in its own format and in Zipkin's. */
  createNewRelicDialect,
  /** Zipkin: takes spans in all of its formats. */
  createZipkinDialect,
  /** Jaeger: takes spans as its collector and its agent do, and answers clients that poll for a sampling strategy. */
  createJaegerDialect,
  /** Huawei Cloud's APM 1.0 (ATS): answers its query APIs. */
  createAtsDialect,
  /** D.Hub's Traces API: answers about runs of pipelines. */
  createDhubDialect,
  /** Our own: answers the page and whoever asks below /clew/v1. */
  createNativeDialect,
]
