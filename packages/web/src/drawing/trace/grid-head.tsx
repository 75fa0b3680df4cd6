// The headings of the waterfall: the ruler over the bars, and the separator that sets the width of the names.
import { type ReactNode, useRef } from 'react'
import { rulerMarks } from '../../state/ruler.ts'
import type { TimeWindow } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { useSize } from '../parts/use-size.ts'

interface GridHeadProps {
  readonly window: TimeWindow
  readonly nameWidth: number
  onResize(width: number): void
}

const PX_PER_MARK = 110
const KEY_STEP_PX = 16

export function GridHead({ window, nameWidth, onResize }: GridHeadProps): ReactNode {
  const { text } = useSpeech()
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        <div role="columnheader" className="grid-name">
          {text.trace.name}
        </div>
        <div role="columnheader" className="grid-number">
          {text.trace.duration}
        </div>
        <div role="columnheader" className="grid-number grid-self" title={text.trace.selfHint}>
          {text.trace.self}
        </div>
        <Ruler window={window} />
      </div>
      {/* A separator that takes the focus is a control: arrow keys set the width as the pointer does. */}
      <hr
        className="grid-separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={text.trace.resize}
        aria-valuenow={nameWidth}
        aria-valuemin={140}
        aria-valuemax={900}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
          const head = event.currentTarget.parentElement
          if (head !== null) onResize(event.clientX - head.getBoundingClientRect().left)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') onResize(nameWidth - KEY_STEP_PX)
          if (event.key === 'ArrowRight') onResize(nameWidth + KEY_STEP_PX)
        }}
      />
    </div>
  )
}

function Ruler({ window }: { window: TimeWindow }): ReactNode {
  const { text, duration } = useSpeech()
  const element = useRef<HTMLDivElement>(null)
  const { width } = useSize(element)
  const marks = rulerMarks(window.from, window.to, Math.max(1, Math.floor(width / PX_PER_MARK)))
  const share = (time: number) => (time - window.from) / (window.to - window.from)
  return (
    <div role="columnheader" className="grid-time grid-ruler tabular" ref={element}>
      <span className="hidden-text">{text.trace.timeline}</span>
      {marks
        .filter((mark) => share(mark) < 0.94)
        .map((mark) => (
          <span key={mark} aria-hidden="true" style={{ insetInlineStart: `${100 * share(mark)}%` }}>
            {mark === 0 ? '0' : duration(mark)}
          </span>
        ))}
    </div>
  )
}
