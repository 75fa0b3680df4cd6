// The headings of the waterfall: the ruler over the bars, and the separator that sets the width of the names.
import type { ReactNode, RefObject } from 'react'
import type { TimeWindow } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { COLUMN_HEADER, HEAD_ROW, ROW_GROUP } from './treegrid.ts'

interface GridHeadProps {
  readonly window: TimeWindow
  /** Moments to be marked, nanoseconds. */
  readonly marks: readonly number[]
  /** The cell of the ruler, for measuring it. */
  readonly ruler: RefObject<HTMLDivElement | null>
  readonly nameWidth: number
  onResize(width: number): void
}

const KEY_STEP_PX = 16

export function GridHead({ window, marks, ruler, nameWidth, onResize }: GridHeadProps): ReactNode {
  const { text } = useSpeech()
  return (
    <div {...ROW_GROUP} className="grid-head">
      <div {...HEAD_ROW} className="grid-row">
        <div {...COLUMN_HEADER} className="grid-name">
          {text.trace.name}
        </div>
        <div {...COLUMN_HEADER} className="grid-number">
          {text.trace.duration}
        </div>
        <div {...COLUMN_HEADER} className="grid-number grid-self" title={text.trace.selfHint}>
          {text.trace.self}
        </div>
        <Ruler window={window} marks={marks} ruler={ruler} />
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

type RulerProps = Pick<GridHeadProps, 'window' | 'marks' | 'ruler'>

/** A label needs this share of the width to its right. */
const LABEL_SHARE = 0.06

function Ruler({ window, marks, ruler }: RulerProps): ReactNode {
  const { text, duration } = useSpeech()
  return (
    <div {...COLUMN_HEADER} className="grid-time grid-ruler tabular" ref={ruler}>
      <span className="hidden-text">{text.trace.timeline}</span>
      {marks
        .filter((mark) => shareOf(window, mark) < 1 - LABEL_SHARE)
        .map((mark) => (
          <span key={mark} aria-hidden="true" style={{ insetInlineStart: `${100 * shareOf(window, mark)}%` }}>
            {mark === 0 ? '0' : duration(mark)}
          </span>
        ))}
    </div>
  )
}

/** The lines of the ruler behind the rows. */
export function GridLines({ window, marks }: Pick<GridHeadProps, 'window' | 'marks'>): ReactNode {
  return (
    <div className="grid-row grid-lines" aria-hidden="true">
      <div className="grid-time">
        {marks.map((mark) => (
          <span key={mark} style={{ insetInlineStart: `${100 * shareOf(window, mark)}%` }} />
        ))}
      </div>
    </div>
  )
}

function shareOf({ from, to }: TimeWindow, time: number): number {
  return (time - from) / (to - from)
}
