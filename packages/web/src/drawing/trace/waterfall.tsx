// The waterfall: toolbar, overview, ruler and the tree of spans. Ties the address to the rows that are drawn.
import { visibleRows } from '@clew/analysis'
import { type ReactNode, useMemo, useState } from 'react'
import { collapsedOf } from '../../state/collapse.ts'
import { readStored, writeStored } from '../../state/stored.ts'
import { findSpans, type TraceModel } from '../../state/trace-model.ts'
import { parseWindow, printWindow, type TimeWindow, type TraceView } from '../../state/trace-view.ts'
import { Overview } from './overview.tsx'
import { SpanGrid } from './span-grid.tsx'
import { WaterfallToolbar } from './waterfall-toolbar.tsx'
import './waterfall.css'

export interface WaterfallProps {
  readonly model: TraceModel
  readonly view: TraceView
  onShow(view: TraceView, replace?: boolean): void
}

const NAME_WIDTH = { least: 140, first: 380, most: 900 }

export function Waterfall({ model, view, onShow }: WaterfallProps): ReactNode {
  const collapsed = useMemo(() => collapsedOf(model, view), [model, view])
  const rows = useMemo(() => visibleRows(model.tree, collapsed), [model, collapsed])
  const found = useMemo(() => (view.find === undefined ? undefined : findSpans(model, view.find)), [model, view.find])
  const [nameWidth, setNameWidth] = useState(() => Number(readStored('name-width')) || NAME_WIDTH.first)
  const window = parseWindow(view.window, model.duration)
  const showWindow = (next: TimeWindow) => onShow({ ...view, window: printWindow(next, model.duration) })
  const resize = (width: number) => {
    const clamped = Math.round(Math.min(Math.max(width, NAME_WIDTH.least), NAME_WIDTH.most))
    setNameWidth(clamped)
    writeStored('name-width', String(clamped))
  }
  return (
    <section className="waterfall" style={{ '--name-width': `${nameWidth}px` }}>
      <WaterfallToolbar model={model} view={view} found={found} shown={rows.length} onShow={onShow} />
      <Overview model={model} window={window} onShow={showWindow} />
      <SpanGrid
        model={model}
        view={view}
        rows={rows}
        collapsed={collapsed}
        found={found}
        window={window}
        nameWidth={nameWidth}
        onResize={resize}
        onShow={onShow}
      />
    </section>
  )
}
