// Where an id means several traces: each of them, described so that a person can tell which one is meant.
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import type { NamedTrace } from '../../api/generated.ts'
import { useSpeech } from '../../text/language.tsx'
import { Message } from '../parts/message.tsx'
import { ServiceMark } from '../parts/service-mark.tsx'

export function TraceChoice({ asked, traces }: { asked: string; traces: readonly NamedTrace[] }): ReactNode {
  const { text, time } = useSpeech()
  useEffect(() => {
    document.title = `${text.trace.severalTitle} · ${text.app.name}`
  }, [text])
  return (
    <Message title={text.trace.severalTitle}>
      <p className="mono message-code">{asked}</p>
      <p>{text.trace.severalText}</p>
      <ul className="trace-choice" aria-label={text.trace.several}>
        {traces.map((trace) => (
          <li key={trace.traceId}>
            <Link to="/traces/$traceId" params={{ traceId: trace.traceId }}>
              <span className="trace-choice-name">
                <ServiceMark service={trace.service} />
                <span>{trace.service}</span>
                <strong>{trace.name}</strong>
              </span>
              <span className="trace-choice-facts tabular">
                <span>{time(trace.startUnixNano, 0)}</span>
                <span>{text.traces.spanCount(trace.spanCount)}</span>
                {trace.traceIdText !== null && <span className="mono">“{trace.traceIdText}”</span>}
                <span className="mono">{trace.traceId}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Message>
  )
}
