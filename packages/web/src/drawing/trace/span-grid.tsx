// The tree of spans as an ARIA treegrid. Only the rows in view exist; the row with the focus exists wherever it is, so
// that the focus is never lost. Heights come from scroll-model.ts, never from the document.
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { toggledView } from '../../state/collapse.ts'
import { rulerMarks } from '../../state/ruler.ts'
import { rowsAt } from '../../state/scroll-model.ts'
import type { TraceModel } from '../../state/trace-model.ts'
import type { TimeWindow, TraceView } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { useSize } from '../parts/use-size.ts'
import { GridHead, GridLines } from './grid-head.tsx'
import { SpanRow } from './span-row.tsx'
import { ROW_GROUP, treegridProps } from './treegrid.ts'
import { useGridKeys } from './use-grid-keys.ts'
import { useRowScroll } from './use-row-scroll.ts'

interface SpanGridProps {
  readonly model: TraceModel
  readonly view: TraceView
  /** Spans in the order of rows. */
  readonly rows: Int32Array
  readonly collapsed: Uint8Array
  readonly found: Int32Array | undefined
  readonly window: TimeWindow
  readonly nameWidth: number
  onResize(width: number): void
  onShow(view: TraceView, replace?: boolean): void
}

/** Equal to --row in tokens.css. */
const ROW_HEIGHT = 27
const MARGIN_ROWS = 6
const PX_PER_MARK = 100

export function SpanGrid(props: SpanGridProps): ReactNode {
  const { model, view, rows, collapsed, found, window, onShow } = props
  const { text } = useSpeech()
  const rowOf = useMemo(() => placesOf(rows, model.tree.count), [rows, model])
  const hits = useMemo(() => new Set(found ?? []), [found])
  const scroll = useRowScroll(rows.length, ROW_HEIGHT)
  const chosen = view.span === undefined ? undefined : model.indexOf.get(view.span)
  const [active, setActive] = useState(chosen ?? rows[0] ?? 0)
  const activeRow = nearestRow(model, rowOf, active)
  const layer = useRef<HTMLDivElement>(null)
  const ruler = useRef<HTMLDivElement>(null)
  const marks = rulerMarks(window.from, window.to, Math.max(2, Math.floor(useSize(ruler).width / PX_PER_MARK)))

  const choose = useCallback((span: number) => onShow({ ...view, span: model.keys[span]! }), [model, view, onShow])
  const toggle = useCallback(
    (spans: readonly number[]) => onShow(toggledView(model, view, spans)),
    [model, view, onShow],
  )
  const focusRow = useCallback(
    (row: number) => {
      const span = rows[row]
      if (span === undefined) return
      setActive(span)
      scroll.showRow(row)
      // An open panel follows the row that is walked to.
      if (view.span !== undefined) choose(span)
      // The row may have to be drawn first.
      requestAnimationFrame(() => layer.current?.querySelector<HTMLElement>(`[data-span="${span}"]`)?.focus())
    },
    [rows, scroll.showRow, view.span, choose],
  )
  const onKeyDown = useGridKeys({
    model,
    rows,
    rowOf,
    collapsed,
    activeRow,
    page: scroll.pageRows,
    focusRow,
    toggle,
    choose,
  })

  // A span chosen elsewhere (find, a link, the panel) is brought into view.
  const { showRow, ready } = scroll
  useEffect(() => {
    const row = chosen === undefined ? -1 : rowOf[chosen]!
    if (!ready || row < 0) return
    setActive(rows[row]!)
    showRow(row)
  }, [chosen, ready, rowOf, rows, showRow])

  const { first, end } = rowsAt(scroll.model, scroll.top, MARGIN_ROWS)
  const drawn: number[] = []
  for (let row = first; row < end; row++) drawn.push(row)
  if (activeRow >= 0 && (activeRow < first || activeRow >= end)) drawn.push(activeRow)
  return (
    <div
      className="span-grid"
      {...treegridProps({
        label: text.trace.waterfall,
        rows: rows.length + 1,
        columns: 4,
        keysId: 'grid-keys',
        onKeyDown,
      })}
    >
      <p id="grid-keys" className="hidden-text">
        {text.trace.keys}
      </p>
      <GridHead window={window} marks={marks} ruler={ruler} nameWidth={props.nameWidth} onResize={props.onResize} />
      <div className="grid-scroll" ref={scroll.element} role="presentation" tabIndex={-1}>
        <div role="presentation" style={{ height: scroll.physicalHeight }}>
          <div className="grid-layer" ref={layer} {...ROW_GROUP} style={{ height: scroll.viewport }}>
            <GridLines window={window} marks={marks} />
            {drawn.map((row) => {
              const span = rows[row]!
              return (
                <SpanRow
                  key={span}
                  model={model}
                  span={span}
                  row={row}
                  top={row * ROW_HEIGHT - scroll.top}
                  collapsed={collapsed[span] === 1}
                  active={row === activeRow}
                  chosen={span === chosen}
                  hit={hits.has(span)}
                  window={window}
                  onToggle={toggle}
                  onChoose={choose}
                  onActive={setActive}
                />
              )
            })}
          </div>
        </div>
      </div>
    </div>
  )
}

/** Row of each span, -1 for spans without one. */
function placesOf(rows: Int32Array, count: number): Int32Array {
  const places = new Int32Array(count).fill(-1)
  for (let row = 0; row < rows.length; row++) places[rows[row]!] = row
  return places
}

/** The row of a span, or of the nearest ancestor that has one; -1 when there are no rows. */
function nearestRow(model: TraceModel, rowOf: Int32Array, span: number): number {
  for (let up = span; up >= 0 && up < rowOf.length; up = model.tree.parent[up]!) if (rowOf[up]! >= 0) return rowOf[up]!
  return rowOf.length > 0 ? 0 : -1
}
