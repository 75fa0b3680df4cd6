// The live stream: what a listener hears when a block comes, and that streams end when they must.
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FoundTrace } from '../../query/assess-trace.ts'
import type { QueryService } from '../../query/query-service.ts'
import { TraceFeed } from './trace-feed.ts'

const COUNTERS = {
  spansAccepted: 0,
  logsAccepted: 0,
  requests: 0,
  rejected: 0,
  spansPerSecond: 0,
  listening: [],
  lastAcceptedAt: null,
  insecure: false,
}

/** As much of a response as the feed touches. */
class Listener extends EventEmitter {
  readonly heard: string[] = []
  writableNeedDrain = false
  writableEnded = false
  writeHead() {}
  write(text: string) {
    this.heard.push(text)
  }
  end() {
    this.writableEnded = true
    this.emit('close')
  }
  events(name: string) {
    return this.heard.filter((text) => text.startsWith(`event: ${name}\n`))
  }
}

function openFeed() {
  const asked: { tenant: string; after: bigint }[] = []
  const state = { block: 5n, tell: undefined as (() => void) | undefined, isRefusing: false }
  const query = {
    get highestBlock() {
      return state.block
    },
    newTraces: async (tenant: string, after: bigint): Promise<FoundTrace[]> => {
      asked.push({ tenant, after })
      if (state.isRefusing) throw new Error('too many questions')
      return tenant === 'silent' ? [] : [foundTrace(tenant)]
    },
  } as unknown as QueryService
  const feed = new TraceFeed({
    query,
    ingest: () => COUNTERS,
    onBlock: (listener) => {
      state.tell = listener
      return () => {
        state.tell = undefined
      }
    },
  })
  const listen = (tenant: string) => {
    const listener = new Listener()
    feed.add(tenant, listener as unknown as ServerResponse)
    return listener
  }
  return { feed, state, asked, listen }
}

function foundTrace(service: string): FoundTrace {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    root: { service, name: 'GET /' },
    startUnixNano: 1n,
    durationNano: 2n,
    spanCount: 1,
    errorCount: 0,
    services: [{ name: service, spanCount: 1, errorCount: 0 }],
    matchedSpans: 1,
    spans: [],
  }
}

describe('TraceFeed', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('tells each tenant of its own new traces, once a block', async () => {
    const { state, asked, listen } = openFeed()
    const [mine, alsoMine, theirs] = [listen('mine'), listen('mine'), listen('theirs')]
    state.block = 7n
    state.tell?.()
    await vi.waitFor(() => expect(theirs.events('traces')).toHaveLength(1))
    expect(asked).toEqual([
      { tenant: 'mine', after: 5n },
      { tenant: 'theirs', after: 5n },
    ])
    expect(mine.events('traces')).toEqual(alsoMine.events('traces'))
    expect(mine.events('traces')[0]).toContain('"rootService":"mine"')
  })

  it('says nothing of a block without traces of the tenant', async () => {
    const { state, asked, listen } = openFeed()
    const silent = listen('silent')
    state.block = 6n
    state.tell?.()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    expect(silent.events('traces')).toEqual([])
  })

  it('asks again for what a refused question would have told', async () => {
    const { state, asked, listen } = openFeed()
    const mine = listen('mine')
    state.isRefusing = true
    state.block = 6n
    state.tell?.()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    state.isRefusing = false
    state.block = 7n
    await vi.waitFor(() => {
      state.tell?.()
      expect(mine.events('traces')).toHaveLength(1)
    })
    expect(asked.map(({ after }) => after)).toEqual([5n, 5n])
  })

  it('gives the counters at once and every second', () => {
    vi.useFakeTimers()
    const { listen } = openFeed()
    const listener = listen('mine')
    vi.advanceTimersByTime(2000)
    expect(listener.events('ingest')).toHaveLength(3)
  })

  it('keeps nothing for a client that does not read', () => {
    vi.useFakeTimers()
    const { listen } = openFeed()
    const listener = listen('mine')
    listener.writableNeedDrain = true
    vi.advanceTimersByTime(5000)
    expect(listener.heard).toHaveLength(1)
  })

  it('asks nothing when nobody listens, and ends every stream when it is closed', () => {
    const { feed, state, listen } = openFeed()
    const [gone, open] = [listen('mine'), listen('mine')]
    gone.emit('close')
    expect(state.tell).toBeDefined()
    feed.close()
    expect(open.writableEnded).toBe(true)
    expect(state.tell).toBeUndefined()
  })
})
