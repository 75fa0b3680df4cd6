// The total order of a search: by a value of the trace, then by trace id, so that pages never overlap or skip.
import { lowHalf, type TraceOrder } from '@clew/model'

/** Where a trace stands: its newest matching start, or its duration or count, and its id. */
export interface Place {
  readonly value: bigint
  readonly traceId: string
}

/** Ids order by their low half first, as the store keeps them, whatever the direction. */
export function comparePlaces(a: Place, b: Place, direction: TraceOrder['direction']): number {
  if (a.value !== b.value) return a.value < b.value === (direction === 'ascending') ? -1 : 1
  return compareTraceIds(a.traceId, b.traceId)
}

export function compareTraceIds(a: string, b: string): number {
  const left = a.slice(16) + a.slice(0, 16)
  const right = b.slice(16) + b.slice(0, 16)
  return left < right ? -1 : left > right ? 1 : 0
}

/** After every trace whose value is `value`. */
export function placeAfterAll(value: bigint): Place {
  return { value, traceId: 'f'.repeat(32) }
}

export function placeLow(place: Place): bigint {
  return lowHalf(place.traceId)
}
