// What both OTLP doors do with a request once its bytes are here: decode, hand on, and say how it went. The answer is
// given only after the consumer has the data on disk for good.
import { decodeOtlpLogs, decodeOtlpSpans, type ExportOutcome } from '@clew/codecs'
import type { TelemetryConsumer } from '@clew/model'
import type { IngestCounters } from '../../telemetry/ingest-counters.ts'
import type { Metrics } from '../../telemetry/metrics.ts'

export type OtlpSignal = 'spans' | 'logs'
export type OtlpEncoding = 'protobuf' | 'json'

export interface OtlpParts {
  readonly consumer: TelemetryConsumer
  readonly counters: IngestCounters
  readonly metrics: Metrics
}

export interface ExportRequest {
  readonly signal: OtlpSignal
  readonly encoding: OtlpEncoding
  readonly tenant: string
  /** `otlp-http` or `otlp-grpc`. */
  readonly door: string
  /** Decompressed. */
  readonly body: Uint8Array
}

/** An answer is kept far below the 4 MiB that a client reads (OTLP 1.11, response limit). */
const MAX_MESSAGE_CHARS = 4_096

/** Rejects with a ClewError: DECODE_FAILED when the body is no message at all, or whatever the consumer says. */
export async function takeExport(request: ExportRequest, parts: OtlpParts): Promise<ExportOutcome> {
  const { signal, body, tenant } = request
  const { batch, rejected, reason } =
    signal === 'spans' ? decodeOtlpSpans(body, request.encoding) : decodeOtlpLogs(body, request.encoding)
  const messages = rejected > 0 ? [reason] : []
  let accepted = batch.count
  if (batch.count > 0) {
    const { repeated, warnings } = await parts.consumer.consume(batch, {
      tenant,
      door: `${request.door}/${signal}`,
      body,
    })
    messages.push(...warnings)
    if (repeated) {
      parts.metrics.counter('items', signal, 'repeated').inc(accepted)
      accepted = 0
    }
  }
  parts.metrics.counter('items', signal, 'accepted').inc(accepted)
  if (rejected > 0) parts.metrics.counter('items', signal, 'rejected').inc(rejected)
  parts.counters.accepted(tenant, signal, accepted, rejected)
  return { rejected, message: messages.join('; ').slice(0, MAX_MESSAGE_CHARS) }
}
