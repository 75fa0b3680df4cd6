// Which subtrees are collapsed: a depth, and the spans that differ from it. Kept in the address (trace-view.ts).
import { collapsedBelow } from '@clew/analysis'
import type { TraceModel } from './trace-model.ts'
import type { TraceView } from './trace-view.ts'

/** 1 by span where the subtree below is hidden. */
export function collapsedOf(model: TraceModel, view: TraceView): Uint8Array {
  const collapsed = view.depth === undefined ? new Uint8Array(model.tree.count) : collapsedBelow(model.tree, view.depth)
  for (const id of view.toggled ?? []) {
    const span = model.indexOf.get(id)
    if (span !== undefined && model.tree.childCount[span]! > 0) collapsed[span] = collapsed[span] ? 0 : 1
  }
  return collapsed
}

/** The view in which the `spans` have changed between collapsed and open. */
export function toggledView(model: TraceModel, view: TraceView, spans: readonly number[]): TraceView {
  const toggled = new Set(view.toggled)
  for (const span of spans) {
    const id = model.keys[span]!
    if (!toggled.delete(id)) toggled.add(id)
  }
  return { ...view, toggled: toggled.size === 0 ? undefined : [...toggled] }
}

/** The view in which `span` has a row: its collapsed ancestors are opened. */
export function revealingView(model: TraceModel, view: TraceView, span: number): TraceView {
  const collapsed = collapsedOf(model, view)
  const closed: number[] = []
  for (let up = model.tree.parent[span]!; up >= 0; up = model.tree.parent[up]!) if (collapsed[up]) closed.push(up)
  return closed.length === 0 ? view : toggledView(model, view, closed)
}
