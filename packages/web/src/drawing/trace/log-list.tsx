// Log records in time order. Only those in view exist; a record is as high as its text.
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import type { LogRecord } from '../../api/generated.ts'
import { valueText } from '../../state/value-text.ts'
import { useSpeech } from '../../text/language.tsx'
import { keyed } from '../parts/keyed.ts'
import { ServiceMark } from '../parts/service-mark.tsx'
import './log-list.css'

interface LogListProps {
  readonly logs: readonly LogRecord[]
  /** Without service and without its own scroll bar: within the span panel. */
  readonly compact?: boolean
  onSpan?(spanId: string): void
}

/** So many records are drawn at once; more are drawn as they come into view. */
const DRAWN_AT_ONCE = 100
const ROW_PX = 28

export function LogList(props: LogListProps): ReactNode {
  if (!props.compact && props.logs.length > DRAWN_AT_ONCE) return <LongLogList {...props} />
  return (
    <ol className="log-list" data-compact={props.compact}>
      {keyed(props.logs, ({ timeUnixNano }) => timeUnixNano).map(({ key, item: log }) => (
        <li key={key} className="log-line" data-severity={severityClass(log)}>
          <LogLine log={log} {...props} />
        </li>
      ))}
    </ol>
  )
}

function LongLogList(props: LogListProps): ReactNode {
  const { logs } = props
  const scroll = useRef<HTMLOListElement>(null)
  const list = useVirtualizer({
    count: logs.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  })
  return (
    <ol className="log-list log-list-long" ref={scroll} tabIndex={-1}>
      <li aria-hidden="true" style={{ height: list.getTotalSize() }} />
      {list.getVirtualItems().map(({ index, key, start }) => (
        <li
          key={key}
          ref={list.measureElement}
          data-index={index}
          className="log-line"
          data-severity={severityClass(logs[index]!)}
          aria-setsize={logs.length}
          aria-posinset={index + 1}
          style={{ transform: `translateY(${start}px)` }}
        >
          <LogLine log={logs[index]!} {...props} />
        </li>
      ))}
    </ol>
  )
}

function LogLine({ log, compact, onSpan }: LogListProps & { log: LogRecord }): ReactNode {
  const { text, time } = useSpeech()
  return (
    <>
      <span className="log-time tabular">{time(log.timeUnixNano, 3)}</span>
      <span className="log-severity">{severityName(log)}</span>
      {!compact && (
        <span className="log-service">
          <ServiceMark service={log.service} />
          <span>{log.service}</span>
        </span>
      )}
      <span className="log-body">
        {valueText(log.body)}
        {onSpan !== undefined && log.spanId !== '' && (
          <button type="button" className="link log-span" onClick={() => onSpan(log.spanId)}>
            {text.logs.toSpan}
          </button>
        )}
      </span>
    </>
  )
}

/** OTLP severity numbers 1 to 24 in steps of four (opentelemetry/proto/logs/v1/logs.proto). */
const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const

function severityName(log: LogRecord): string {
  return log.severityText || (SEVERITIES[Math.floor((log.severityNumber - 1) / 4)] ?? '')
}

function severityClass({ severityNumber }: LogRecord): 'error' | 'warning' | 'low' | undefined {
  if (severityNumber >= 17) return 'error'
  if (severityNumber >= 13) return 'warning'
  return severityNumber > 0 && severityNumber < 9 ? 'low' : undefined
}
