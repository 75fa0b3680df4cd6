// What every way in of Zipkin does with the bytes it got: decode them within the byte budget, leave out the traces that
// are not sampled, and wait for the disk.
import { ClewError } from '@clew/model'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter, takeSpans } from '../receive-spans.ts'
import type { CollectorCounts, Transport } from './collector-counts.ts'
import { decodeZipkin, type ZipkinFormat } from './formats.ts'
import { isTraceSampled, sampleBoundary } from './trace-sampler.ts'

export interface SentSpans {
  readonly tenant: string
  readonly transport: Transport
  readonly format: ZipkinFormat
  /** Decompressed. */
  readonly body: Uint8Array
}

export class ZipkinReceiver {
  readonly #parts: ReceiverParts
  readonly #counts: CollectorCounts
  readonly #boundary: bigint
  readonly #samplesAll: boolean

  /** `sampleRate`, from 0 to 1, is the share of traces that is kept. */
  constructor(parts: ReceiverParts, sampleRate: number, counts: CollectorCounts) {
    this.#parts = parts
    this.#counts = counts
    this.#boundary = sampleBoundary(sampleRate)
    this.#samplesAll = sampleRate === 1
  }

  /** To count and time the requests of one way in. */
  meter(transport: Transport): RequestMeter {
    return new RequestMeter(this.#parts.metrics, doorOf(transport))
  }

  /**
   * Resolves when the spans are on disk. Rejects with DECODE_FAILED where nothing could be read, and also where spans had
   * to be left out: the others are stored then, and the message says so. An empty body is none.
   */
  async take(sent: SentSpans): Promise<void> {
    const { tenant, transport, body } = sent
    if (body.length === 0) return
    let rejected: string | undefined
    try {
      rejected = await this.#store(sent)
    } catch (error) {
      this.#counts.dropped(tenant, transport)
      throw error
    }
    if (rejected !== undefined) throw new ClewError('DECODE_FAILED', rejected)
  }

  /** Gives what was wrong with the spans that were left out, if any were. */
  async #store({ tenant, transport, format, body }: SentSpans): Promise<string | undefined> {
    const room = this.#parts.body.budget.reserve(0, body.length)
    try {
      let unsampled = 0
      const keep = (traceId: Uint8Array) => {
        const isSampled = isTraceSampled(traceId, this.#boundary)
        if (!isSampled) unsampled++
        return isSampled
      }
      const reserve = (bytes: number) => room.grow(bytes)
      const decoded = decodeZipkin(format, body, this.#samplesAll ? { reserve } : { reserve, keep })
      const sent = { tenant, door: `${doorOf(transport)}/${format}`, body, room, ...decoded }
      await takeSpans(sent, this.#parts)
      if (unsampled > 0) this.#parts.metrics.counter('items', 'spans', 'unsampled').inc(unsampled)
      const { batch, rejected, reason } = decoded
      const dropped = unsampled + rejected
      this.#counts.message(tenant, transport, body.length, batch.count + dropped, dropped)
      return rejected > 0 ? `${reason}; the others (${batch.count}) are stored` : undefined
    } finally {
      room.release()
    }
  }
}

/** How metrics call a way in. */
function doorOf(transport: Transport): string {
  return `zipkin-${transport}`
}
