// Binds the scroll model to an element: its scroll bar, the wheel, and moving a row into view.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import {
  isScaled,
  physicalHeight,
  type ScrollModel,
  scrollTopAt,
  topShowing,
  virtualHeight,
  virtualTop,
} from '../../state/scroll-model.ts'
import { useSize } from '../parts/use-size.ts'

interface RowScroll {
  readonly element: RefObject<HTMLDivElement | null>
  readonly model: ScrollModel
  /** Virtual pixels above the view. */
  readonly top: number
  readonly viewport: number
  readonly physicalHeight: number
  /** Rows of one page. */
  readonly pageRows: number
  /** The element has been measured. */
  readonly ready: boolean
  /** Scrolls as little as needed to show the row whole. */
  showRow(row: number): void
}

export function useRowScroll(rowCount: number, rowHeight: number): RowScroll {
  const element = useRef<HTMLDivElement>(null)
  const { height: viewport } = useSize(element)
  const [top, setTop] = useState(0)
  const model = useMemo(() => ({ rowCount, rowHeight, viewport }), [rowCount, rowHeight, viewport])
  const state = useRef({ model, top })
  useLayoutEffect(() => {
    state.current.model = model
  }, [model])

  const moveTo = useCallback((next: number) => {
    const { model } = state.current
    const clamped = Math.min(Math.max(0, next), Math.max(0, virtualHeight(model) - model.viewport))
    state.current.top = clamped
    setTop(clamped)
    if (element.current !== null) element.current.scrollTop = scrollTopAt(model, clamped)
  }, [])

  useEffect(() => {
    const { current } = element
    if (current === null) return
    const onScroll = () => {
      const { model, top } = state.current
      // Scrolling that `moveTo` caused: the element rounds, the exact place is already known.
      if (Math.abs(scrollTopAt(model, top) - current.scrollTop) < 1) return
      state.current.top = virtualTop(model, current.scrollTop)
      setTop(state.current.top)
    }
    const onWheel = (event: WheelEvent) => {
      const { model, top } = state.current
      if (!isScaled(model) || event.ctrlKey) return
      event.preventDefault()
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? model.rowHeight : 1
      moveTo(top + event.deltaY * unit)
    }
    current.addEventListener('scroll', onScroll, { passive: true })
    current.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      current.removeEventListener('scroll', onScroll)
      current.removeEventListener('wheel', onWheel)
    }
  }, [moveTo])

  const showRow = useCallback(
    (row: number) => {
      const { model, top } = state.current
      const next = topShowing(model, top, row)
      if (next !== top) moveTo(next)
    },
    [moveTo],
  )
  return {
    element,
    model,
    top: Math.min(top, Math.max(0, virtualHeight(model) - viewport)),
    viewport,
    physicalHeight: physicalHeight(model),
    pageRows: Math.max(1, Math.floor(viewport / rowHeight) - 1),
    ready: viewport > 0,
    showRow,
  }
}
