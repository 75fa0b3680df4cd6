// One trace of the list: where it began, who took part, how large, how long; below it the spans that the search matched.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { TraceSummary } from '../../api/generated.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { ServiceMark } from '../parts/service-mark.tsx'

const SERVICES_SHOWN = 4
const COLUMNS = 6

interface TraceRowProps {
  readonly trace: TraceSummary
  /** Nanoseconds of the longest trace in the list: what the bars are measured by. */
  readonly longest: number
  readonly showMatches: boolean
}

export function TraceRow({ trace, longest, showMatches }: TraceRowProps): ReactNode {
  const { text, duration, count, time } = useSpeech()
  const share = longest === 0 ? 0 : Number(trace.durationNano) / longest
  const matches = showMatches && trace.spans.length > 0
  return (
    <>
      <tr className="trace-row" data-matches={matches || undefined}>
        <td className="column-trace">
          <Link to="/traces/$traceId" params={{ traceId: trace.traceId }} className="trace-link">
            {trace.rootService !== null && (
              <span className="trace-service">
                <ServiceMark service={trace.rootService} />
                <span>{trace.rootService}</span>
              </span>
            )}
            {trace.rootName === null ? (
              <em>{text.traces.noRoot}</em>
            ) : (
              <span className="trace-name">{trace.rootName}</span>
            )}
          </Link>
          <span className="trace-meta tabular">
            {text.traces.spanCount(trace.spanCount)}
            {trace.errorCount > 0 && ` · ${text.traces.errorCount(trace.errorCount)}`}
            {` · ${time(trace.startUnixNano, 0)}`}
          </span>
        </td>
        <td className="column-services">
          <Services trace={trace} />
        </td>
        <td className="column-spans">{count(trace.spanCount)}</td>
        <td className="column-errors">
          {trace.errorCount > 0 && (
            <span className="error-count">
              <Icon name="error" />
              {count(trace.errorCount)}
            </span>
          )}
        </td>
        <td className="column-duration">
          <span className="duration-cell">
            <span className="duration-bar" aria-hidden="true">
              <span style={{ width: `${100 * share}%` }} data-error={trace.errorCount > 0} />
            </span>
            <span>{duration(trace.durationNano)}</span>
          </span>
        </td>
        <td className="column-start">{time(trace.startUnixNano, 0)}</td>
      </tr>
      {matches && <Matches trace={trace} />}
    </>
  )
}

function Services({ trace }: { trace: TraceSummary }): ReactNode {
  const { text } = useSpeech()
  const others = trace.services.filter(({ name }) => name !== trace.rootService)
  return (
    <span className="services">
      {others.slice(0, SERVICES_SHOWN).map(({ name }) => (
        <span key={name} className="service-name">
          <ServiceMark service={name} />
          <span>{name}</span>
        </span>
      ))}
      {others.length > SERVICES_SHOWN && (
        <span title={others.map(({ name }) => name).join(', ')}>
          {text.traces.moreServices(others.length - SERVICES_SHOWN)}
        </span>
      )}
    </span>
  )
}

function Matches({ trace }: { trace: TraceSummary }): ReactNode {
  const { text, duration } = useSpeech()
  const more = trace.matchedSpans - trace.spans.length
  return (
    <tr className="match-row">
      <td colSpan={COLUMNS}>
        <ul>
          {trace.spans.map((span) => (
            <li key={span.spanId}>
              <Link
                to="/traces/$traceId"
                params={{ traceId: trace.traceId }}
                search={{ span: span.spanId }}
                className="match"
                title={span.service}
              >
                {span.status === 'error' ? (
                  <span className="error-count">
                    <Icon name="error" />
                    <span className="hidden-text">{text.search.statuses.error}</span>
                  </span>
                ) : (
                  <ServiceMark service={span.service} />
                )}
                <span>{span.name}</span>
                <span className="match-duration tabular">{duration(span.durationNano)}</span>
              </Link>
            </li>
          ))}
          {more > 0 && <li className="match-more">{text.traces.moreMatching(more)}</li>}
        </ul>
      </td>
    </tr>
  )
}
