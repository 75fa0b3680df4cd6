// The tree of a trace as typed arrays, so that 100,000 spans cost milliseconds and no recursion.
//
//   span        0 ─┬─ 1 ── 3        order        [0, 1, 3, 2]   preorder: a subtree is one contiguous range of it
//                  └─ 2             subtreeSize  [4, 2, 1, 1]   by span, the span itself included
import type { SpanColumns } from './span-columns.ts'

export interface TraceTree {
  readonly count: number
  /** Like the input, but -1 where a parent link was cut because it closed a cycle. */
  readonly parent: Int32Array
  /** Spans without a parent here, by start. */
  readonly roots: Int32Array
  /** Span indexes in preorder; children by start, then by index. */
  readonly order: Int32Array
  /** Place of each span in `order`. */
  readonly place: Int32Array
  /** 0 for roots. */
  readonly depth: Int32Array
  readonly subtreeSize: Int32Array
  readonly childCount: Int32Array
  /** Place of each span among its siblings, from 0. */
  readonly siblingPlace: Int32Array
  /** Spans whose parent link was cut, ascending. */
  readonly cut: readonly number[]
}

/** Never throws and never hangs: links out of range count as no parent, cycles are cut at their earliest span. */
export function buildTraceTree(columns: SpanColumns): TraceTree {
  const count = columns.parentIndex.length
  const parent = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    const p = columns.parentIndex[i]!
    parent[i] = p >= 0 && p < count ? p : -1
  }
  const cut = cutCycles(parent, columns.start)
  const byStart = indexesByStart(columns.start, count)

  // Children lists in one array: those of span p are children[firstChild[p] … firstChild[p] + childCount[p]).
  const childCount = new Int32Array(count)
  let rootCount = 0
  for (let i = 0; i < count; i++) {
    if (parent[i]! < 0) rootCount++
    else childCount[parent[i]!]!++
  }
  const firstChild = new Int32Array(count)
  for (let i = 1; i < count; i++) firstChild[i] = firstChild[i - 1]! + childCount[i - 1]!
  const children = new Int32Array(count - rootCount)
  const roots = new Int32Array(rootCount)
  const siblingPlace = new Int32Array(count)
  const filled = new Int32Array(count)
  let filledRoots = 0
  for (const span of byStart) {
    const p = parent[span]!
    if (p < 0) {
      siblingPlace[span] = filledRoots
      roots[filledRoots++] = span
    } else {
      siblingPlace[span] = filled[p]!
      children[firstChild[p]! + filled[p]!++] = span
    }
  }

  const order = new Int32Array(count)
  const place = new Int32Array(count)
  const depth = new Int32Array(count)
  const stack = new Int32Array(count)
  let height = 0
  let next = 0
  for (let i = rootCount - 1; i >= 0; i--) stack[height++] = roots[i]!
  while (height > 0) {
    const span = stack[--height]!
    place[span] = next
    order[next++] = span
    if (parent[span]! >= 0) depth[span] = depth[parent[span]!]! + 1
    for (let i = childCount[span]! - 1; i >= 0; i--) stack[height++] = children[firstChild[span]! + i]!
  }

  const subtreeSize = new Int32Array(count).fill(1)
  for (let i = count - 1; i >= 0; i--) {
    const span = order[i]!
    if (parent[span]! >= 0) subtreeSize[parent[span]!]! += subtreeSize[span]!
  }
  return { count, parent, roots, order, place, depth, subtreeSize, childCount, siblingPlace, cut }
}

/** How many spans of each subtree, the span itself included, have a non-zero flag. */
export function countInSubtrees(tree: TraceTree, flags: ArrayLike<number>): Int32Array {
  const counts = new Int32Array(tree.count)
  for (let i = tree.count - 1; i >= 0; i--) {
    const span = tree.order[i]!
    if (flags[span]) counts[span]!++
    const p = tree.parent[span]!
    if (p >= 0) counts[p]! += counts[span]!
  }
  return counts
}

function indexesByStart(start: ArrayLike<number>, count: number): Int32Array {
  const indexes = new Int32Array(count)
  let sorted = true
  for (let i = 0; i < count; i++) {
    indexes[i] = i
    if (i > 0 && start[i]! < start[i - 1]!) sorted = false
  }
  return sorted ? indexes : indexes.sort((a, b) => start[a]! - start[b]! || a - b)
}

// Each span is walked once: `walk` remembers in which upward walk it was met, so a second meeting in the same walk is a cycle.
function cutCycles(parent: Int32Array, start: ArrayLike<number>): number[] {
  const cut: number[] = []
  const walk = new Int32Array(parent.length)
  for (let i = 0; i < parent.length; i++) {
    let span = i
    while (span >= 0 && walk[span] === 0) {
      walk[span] = i + 1
      span = parent[span]!
    }
    if (span < 0 || walk[span] !== i + 1) continue
    let earliest = span
    for (let other = parent[span]!; other !== span; other = parent[other]!) {
      const difference = start[other]! - start[earliest]!
      if (difference < 0 || (difference === 0 && other < earliest)) earliest = other
    }
    parent[earliest] = -1
    cut.push(earliest)
  }
  return cut.sort((a, b) => a - b)
}
