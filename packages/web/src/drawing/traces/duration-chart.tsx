// The traces of the page as points: when they started, and how long they took on a logarithmic scale. A second look at the
// table below it, which holds the same in words: so it is hidden from screen readers and the tab key.
import { Link } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import type { TraceSummary } from '../../api/generated.ts'
import { chartScale } from '../../state/chart-scale.ts'
import { useSpeech } from '../../text/language.tsx'
import { useSize } from '../parts/use-size.ts'
import './duration-chart.css'

/** Fewer points say nothing that the table does not say better. */
const LEAST_TRACES = 8
const HEIGHT = 84
/** Shape tells traces with errors from others, not colour alone. */
const DOT = 'M-3.500 0a3.500 3.500 0 1 0 7 0a3.500 3.500 0 1 0 -7 0'
const TRIANGLE = 'M0 -5L4.800 3.500H-4.800Z'
const PADDING = { top: 8, right: 22, bottom: 20, left: 72 }

export function DurationChart({ traces }: { traces: readonly TraceSummary[] }): ReactNode {
  const { text, duration, time } = useSpeech()
  const frame = useRef<HTMLDivElement>(null)
  const { width } = useSize(frame)
  if (traces.length < LEAST_TRACES) return null
  const scale = chartScale(traces)
  const titleOf = (trace: TraceSummary) => {
    const parts = [trace.rootName ?? text.traces.noRoot, duration(trace.durationNano)]
    if (trace.errorCount > 0) parts.push(text.traces.errorCount(trace.errorCount))
    return parts.join(' · ')
  }
  const x = (share: number) => PADDING.left + share * Math.max(0, width - PADDING.left - PADDING.right)
  const y = (share: number) => HEIGHT - PADDING.bottom - share * (HEIGHT - PADDING.top - PADDING.bottom)
  return (
    <div className="duration-chart" ref={frame}>
      <svg width={width} height={HEIGHT} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <g key={tick.nanos}>
            <line x1={x(0)} x2={x(1)} y1={y(tick.share)} y2={y(tick.share)} />
            <text x={PADDING.left - 8} y={y(tick.share)} dy="0.32em" textAnchor="end">
              {duration(tick.nanos)}
            </text>
          </g>
        ))}
        <text x={x(0)} y={HEIGHT - 2}>
          {time(scale.from, 0)}
        </text>
        <text x={x(1)} y={HEIGHT - 2} textAnchor="end">
          {time(scale.to, 0)}
        </text>
        {traces.map((trace, index) => (
          <Link key={trace.traceId} to="/traces/$traceId" params={{ traceId: trace.traceId }} tabIndex={-1}>
            <path
              d={trace.errorCount > 0 ? TRIANGLE : DOT}
              transform={`translate(${x(scale.points[index]!.x)} ${y(scale.points[index]!.y)})`}
              data-error={trace.errorCount > 0}
            >
              <title>{titleOf(trace)}</title>
            </path>
          </Link>
        ))}
      </svg>
    </div>
  )
}
