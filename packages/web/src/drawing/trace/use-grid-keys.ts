// Keys of the treegrid as the ARIA Authoring Practices give them (rows take the focus).
import { type KeyboardEvent, useCallback } from 'react'
import type { TraceModel } from '../../state/trace-model.ts'

interface GridKeys {
  readonly model: TraceModel
  readonly rows: Int32Array
  /** Row of each span, -1 without one. */
  readonly rowOf: Int32Array
  readonly collapsed: Uint8Array
  readonly activeRow: number
  /** Rows of one page. */
  readonly page: number
  focusRow(row: number): void
  toggle(spans: readonly number[]): void
  choose(span: number): void
}

export function useGridKeys(grid: GridKeys): (event: KeyboardEvent) => void {
  const { model, rows, rowOf, collapsed, activeRow, page, focusRow, toggle, choose } = grid
  return useCallback(
    (event) => {
      const span = rows[activeRow]
      const { tree } = model
      // Keys of the controls within the grid, and of an input method that is composing, are not ours.
      if (span === undefined || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
      if (!(event.target instanceof HTMLElement) || event.target.getAttribute('role') !== 'row') return
      const last = rows.length - 1
      const isOpen = tree.childCount[span]! > 0 && collapsed[span] === 0
      const isClosed = tree.childCount[span]! > 0 && collapsed[span] === 1
      const parentRow = tree.parent[span]! < 0 ? -1 : rowOf[tree.parent[span]!]!
      const actions: Readonly<Record<string, () => void>> = {
        ArrowDown: () => focusRow(Math.min(activeRow + 1, last)),
        ArrowUp: () => focusRow(Math.max(activeRow - 1, 0)),
        PageDown: () => focusRow(Math.min(activeRow + page, last)),
        PageUp: () => focusRow(Math.max(activeRow - page, 0)),
        Home: () => focusRow(0),
        End: () => focusRow(last),
        ArrowRight: () => (isClosed ? toggle([span]) : isOpen && focusRow(activeRow + 1)),
        ArrowLeft: () => (isOpen ? toggle([span]) : parentRow >= 0 && focusRow(parentRow)),
        Enter: () => choose(span),
        ' ': () => choose(span),
        '*': () => toggle(closedSiblings(model, collapsed, span)),
      }
      const action = actions[event.key]
      if (action === undefined) return
      event.preventDefault()
      action()
    },
    [model, rows, rowOf, collapsed, activeRow, page, focusRow, toggle, choose],
  )
}

function closedSiblings({ tree }: TraceModel, collapsed: Uint8Array, span: number): number[] {
  const closed: number[] = []
  for (let other = 0; other < tree.count; other++)
    if (tree.parent[other] === tree.parent[span] && collapsed[other] === 1) closed.push(other)
  return closed
}
