// Which spans a waterfall shows as rows while some subtrees are collapsed.
import type { TraceTree } from './trace-tree.ts'

/** Span indexes in the order of rows. `collapsed[span]` is 1 where the subtree below `span` is hidden. */
export function visibleRows(tree: TraceTree, collapsed: Uint8Array): Int32Array {
  const rows = new Int32Array(tree.count)
  let count = 0
  for (let place = 0; place < tree.count; ) {
    const span = tree.order[place]!
    rows[count++] = span
    place += collapsed[span] ? tree.subtreeSize[span]! : 1
  }
  return rows.subarray(0, count)
}

/** The collapse state that shows spans down to `depth` (0: roots only) and hides what is deeper. */
export function collapsedBelow(tree: TraceTree, depth: number): Uint8Array {
  const collapsed = new Uint8Array(tree.count)
  for (let span = 0; span < tree.count; span++)
    if (tree.depth[span]! >= depth && tree.childCount[span]! > 0) collapsed[span] = 1
  return collapsed
}

/** The same state with every ancestor of `span` opened, so that `span` has a row. */
export function revealed(tree: TraceTree, collapsed: Uint8Array, span: number): Uint8Array {
  const opened = collapsed.slice()
  for (let ancestor = tree.parent[span]!; ancestor >= 0; ancestor = tree.parent[ancestor]!) opened[ancestor] = 0
  return opened
}
