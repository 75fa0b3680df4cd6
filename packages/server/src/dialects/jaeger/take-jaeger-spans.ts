// What every way in of Jaeger does with the bytes it got: decode them within the byte budget and wait for the disk.
import type { Decoded, ReserveMemory } from '@clew/codecs'
import type { SpanBatch } from '@clew/model'
import type { ReceiverParts } from '../dialect.ts'
import { type TakeOutcome, takeSpans } from '../receive-spans.ts'

export interface SentBatch {
  readonly tenant: string
  /** Which way in, for example `jaeger-http`. */
  readonly door: string
  /** Decompressed. */
  readonly body: Uint8Array
  readonly decode: (body: Uint8Array, reserve: ReserveMemory) => Decoded<SpanBatch>
}

/** Rejects with DECODE_FAILED, or whatever the consumer says. */
export async function takeJaegerSpans(sent: SentBatch, parts: ReceiverParts): Promise<TakeOutcome> {
  const { tenant, door, body, decode } = sent
  const room = parts.body.budget.reserve(0, body.length)
  try {
    const decoded = decode(body, (bytes) => room.grow(bytes))
    return await takeSpans({ tenant, door: `${door}/spans`, body, room, ...decoded }, parts)
  } finally {
    room.release()
  }
}
