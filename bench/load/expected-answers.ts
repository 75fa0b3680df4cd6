// What the server must answer, worked out from the columns of the load: the oracle of every question the bench asks.
import { SERVICES } from './catalog.ts'
import { type Load, traceIdOf } from './load.ts'

export interface ExpectedTrace {
  readonly traceId: string
  readonly rootService: string
  readonly rootName: string
  readonly durationNano: string
  readonly spanCount: number
  readonly errorCount: number
  readonly matchedSpans: number
}

/** Traces with a span for which `matches` holds, newest matching span first; at most `limit`. */
export function expectNewest(load: Load, matches: (span: number) => boolean, limit: number): ExpectedTrace[] {
  const newest = new Map<number, { start: number; count: number }>()
  for (let span = 0; span < load.spanCount; span++) {
    if (!matches(span)) continue
    const trace = load.trace[span]!
    const known = newest.get(trace)
    const start = load.start[span]!
    if (known === undefined) newest.set(trace, { start, count: 1 })
    else {
      known.count++
      if (start > known.start) known.start = start
    }
  }
  return [...newest]
    .sort((a, b) => b[1].start - a[1].start)
    .slice(0, limit)
    .map(([trace, { count }]) => ({ ...expectTrace(load, trace), matchedSpans: count }))
}

export function expectTrace(load: Load, trace: number): Omit<ExpectedTrace, 'matchedSpans'> {
  const first = load.traceFirst[trace]!
  const next = load.traceFirst[trace + 1]!
  let end = 0
  let errorCount = 0
  for (let span = first; span < next; span++) {
    end = Math.max(end, load.start[span]! + load.duration[span]!)
    if (load.failure[span]! > 0) errorCount++
  }
  const service = SERVICES[load.service[first]!]!
  return {
    traceId: traceIdOf(load, trace),
    rootService: service.name,
    rootName: service.operations[load.operation[first]!]!.name,
    // The root starts first: children start at or after their parent.
    durationNano: String(end - load.start[first]!),
    spanCount: next - first,
    errorCount,
  }
}

export function expectServiceCounts(load: Load): Map<string, number> {
  const counts = new Map<string, number>()
  for (let span = 0; span < load.spanCount; span++) {
    const { name } = SERVICES[load.service[span]!]!
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
