// Events of NRQL on their way from the store to the answer: who asks for them, and how they are gathered until the question
// has enough of them.
import type { NrqlQuery, NrqlValue } from '../../query/languages/nrql/ast.ts'

/** Who asks, as which account, and how long he waits. */
export interface QueryAsker {
  readonly tenant: string
  readonly account: string
  readonly signal: AbortSignal
}

/** An event by the names of its attributes. */
export type FoundEvent = ReadonlyMap<string, NrqlValue>

/** What a question found. */
export interface Found {
  /** Newest first; empty where only their number was asked. */
  readonly events: readonly FoundEvent[]
  /** How many satisfy the condition, as far as they were looked at. */
  readonly matched: number
  readonly inspected: number
  /** What a reader of the answer must know. */
  readonly messages: readonly string[]
}

/** Takes events, the newest first, until the question has its fill. */
export class GatheredEvents {
  readonly events: FoundEvent[] = []
  matched = 0
  readonly #query: NrqlQuery

  constructor(query: NrqlQuery) {
    this.#query = query
  }

  add(event: FoundEvent): void {
    this.matched++
    if (this.#query.selection.kind !== 'count' && this.events.length < this.#query.limit) this.events.push(event)
  }

  /** One more than the limit has come, so that it is known to cut; of a count there is never enough. */
  get isFull(): boolean {
    return this.#query.selection.kind !== 'count' && this.matched > this.#query.limit
  }

  get messages(): readonly string[] {
    const { limit } = this.#query
    return this.isFull ? [`There are more events; these are the newest ${limit} (LIMIT).`] : []
  }
}
