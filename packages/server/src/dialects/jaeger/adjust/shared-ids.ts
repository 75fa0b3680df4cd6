// First adjuster of Jaeger: where both halves of a call have one span id, as Zipkin's clients share it, the server's half
// gets an id of its own and hangs below the client's. Everything that named the shared id as its parent hangs below the
// server's half then.
import type { SpanShape } from './span-shape.ts'

const TOP_BIT = 2n ** 63n

/** The same spans in the same order; the given list itself where no id is shared. */
export function separateSharedIds(spans: readonly SpanShape[]): readonly SpanShape[] {
  const used = new Set<string>()
  const ofClients = new Set<string>()
  for (const { spanId, isClient } of spans) {
    used.add(spanId)
    if (isClient) ofClients.add(spanId)
  }
  if (used.size === spans.length) return spans
  const newIds = new Map<string, string>()
  const separated = spans.map((span) => {
    const { spanId } = span
    if (!span.isServer || !ofClients.has(spanId)) return span
    const own = unusedId(spanId, used)
    used.add(own)
    newIds.set(spanId, own)
    return { ...span, spanId: own, parentSpanId: spanId }
  })
  return separated.map((span, index) => {
    const parentSpanId = newIds.get(span.parentSpanId)
    return parentSpanId === undefined || span !== spans[index] ? span : { ...span, parentSpanId }
  })
}

/** Made of the shared id alone, so that it is the same whenever the trace is read, also while its spans still come. */
function unusedId(shared: string, used: ReadonlySet<string>): string {
  for (let id = BigInt(`0x${shared}`) ^ TOP_BIT; ; id = BigInt.asUintN(64, id + 1n)) {
    const text = id.toString(16).padStart(16, '0')
    if (id !== 0n && !used.has(text)) return text
  }
}
