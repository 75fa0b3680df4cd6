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
  /** Decompressed: what makes a request that is sent again the same. Undefined where nothing does. */
  readonly body: Uint8Array | undefined
  readonly decode: (reserve: ReserveMemory) => Decoded<SpanBatch>
}

const NO_BODY = new Uint8Array(0)

/** Rejects with a ClewError: whatever `decode` throws or the consumer says. */
export async function takeAgentSpans(spans: AgentSpans, parts: ReceiverParts): Promise<TakeOutcome> {
  const { tenant, door, body = NO_BODY, decode } = spans
  const room = parts.body.budget.reserve(0, body.length)
  try {
    const decoded = decode((bytes) => room.grow(bytes))
    const taken = { tenant, door: `${door}/spans`, body, room, ...decoded }
    return await takeSpans(spans.body === undefined ? { ...taken, requestKey: null } : taken, parts)
  } finally {
    room.release()
  }
}
