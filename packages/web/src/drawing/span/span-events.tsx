// The events of a span in time order, each with its time after the start of the span.
import type { ReactNode } from 'react'
import type { Span } from '../../api/generated.ts'
import { useSpeech } from '../../text/language.tsx'
import { keyed } from '../parts/keyed.ts'
import { AttributeTable } from './attribute-table.tsx'
import { Section } from './section.tsx'

export function SpanEvents({ span, traceStart }: { span: Span; traceStart: bigint }): ReactNode {
  const { text, duration, time } = useSpeech()
  if (span.events.length === 0 && span.droppedEventsCount === 0) return null
  const start = BigInt(span.startUnixNano)
  return (
    <Section title={text.span.events} count={span.events.length}>
      <ol className="events">
        {keyed(span.events, ({ timeUnixNano }) => timeUnixNano).map(({ key, item: event }) => {
          const at = BigInt(event.timeUnixNano)
          const offset = at >= start ? `+${duration(at - start)}` : `−${duration(start - at)}`
          return (
            <li key={key}>
              <p className="event-line">
                <span className="event-name">{event.name}</span>
                <span className="event-time tabular" title={`${time(at, 6)} (+${duration(at - traceStart)})`}>
                  {offset}
                </span>
              </p>
              {event.attributes.length > 0 && event.name !== 'exception' && (
                <AttributeTable attributes={event.attributes} scope="event" />
              )}
            </li>
          )
        })}
      </ol>
      {span.droppedEventsCount > 0 && <p className="hint">{text.span.dropped(span.droppedEventsCount)}</p>}
    </Section>
  )
}
