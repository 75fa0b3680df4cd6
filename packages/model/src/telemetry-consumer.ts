// One promise of the write path: `consume` resolves when the batch is on disk for good, and not before.
import type { LogBatch, TelemetryBatch } from './span-batch.ts'

/** Memory that a request has taken for its way to the disk, from one budget for all; it is given back when it is answered. */
export interface Room {
  /** Taken so far, without the body itself. */
  readonly bytes: number
  /**
   * Takes more, before it is used. Throws OVERLOADED when there is none now, BODY_TOO_LARGE when the request would not
   * even fit alone; what it had it keeps.
   */
  grow(bytes: number): void
}

/** What a receiver knows of the request a batch came in. */
export interface RequestContext {
  /** Owner of the data, from the key that was shown; `default` on loopback. */
  readonly tenant: string
  /** Which receiver took it, for example `otlp-http/traces`: part of a request's identity. */
  readonly door: string
  /** The decompressed body: two requests of one tenant and door with equal bodies within ten minutes are one. */
  readonly body: Uint8Array
  /**
   * What makes a request the same as an earlier one where its body does not: a text of the sender's, which then counts
   * alone; or null, when every request is another, equal bodies or not.
   */
  readonly requestKey?: string | null
  /** What the receiver notes of the request itself: durable together with its batch, or not at all. */
  readonly notes?: LogBatch
  /** What the receiver took for decoding; without it the consumer takes what the batch needs. */
  readonly room?: Room
}

export interface Acknowledgement {
  /** The same request came before and is stored: nothing was stored again. */
  readonly repeated: boolean
  /** What was changed on the way in and the sender should hear of; empty when all was kept as it came. */
  readonly warnings: readonly string[]
}

/**
 * Anything a batch can be handed to: a processor, which passes on to a next one, or the journal at the end.
 * - MUST resolve only when every item of the batch and of the request's notes is durable.
 * - MUST reject with a ClewError otherwise; its code says whether the sender may try again.
 * - The caller hands the batch over: it MUST NOT change it afterwards.
 */
export interface TelemetryConsumer {
  consume(batch: TelemetryBatch, request: RequestContext): Promise<Acknowledgement>
}
