// The roles and states of an ARIA treegrid (WAI-ARIA Authoring Practices, "Treegrid", rows take the focus). The elements
// are divs: rows of a native table cannot stand in a layer of their own, outside the flow of the document.
import type { HTMLAttributes, KeyboardEvent } from 'react'

export const ROW_GROUP = { role: 'rowgroup' } as const
export const HEAD_ROW = { role: 'row', 'aria-rowindex': 1 } as const
export const COLUMN_HEADER = { role: 'columnheader' } as const
export const GRID_CELL = { role: 'gridcell' } as const

interface Treegrid {
  readonly label: string
  /** With the row of headings. */
  readonly rows: number
  readonly columns: number
  /** Id of an element that says which keys there are. */
  readonly keysId: string
  onKeyDown(event: KeyboardEvent): void
}

export function treegridProps(grid: Treegrid): HTMLAttributes<HTMLElement> {
  return {
    role: 'treegrid',
    'aria-label': grid.label,
    'aria-rowcount': grid.rows,
    'aria-colcount': grid.columns,
    'aria-describedby': grid.keysId,
    onKeyDown: grid.onKeyDown,
  }
}

export interface TreegridRow {
  readonly label: string
  /** 0 for roots. */
  readonly depth: number
  /** undefined for a row without children. */
  readonly isOpen: boolean | undefined
  /** From 0, and how many siblings there are. */
  readonly place: number
  readonly siblings: number
  /** From 0, over all rows that are not folded away. */
  readonly row: number
  readonly isChosen: boolean
  /** The one row that the tab key reaches. */
  readonly isActive: boolean
  onChoose(): void
  onFocus(): void
}

/** Everything that an element needs to be a row. Its keys are handled by the grid (use-grid-keys.ts). */
export function rowProps(row: TreegridRow): HTMLAttributes<HTMLElement> {
  return {
    role: 'row',
    tabIndex: row.isActive ? 0 : -1,
    'aria-label': row.label,
    'aria-level': row.depth + 1,
    'aria-expanded': row.isOpen,
    'aria-posinset': row.place + 1,
    'aria-setsize': row.siblings,
    'aria-rowindex': row.row + 2,
    'aria-selected': row.isChosen,
    onClick: row.onChoose,
    onFocus: row.onFocus,
  }
}
