// Server-sent events: after each stored block the newest traces that it touched, and the ingest counters once a second.
// A block costs one question a tenant that listens, however many listen.
import type { ServerResponse } from 'node:http'
import type { QueryService } from '../../query/query-service.ts'
import { renderSummary } from './render.ts'
import type { IngestCountersJson } from './schemas.ts'

export interface TraceFeedParts {
  readonly query: QueryService
  readonly ingest: (tenant: string) => IngestCountersJson
  /** Calls the listener after each block that questions can see; gives the function that ends it. */
  readonly onBlock: (listener: () => void) => () => void
}

const INGEST_INTERVAL_MS = 1000

export class TraceFeed {
  readonly #parts: TraceFeedParts
  readonly #listeners = new Map<string, Set<ServerResponse>>()
  #endBlocks: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  /** Highest block each tenant was told of. */
  readonly #toldBlock = new Map<string, bigint>()
  #isAsking = false

  constructor(parts: TraceFeedParts) {
    this.#parts = parts
  }

  /** Takes over an open response until its client goes or `close` is called. */
  add(tenant: string, response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies such as nginx would hold events back to fill a buffer.
      'x-accel-buffering': 'no',
    })
    const listeners = this.#listeners.get(tenant) ?? new Set()
    if (listeners.size === 0) this.#toldBlock.set(tenant, this.#parts.query.highestBlock)
    this.#listeners.set(tenant, listeners.add(response))
    response.on('close', () => this.#remove(tenant, response))
    send(response, 'ingest', this.#parts.ingest(tenant))
    this.#start()
  }

  /** Ends every stream: the server is stopping. */
  close(): void {
    for (const listeners of this.#listeners.values()) for (const response of listeners) response.end()
    this.#listeners.clear()
    this.#toldBlock.clear()
    this.#stop()
  }

  #start(): void {
    if (this.#timer !== undefined) return
    this.#endBlocks = this.#parts.onBlock(() => void this.#tell())
    this.#timer = setInterval(() => {
      for (const [tenant, listeners] of this.#listeners) {
        const counters = this.#parts.ingest(tenant)
        for (const response of listeners) send(response, 'ingest', counters)
      }
    }, INGEST_INTERVAL_MS)
    this.#timer.unref()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#endBlocks?.()
    this.#endBlocks = undefined
  }

  #remove(tenant: string, response: ServerResponse): void {
    const listeners = this.#listeners.get(tenant)
    listeners?.delete(response)
    if (listeners?.size === 0) {
      this.#listeners.delete(tenant)
      this.#toldBlock.delete(tenant)
    }
    if (this.#listeners.size === 0) this.#stop()
  }

  /** Blocks that come while a question runs are told together by the next. */
  async #tell(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    let isAnswered = true
    while (isAnswered) {
      const waiting = this.#waiting()
      if (waiting.length === 0) break
      for (const tenant of waiting) isAnswered = (await this.#tellTenant(tenant)) && isAnswered
    }
    this.#isAsking = false
  }

  #waiting(): readonly string[] {
    const { highestBlock } = this.#parts.query
    return [...this.#listeners.keys()].filter((tenant) => highestBlock > (this.#toldBlock.get(tenant) ?? highestBlock))
  }

  /** False when the question is refused: a feed is a convenience, the next block asks again for all since the last answer. */
  async #tellTenant(tenant: string): Promise<boolean> {
    const { highestBlock } = this.#parts.query
    try {
      const found = await this.#parts.query.newTraces(tenant, this.#toldBlock.get(tenant) ?? highestBlock)
      if (this.#toldBlock.has(tenant)) this.#toldBlock.set(tenant, highestBlock)
      const traces = { traces: found.map(renderSummary) }
      if (found.length > 0) for (const response of this.#listeners.get(tenant) ?? []) send(response, 'traces', traces)
      return true
    } catch {
      return false
    }
  }
}

/** A client that does not read loses events rather than memory of ours. */
function send(response: ServerResponse, event: string, data: unknown): void {
  if (response.writableNeedDrain || response.writableEnded) return
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}
