// From ids to indexes: finds the parent of each span among the spans of its trace. First step of every analysis.

export interface ParentIndex {
  /** Index of the parent, -1 for roots and for spans whose parent is not here. */
  readonly parentIndex: Int32Array
  /** Indexes, ascending, of the spans that name a parent which is not here. */
  readonly parentMissing: readonly number[]
}

/**
 * `parentSpanIds[i]` is '' for a root span. Where a span id occurs more than once (a request that was sent again, or
 * client and server of a Zipkin span sharing one id), the first span with it is the parent of all that name it;
 * a span is never its own parent, so a repeated id that names itself hangs below the first one.
 */
export function findParents(spanIds: readonly string[], parentSpanIds: readonly string[]): ParentIndex {
  const first = new Map<string, number>()
  for (let i = 0; i < spanIds.length; i++) if (!first.has(spanIds[i]!)) first.set(spanIds[i]!, i)
  const parentIndex = new Int32Array(spanIds.length).fill(-1)
  const parentMissing: number[] = []
  for (let i = 0; i < spanIds.length; i++) {
    const parentId = parentSpanIds[i]!
    if (parentId === '') continue
    const parent = first.get(parentId)
    if (parent === undefined) parentMissing.push(i)
    else if (parent !== i) parentIndex[i] = parent
  }
  return { parentIndex, parentMissing }
}
