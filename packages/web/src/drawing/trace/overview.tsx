// The whole trace in a strip: every span a line on a canvas. Dragging over it chooses the part of the time that is shown.
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { TraceModel } from '../../state/trace-model.ts'
import type { TimeWindow } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { useColourScheme } from '../parts/use-colour-scheme.ts'
import { useSize } from '../parts/use-size.ts'
import { drawOverview } from './draw-overview.ts'

interface OverviewProps {
  readonly model: TraceModel
  readonly window: TimeWindow
  onShow(window: TimeWindow): void
}

const HEIGHT = 40
/** A drag shorter than this is a click. */
const LEAST_DRAG_PX = 4

export function Overview({ model, window, onShow }: OverviewProps): ReactNode {
  const { text, duration } = useSpeech()
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width } = useSize(frame)
  const [dragged, setDragged] = useState<TimeWindow>()
  const from = useRef(0)
  const scheme = useColourScheme()
  useEffect(() => {
    if (canvas.current !== null && width > 0) drawOverview(canvas.current, model, { width, height: HEIGHT, scheme })
  }, [model, width, scheme])

  const timeAt = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * model.duration
  }
  const shown = dragged ?? window
  const percent = (time: number) => `${(100 * time) / Math.max(model.duration, 1)}%`
  return (
    <div className="overview" ref={frame}>
      <div
        className="overview-strip"
        role="img"
        aria-label={`${text.trace.overview} ${text.trace.shownTime(duration(window.from), duration(window.to))}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          from.current = timeAt(event)
        }}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
          const to = timeAt(event)
          setDragged({ from: Math.min(from.current, to), to: Math.max(from.current, to) })
        }}
        onPointerUp={() => {
          const least = (LEAST_DRAG_PX / Math.max(width, 1)) * model.duration
          if (dragged !== undefined && dragged.to - dragged.from > least) onShow(dragged)
          setDragged(undefined)
        }}
        onDoubleClick={() => onShow({ from: 0, to: model.duration })}
      >
        <canvas ref={canvas} style={{ height: HEIGHT }} />
        <span className="overview-shade" style={{ insetInlineStart: 0, width: percent(shown.from) }} />
        <span className="overview-shade" style={{ insetInlineStart: percent(shown.to), insetInlineEnd: 0 }} />
      </div>
    </div>
  )
}
