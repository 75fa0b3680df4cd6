// Self time: the part of a span during which none of its children ran.
//
//   span      |━━━━━━━━━━━━━━━━━━|
//   children     |──────|   |────────|     the part beyond the span does not count
//               |───|
//   self      |━━|       |━━|
import type { SpanColumns } from './span-columns.ts'
import type { TraceTree } from './trace-tree.ts'

/** Nanoseconds by span: duration minus the union of its children, each clipped to the span. Between 0 and the duration. */
export function selfTimes(columns: SpanColumns, tree: TraceTree): Float64Array {
  const self = new Float64Array(tree.count)
  // Up to where the children met so far cover their parent; preorder meets siblings by start.
  const covered = new Float64Array(tree.count)
  for (let i = 0; i < tree.count; i++) {
    const span = tree.order[i]!
    const start = columns.start[span]!
    const duration = columns.duration[span]!
    self[span] = duration
    covered[span] = start
    const parent = tree.parent[span]!
    if (parent < 0) continue
    const parentEnd = columns.start[parent]! + columns.duration[parent]!
    const from = Math.max(start, covered[parent]!)
    const to = Math.min(start + duration, parentEnd)
    if (to <= from) continue
    self[parent] = Math.max(0, self[parent]! - (to - from))
    covered[parent] = to
  }
  return self
}
