// Answers of the server by request path, shared by all parts of the page that ask the same, the newest 80 kept.
import { type Clock, systemClock } from '@clew/model'

export type Answer<T> =
  | { readonly state: 'loading' }
  /** `refreshing`: a newer answer is on its way. */
  | { readonly state: 'ready'; readonly value: T; readonly refreshing: boolean }
  | { readonly state: 'failed'; readonly error: Error }

type Load = (path: string, signal: AbortSignal) => Promise<unknown>

interface Entry {
  answer: Answer<unknown>
  request: AbortController | undefined
  askedMs: number
  readonly listeners: Set<() => void>
}

const LOADING: Answer<never> = { state: 'loading' }
const KEPT = 80
/** A part of the page that comes back sees the answer it left, and a new one soon after when it is older than this. */
const FRESH_MS = 5_000

export class AnswerCache {
  readonly #load: Load
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(load: Load, clock: Clock = systemClock) {
    this.#load = load
    this.#clock = clock
  }

  read(path: string): Answer<unknown> {
    return this.#entries.get(path)?.answer ?? LOADING
  }

  /** Calls `listener` whenever the answer changes; asks the server if nobody has yet. Returns how to stop. */
  subscribe(path: string, listener: () => void): () => void {
    let entry = this.#entries.get(path)
    if (entry === undefined) {
      entry = { answer: LOADING, request: undefined, askedMs: 0, listeners: new Set() }
      this.#entries.set(path, entry)
    }
    entry.listeners.add(listener)
    const fresh = entry.answer.state === 'ready' && this.#clock.nowMs() - entry.askedMs < FRESH_MS
    if (entry.request === undefined && !fresh) void this.#ask(path, entry)
    this.#forgetOldest()
    return () => {
      entry.listeners.delete(listener)
      if (entry.listeners.size > 0 || entry.request === undefined) return
      entry.request.abort()
      entry.request = undefined
      if (entry.answer.state === 'loading') this.#entries.delete(path)
      if (entry.answer.state === 'ready') entry.answer = { ...entry.answer, refreshing: false }
    }
  }

  /** Asks again; until the new answer is here the old one stays. */
  refresh(path: string): void {
    const entry = this.#entries.get(path)
    if (entry !== undefined && entry.listeners.size > 0) void this.#ask(path, entry)
    else this.#entries.delete(path)
  }

  /** Asks again for everything that is on the page and forgets the rest: a new key was given. */
  refreshAll(): void {
    for (const path of [...this.#entries.keys()]) this.refresh(path)
  }

  async #ask(path: string, entry: Entry): Promise<void> {
    entry.request?.abort()
    const request = new AbortController()
    entry.request = request
    entry.askedMs = this.#clock.nowMs()
    if (entry.answer.state === 'ready') this.#set(entry, { ...entry.answer, refreshing: true })
    else this.#set(entry, LOADING)
    try {
      const value = await this.#load(path, request.signal)
      if (entry.request === request) this.#set(entry, { state: 'ready', value, refreshing: false })
    } catch (error) {
      if (entry.request === request) this.#set(entry, { state: 'failed', error: error as Error })
    } finally {
      if (entry.request === request) entry.request = undefined
    }
  }

  #set(entry: Entry, answer: Answer<unknown>): void {
    entry.answer = answer
    for (const listener of [...entry.listeners]) listener()
  }

  #forgetOldest(): void {
    for (const [path, entry] of this.#entries) {
      if (this.#entries.size <= KEPT) return
      if (entry.listeners.size === 0) this.#entries.delete(path)
    }
  }
}
