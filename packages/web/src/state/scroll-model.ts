// Scrolling through more rows than an element can be high. Chromium clamps heights at 16,777,216 px: beyond a safe limit
// the scroll bar stands for the rows in proportion, while wheel and keys still move by rows.
//
//   rows       0 ──────────────────────────── rowCount × rowHeight          virtual pixels, what rows are placed by
//   scrollTop  0 ────────── min(that, LIMIT)                                physical pixels, what the element has

const LIMIT_PX = 8_000_000

export interface ScrollModel {
  readonly rowCount: number
  readonly rowHeight: number
  readonly viewport: number
}

export interface RowRange {
  /** First row that is at least partly seen, and the row after the last one. */
  readonly first: number
  readonly end: number
}

export function virtualHeight({ rowCount, rowHeight }: ScrollModel): number {
  return rowCount * rowHeight
}

/** Height for the element that makes the scroll bar. */
export function physicalHeight(model: ScrollModel): number {
  return Math.min(virtualHeight(model), LIMIT_PX)
}

/** Where the view stands in virtual pixels when the element is scrolled to `scrollTop`. */
export function virtualTop(model: ScrollModel, scrollTop: number): number {
  const most = Math.max(0, virtualHeight(model) - model.viewport)
  return clamp(scrollTop * ratio(model), 0, most)
}

/** The inverse of `virtualTop`. */
export function scrollTopAt(model: ScrollModel, top: number): number {
  const most = Math.max(0, virtualHeight(model) - model.viewport)
  return clamp(top, 0, most) / ratio(model)
}

/** True when one physical pixel is more than one virtual: the wheel must be translated. */
export function isScaled(model: ScrollModel): boolean {
  return virtualHeight(model) > LIMIT_PX
}

/** The rows seen at `top`, with `margin` more on both sides. */
export function rowsAt({ rowCount, rowHeight, viewport }: ScrollModel, top: number, margin: number): RowRange {
  const first = Math.max(0, Math.floor(top / rowHeight) - margin)
  const end = Math.min(rowCount, Math.ceil((top + viewport) / rowHeight) + margin)
  return { first: Math.min(first, rowCount), end: Math.max(end, Math.min(first, rowCount)) }
}

/** The nearest `top` at which `row` is seen whole, with a row of air where there is one. */
export function topShowing({ rowCount, rowHeight, viewport }: ScrollModel, top: number, row: number): number {
  const air = viewport > 4 * rowHeight ? rowHeight : 0
  const most = Math.max(0, rowCount * rowHeight - viewport)
  const lowest = row * rowHeight - air
  const highest = (row + 1) * rowHeight + air - viewport
  return clamp(top > lowest ? lowest : top < highest ? highest : top, 0, most)
}

function ratio(model: ScrollModel): number {
  const physical = physicalHeight(model) - model.viewport
  return physical <= 0 ? 1 : Math.max(1, (virtualHeight(model) - model.viewport) / physical)
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
