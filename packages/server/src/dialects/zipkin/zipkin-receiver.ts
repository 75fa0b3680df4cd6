// What every way in of Zipkin does with the bytes it got: decode them within the byte budget, leave out the traces that
// are not sampled, and wait for the disk.
import { ClewError } from '@clew/model'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter, takeSpans } from '../receive-spans.ts'
import { decodeZipkin, type ZipkinFormat } from './formats.ts'
import { isTraceSampled, sampleBoundary } from './trace-sampler.ts'

export interface SentSpans {
  readonly tenant: string
  /** Which way in, for example `zipkin-http`. */
  readonly door: string
  readonly format: ZipkinFormat
  /** Decompressed. */
  readonly body: Uint8Array
}

export class ZipkinReceiver {
  readonly #parts: ReceiverParts
  readonly #boundary: bigint
  readonly #samplesAll: boolean

  /** `sampleRate`, from 0 to 1, is the share of traces that is kept. */
  constructor(parts: ReceiverParts, sampleRate: number) {
    this.#parts = parts
    this.#boundary = sampleBoundary(sampleRate)
    this.#samplesAll = sampleRate === 1
  }

  /** To count and time the requests of one way in. */
  meter(door: string): RequestMeter {
    return new RequestMeter(this.#parts.metrics, door)
  }

  /**
   * Resolves when the spans are on disk. Rejects with DECODE_FAILED where nothing could be read, and also where spans had
   * to be left out: the others are stored then, and the message says so. An empty body is none.
   */
  async take({ tenant, door, format, body }: SentSpans): Promise<void> {
    if (body.length === 0) return
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
      const sent = { tenant, door: `${door}/${format}`, body, room, ...decoded }
      await takeSpans(sent, this.#parts)
      if (unsampled > 0) this.#parts.metrics.counter('items', 'spans', 'unsampled').inc(unsampled)
      if (decoded.rejected > 0)
        throw new ClewError('DECODE_FAILED', `${decoded.reason}; the others (${decoded.batch.count}) are stored`)
    } finally {
      room.release()
    }
  }
}
