// What every receiver does once a body is decoded: hand the batch on, wait until it is on disk for good, count, and say
// how it went. A dialect brings the bytes to this point and puts the outcome into its own words.
import type { Decoded } from '@clew/codecs'
import type { LogBatch, Room, TelemetryBatch } from '@clew/model'
import { asClewError } from '../errors.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { ReceiverParts } from './dialect.ts'

export interface Taken extends Decoded<TelemetryBatch> {
  readonly tenant: string
  /** Which receiver, for example `zipkin/spans`: part of the request's identity. */
  readonly door: string
  /** What makes the request the same when it is sent twice: the decompressed body, unless there is a `requestKey`. */
  readonly body: Uint8Array
  /** See RequestContext. */
  readonly requestKey?: string | null
  /** What the dialect notes of the request, kept together with its spans; see RequestContext. */
  readonly notes?: LogBatch
  /** What was taken from the byte budget for decoding; it stays the caller's to give back. */
  readonly room?: Room
}

export interface TakeOutcome {
  /** Items stored by this request; 0 when it came before. */
  readonly accepted: number
  readonly rejected: number
  /** Why items were rejected and what was changed in those that were not; '' when all was kept as it came. */
  readonly message: string
  readonly repeated: boolean
}

/** An answer is kept far below what a client reads (OTLP 1.11 says 4 MiB), and below what a header or a log line holds. */
const MAX_MESSAGE_CHARS = 4_096

/** Resolves when the spans are on disk. Rejects with whatever ClewError the consumer has. */
export function takeSpans(taken: Taken, parts: ReceiverParts): Promise<TakeOutcome> {
  return takeItems('spans', taken, parts)
}

export function takeLogs(taken: Taken, parts: ReceiverParts): Promise<TakeOutcome> {
  return takeItems('logs', taken, parts)
}

async function takeItems(signal: 'spans' | 'logs', taken: Taken, parts: ReceiverParts): Promise<TakeOutcome> {
  const { tenant, door, body, requestKey, notes, room, batch, rejected, reason } = taken
  const { consumer, metrics, counters } = parts
  const messages = rejected > 0 ? [reason] : []
  let accepted = batch.count
  let isRepeated = false
  if (batch.count > 0 || (notes?.count ?? 0) > 0) {
    const { repeated, warnings } = await consumer.consume(batch, {
      ...{ tenant, door, body },
      ...(requestKey === undefined ? {} : { requestKey }),
      ...(notes === undefined ? {} : { notes }),
      ...(room === undefined ? {} : { room }),
    })
    messages.push(...warnings)
    if (repeated) {
      metrics.counter('items', signal, 'repeated').inc(accepted)
      accepted = 0
      isRepeated = true
    }
  }
  metrics.counter('items', signal, 'accepted').inc(accepted)
  if (rejected > 0) metrics.counter('items', signal, 'rejected').inc(rejected)
  counters.accepted(tenant, signal, accepted, rejected)
  return { accepted, rejected, repeated: isRepeated, message: messages.join('; ').slice(0, MAX_MESSAGE_CHARS) }
}

/** Counts and times the requests of one door. */
export class RequestMeter {
  readonly #metrics: Metrics
  readonly #door: string
  readonly #bytes: { inc(by: number): void }
  readonly #seconds: { observe(value: number): void }
  readonly #succeeded: { inc(): void }

  constructor(metrics: Metrics, door: string) {
    this.#metrics = metrics
    this.#door = door
    this.#bytes = metrics.counter('receivedBytes', door)
    this.#seconds = metrics.histogram('requestSeconds', door)
    this.#succeeded = metrics.counter('requests', door, 'ok')
  }

  /** Runs the work of one request; `received` is to be called with the decompressed size once it is accepted. */
  async measure<T>(work: (received: (bytes: number) => void) => Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      const answer = await work((bytes) => this.#bytes.inc(bytes))
      this.#succeeded.inc()
      return answer
    } catch (error) {
      this.#metrics.counter('requests', this.#door, asClewError(error).code).inc()
      throw error
    } finally {
      this.#seconds.observe((performance.now() - started) / 1000)
    }
  }
}
