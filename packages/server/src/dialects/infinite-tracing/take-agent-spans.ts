// What streams and harvests do alike with spans: decode them with room from the byte budget, and wait until they are on
// disk for good.
import type { Decoded, ReserveMemory } from '@clew/codecs'
import type { SpanBatch } from '@clew/model'
import type { ReceiverParts } from '../dialect.ts'
import { type TakeOutcome, takeSpans } from '../receive-spans.ts'

export interface AgentSpans {
  readonly tenant: string
  /** `infinite-tracing` or `newrelic-agent`. */
  readonly door: string
  /** Decompressed: what makes a request that is sent again the same. */
  readonly body: Uint8Array
  readonly decode: (reserve: ReserveMemory) => Decoded<SpanBatch>
}

/** Rejects with a ClewError: whatever `decode` throws or the consumer says. */
export async function takeAgentSpans(spans: AgentSpans, parts: ReceiverParts): Promise<TakeOutcome> {
  const { tenant, door, body, decode } = spans
  const room = parts.body.budget.reserve(0, body.length)
  try {
    const decoded = decode((bytes) => room.grow(bytes))
    return await takeSpans({ tenant, door: `${door}/spans`, body, room, ...decoded }, parts)
  } finally {
    room.release()
  }
}
