// Where the points of the chart of traces stand: time from left to right, duration upwards on a logarithmic scale.
import type { TraceSummary } from '../api/generated.ts'

export interface ChartScale {
  /** First and last start, nanoseconds. */
  readonly from: bigint
  readonly to: bigint
  /** By trace; shares of the width and of the height, 0 to 1. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
  /** Round durations within the range, ascending. */
  readonly ticks: readonly { readonly nanos: number; readonly share: number }[]
}

/** A range narrower than this factor is widened to it: equal durations are a line in the middle, not noise. */
const LEAST_FACTOR = 10
const MOST_TICKS = 3

/** `traces` has at least one. */
export function chartScale(traces: readonly TraceSummary[]): ChartScale {
  const starts = traces.map(({ startUnixNano }) => BigInt(startUnixNano))
  const from = starts.reduce((least, start) => (start < least ? start : least))
  const to = starts.reduce((most, start) => (start > most ? start : most))
  const logs = traces.map(({ durationNano }) => Math.log10(Math.max(Number(durationNano), 1)))
  const middle = (Math.min(...logs) + Math.max(...logs)) / 2
  const half = Math.max(Math.max(...logs) - middle, Math.log10(LEAST_FACTOR) / 2)
  // Rounding may put the longest a hair beyond the edge.
  const share = (log: number) => Math.min(Math.max((log - middle + half) / (2 * half), 0), 1)
  return {
    from,
    to,
    points: starts.map((start, index) => ({
      x: to === from ? 0.5 : Number(start - from) / Number(to - from),
      y: share(logs[index]!),
    })),
    ticks: ticksBetween(middle - half, middle + half).map((nanos) => ({ nanos, share: share(Math.log10(nanos)) })),
  }
}

// Powers of ten; for a range of about one of them also their double and their half. At most MOST_TICKS, evenly taken.
function ticksBetween(least: number, most: number): number[] {
  const factors = most - least < 1.5 ? [1, 2, 5] : [1]
  const ticks: number[] = []
  for (let power = Math.floor(least); power <= Math.ceil(most); power++)
    for (const factor of factors) ticks.push(factor * 10 ** power)
  const inside = ticks.filter((tick) => Math.log10(tick) >= least && Math.log10(tick) <= most)
  const every = Math.ceil(inside.length / MOST_TICKS)
  return inside.filter((_, index) => index % every === 0)
}
