// What a trace is at a glance: its root, when, how long, how many spans and errors, who took part.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { apiPath } from '../../api/client.ts'
import { servicesOf, spanName, spanService, type TraceModel } from '../../state/trace-model.ts'
import { formatIso } from '../../text/format.ts'
import { useSpeech } from '../../text/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Icon } from '../parts/icons.tsx'
import { ServiceMark } from '../parts/service-mark.tsx'

const SERVICES_SHOWN = 12

export function TraceHeader({ model, root }: { model: TraceModel; root: number | undefined }): ReactNode {
  const { text, duration, count, time } = useSpeech()
  const { columns } = model
  const services = servicesOf(model)
  const shownId = columns.traceIdText ?? columns.traceId
  return (
    <header className="trace-header">
      <div className="trace-title">
        <Link to="/" className="button button-plain button-icon" aria-label={text.app.toTraces}>
          <Icon name="left" />
        </Link>
        <h1>
          {root !== undefined && <span className="trace-title-service">{spanService(model, root)}</span>}
          <span>{root === undefined ? text.trace.noRoot : spanName(model, root)}</span>
        </h1>
        <a
          className="button button-plain"
          href={apiPath(`/traces/${columns.traceId}`, { format: 'otlp-json' })}
          download={`${columns.traceId}.otlp.json`}
          aria-label={`${text.trace.download}: ${text.trace.asOtlp}`}
        >
          <Icon name="download" />
          {text.trace.asOtlp}
        </a>
      </div>
      <dl className="trace-figures tabular">
        <Figure name={text.trace.duration} value={duration(columns.durationNano)} strong />
        <Figure name={text.trace.start} value={time(columns.startUnixNano)} title={formatIso(columns.startUnixNano)} />
        <Figure name={text.trace.spans} value={count(columns.spanCount)} />
        <Figure name={text.trace.deepest} value={count(model.deepest + 1)} />
        <div data-error={columns.errorCount > 0}>
          <dt>{text.trace.errors}</dt>
          <dd>
            {columns.errorCount > 0 && <Icon name="error" />}
            {count(columns.errorCount)}
          </dd>
        </div>
        <div>
          <dt>{text.trace.traceId}</dt>
          <dd className="mono trace-id">
            <span title={columns.traceId}>{shownId}</span>
            <CopyButton text={shownId} what={text.trace.traceId} />
          </dd>
        </div>
      </dl>
      <ul className="trace-services" aria-label={text.trace.services}>
        {services.slice(0, SERVICES_SHOWN).map(({ name, spanCount }) => (
          <li key={name}>
            <ServiceMark service={name} />
            <span>{name}</span>
            <span className="trace-services-count tabular">{count(spanCount)}</span>
          </li>
        ))}
        {services.length > SERVICES_SHOWN && (
          <li title={services.map(({ name }) => name).join(', ')}>
            {text.traces.moreServices(services.length - SERVICES_SHOWN)}
          </li>
        )}
      </ul>
    </header>
  )
}

function Figure(props: { name: string; value: string; strong?: boolean; title?: string }): ReactNode {
  return (
    <div data-strong={props.strong}>
      <dt>{props.name}</dt>
      <dd title={props.title}>{props.value}</dd>
    </div>
  )
}
