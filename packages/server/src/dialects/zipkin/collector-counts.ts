// What came in by each transport, as Zipkin's collector counts it (`/metrics`): since the start of the process, of each
// tenant by itself.

/** As Zipkin calls the ways in. */
export type Transport = 'http' | 'grpc'

interface Counts {
  messages: number
  messages_dropped: number
  bytes: number
  spans: number
  spans_dropped: number
  /** Of the last message. */
  message_spans: number
  message_bytes: number
}

const COUNTERS = ['messages', 'messages_dropped', 'bytes', 'spans', 'spans_dropped'] as const
const GAUGES = ['message_spans', 'message_bytes'] as const
const TRANSPORTS: readonly Transport[] = ['http', 'grpc']

export class CollectorCounts {
  /** Tenants are those of the configured keys, so they are few. */
  readonly #tenants = new Map<string, Record<Transport, Counts>>()

  /** A message whose spans were read; `dropped` of them were left out. */
  message(tenant: string, transport: Transport, bytes: number, spans: number, dropped: number): void {
    const counts = this.#of(tenant)[transport]
    counts.messages++
    counts.bytes += bytes
    counts.spans += spans
    counts.spans_dropped += dropped
    counts.message_spans = spans
    counts.message_bytes = bytes
  }

  /** A message that was refused as a whole. */
  dropped(tenant: string, transport: Transport): void {
    const counts = this.#of(tenant)[transport]
    counts.messages++
    counts.messages_dropped++
  }

  /** `{"counter.zipkin_collector.messages.http": 1, …}` */
  render(tenant: string): Readonly<Record<string, number>> {
    const lines: [string, number][] = []
    for (const transport of TRANSPORTS) {
      const counts = this.#of(tenant)[transport]
      for (const name of COUNTERS) lines.push([`counter.zipkin_collector.${name}.${transport}`, counts[name]])
      for (const name of GAUGES) lines.push([`gauge.zipkin_collector.${name}.${transport}`, counts[name]])
    }
    return Object.fromEntries(lines)
  }

  #of(tenant: string): Record<Transport, Counts> {
    let counts = this.#tenants.get(tenant)
    if (counts === undefined) {
      counts = { http: noCounts(), grpc: noCounts() }
      this.#tenants.set(tenant, counts)
    }
    return counts
  }
}

function noCounts(): Counts {
  return {
    ...{ messages: 0, messages_dropped: 0, bytes: 0, spans: 0, spans_dropped: 0 },
    ...{ message_spans: 0, message_bytes: 0 },
  }
}
