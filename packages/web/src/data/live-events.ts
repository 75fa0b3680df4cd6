// What the server says by itself: counters of what came in, and summaries of new traces. Reconnects when it breaks.
import { apiPath, send } from '../api/client.ts'
import { readEvents, type ServerEvent } from '../api/event-stream.ts'
import type { IngestCounters, TraceSummary } from '../api/generated.ts'

export interface LiveState {
  readonly connected: boolean
  /** The newest counters, null until the first came. */
  readonly ingest: IngestCounters | null
  /** Summaries of one event; a new array for each event. */
  readonly newest: readonly TraceSummary[]
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000

export class LiveEvents {
  readonly #key: () => string
  #state: LiveState = { connected: false, ingest: null, newest: [] }
  readonly #listeners = new Set<() => void>()
  readonly #traceListeners = new Set<(traces: readonly TraceSummary[]) => void>()
  #stop: AbortController | undefined
  #waitMs = FIRST_WAIT_MS

  constructor(key: () => string) {
    this.#key = key
  }

  readonly read = (): LiveState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `listener` with the traces of each event. Returns how to stop. */
  onTraces(listener: (traces: readonly TraceSummary[]) => void): () => void {
    this.#traceListeners.add(listener)
    return () => this.#traceListeners.delete(listener)
  }

  /** Connects, or connects anew with the key as it is now. */
  start(): void {
    this.stop()
    this.#stop = new AbortController()
    void this.#connect(this.#stop.signal)
  }

  stop(): void {
    this.#stop?.abort()
    this.#stop = undefined
  }

  async #connect(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const response = await send(apiPath('/events'), this.#key(), 'text/event-stream', signal)
        this.#waitMs = FIRST_WAIT_MS
        this.#set({ connected: true })
        await readEvents(response, (event) => this.#take(event))
      } catch {
        // Said by `connected`; the next try follows.
      }
      if (signal.aborted) return
      this.#set({ connected: false })
      await new Promise((resolve) => setTimeout(resolve, this.#waitMs))
      this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS)
    }
  }

  #take(event: ServerEvent): void {
    if (event.event === 'ingest') this.#set({ ingest: JSON.parse(event.data) as IngestCounters })
    if (event.event !== 'traces') return
    const { traces } = JSON.parse(event.data) as { traces: TraceSummary[] }
    this.#set({ newest: traces })
    for (const listener of [...this.#traceListeners]) listener(traces)
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}
