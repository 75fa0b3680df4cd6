// What both OTLP doors do with a request once its bytes are here: decode, hand on, and say how it went. The answer is
// given only after the consumer has the data on disk for good.
import { decodeOtlpLogs, decodeOtlpSpans, type ExportOutcome } from '@clew/codecs'
import type { ReceiverParts } from '../dialect.ts'
import { takeLogs, takeSpans } from '../receive-spans.ts'

export type OtlpSignal = 'spans' | 'logs'
export type OtlpEncoding = 'protobuf' | 'json'

export interface ExportRequest {
  readonly signal: OtlpSignal
  readonly encoding: OtlpEncoding
  readonly tenant: string
  /** `otlp-http` or `otlp-grpc`. */
  readonly door: string
  /** Decompressed. */
  readonly body: Uint8Array
}

/** Rejects with a ClewError: DECODE_FAILED when the body is no message at all, or whatever the consumer says. */
export async function takeExport(request: ExportRequest, parts: ReceiverParts): Promise<ExportOutcome> {
  const { signal, encoding, body, tenant } = request
  const room = parts.body.budget.reserve(0, body.length)
  try {
    const reserve = (bytes: number) => room.grow(bytes)
    const sent = { tenant, door: `${request.door}/${signal}`, body, room }
    return signal === 'spans'
      ? await takeSpans({ ...sent, ...decodeOtlpSpans(body, encoding, reserve) }, parts)
      : await takeLogs({ ...sent, ...decodeOtlpLogs(body, encoding, reserve) }, parts)
  } finally {
    room.release()
  }
}
