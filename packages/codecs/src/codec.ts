// What every wire format provides: bytes in, a batch out, and back where the format can be written.
import type { LogBatch, LogRecord, Span, SpanBatch, TelemetryBatch } from '@clew/model'

/** Items that a format carries but that cannot be kept (an id of the wrong length, say) are left out and counted. */
export interface Decoded<Batch extends TelemetryBatch> {
  readonly batch: Batch
  readonly rejected: number
  /** Which item was rejected first and why; '' when none was. */
  readonly reason: string
}

/**
 * Hears of memory that grows with what is decoded, in bytes, before it is taken. What it throws ends the decoding, and
 * nothing of it is kept.
 */
export type ReserveMemory = (bytes: number) => void

/**
 * A format that carries spans.
 * - `decodeSpans` MUST give spans or throw DecodeError for any bytes whatever, in time and memory bounded by their length.
 * - The batch may keep views of `body`: the caller MUST NOT change it afterwards.
 * - `encodeSpans` MUST keep everything of a Span that the format can carry; a format that cannot carry all says so in its README.
 */
export interface SpanCodec {
  decodeSpans(body: Uint8Array, reserve?: ReserveMemory): Decoded<SpanBatch>
  encodeSpans?(spans: readonly Span[]): Uint8Array
}

/** The same for log records. */
export interface LogCodec {
  decodeLogs(body: Uint8Array, reserve?: ReserveMemory): Decoded<LogBatch>
  encodeLogs?(records: readonly LogRecord[]): Uint8Array
}
