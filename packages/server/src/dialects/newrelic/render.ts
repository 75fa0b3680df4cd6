// What NRQL found in the shape of the Insights query API: `results[0].events`, or `results[0].count`. What cut the answer,
// and whatever else its reader must know, is in `metadata.messages`.
import type { NrqlSelection, NrqlValue } from '../../query/languages/nrql/ast.ts'
import type { Found, FoundEvent } from './events.ts'
import type { AskedEvents } from './to-query.ts'

export interface InsightsAnswer {
  readonly results: readonly ({ readonly events: readonly InsightsEvent[] } | { readonly count: number })[]
  readonly performanceStats: { readonly inspectedCount: number; readonly wallClockTime: number }
  readonly metadata: {
    readonly eventTypes: readonly string[]
    readonly eventType: string
    /** Nothing was said of an end. */
    readonly openEnded: boolean
    readonly beginTimeMillis?: number
    readonly endTimeMillis?: number
    readonly messages: readonly string[]
    readonly contents: readonly object[]
  }
}

type InsightsEvent = Readonly<Record<string, NrqlValue>>

export function renderFound({ query }: AskedEvents, found: Found, elapsedMs: number): InsightsAnswer {
  const { selection, eventType, fromMs, toMs, limit } = query
  const order = { column: 'timestamp', descending: true }
  return {
    results: [
      selection.kind === 'count'
        ? { count: found.matched }
        : { events: found.events.map((event) => renderEvent(event, selection)) },
    ],
    performanceStats: { inspectedCount: found.inspected, wallClockTime: elapsedMs },
    metadata: {
      eventTypes: [eventType],
      eventType,
      openEnded: toMs === undefined,
      ...(fromMs === undefined ? {} : { beginTimeMillis: fromMs }),
      ...(toMs === undefined ? {} : { endTimeMillis: toMs }),
      messages: found.messages,
      contents: [selection.kind === 'count' ? countContents(selection.alias) : { function: 'events', limit, order }],
    },
  }
}

function countContents(alias: string): object {
  const contents = { function: 'count', simple: true }
  return alias === 'count' ? contents : { function: 'alias', alias, contents }
}

/** Chosen attributes that an event does not have are null; its time is always told. */
function renderEvent(event: FoundEvent, selection: NrqlSelection): InsightsEvent {
  if (selection.kind !== 'attributes') return Object.fromEntries(event)
  const chosen = selection.items.map(({ attribute, alias }) => [alias, event.get(attribute) ?? null] as const)
  return Object.fromEntries([['timestamp', event.get('timestamp') ?? null], ...chosen])
}
