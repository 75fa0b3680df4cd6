// The filters that are one choice of a list: service, operation, kind, status.
import { SPAN_KINDS, type SpanKind, STATUS_CODES, type StatusCode } from '@clew/model'
import { type ReactNode, useState } from 'react'
import { apiPath } from '../../api/client.ts'
import type { OperationsAnswer, ServicesAnswer } from '../../api/generated.ts'
import { useAnswer } from '../../data/server.tsx'
import { DEFAULT_FROM, type SearchView } from '../../state/search-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { ServiceMark } from '../parts/service-mark.tsx'
import { ChoiceList } from './choice-list.tsx'
import { FilterPill } from './filter-pill.tsx'

export interface PillProps {
  readonly view: SearchView
  onChange(change: SearchView): void
}

export function ServicePill({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  return (
    <FilterPill
      name={text.search.service}
      chosen={view.service}
      onClear={() => onChange({ service: undefined, operation: undefined })}
    >
      {(close) => (
        <ServiceChoices
          view={view}
          onChange={(change) => {
            onChange(change)
            close()
          }}
        />
      )}
    </FilterPill>
  )
}

// Its own component, so that the services are asked for when the popover opens.
function ServiceChoices({ view, onChange }: PillProps): ReactNode {
  const { text, count } = useSpeech()
  const answer = useAnswer<ServicesAnswer>(apiPath('/services', { from: view.from ?? DEFAULT_FROM, to: view.to }))
  const services = answer.state === 'ready' ? answer.value.services : []
  return (
    <ChoiceList
      name={text.search.service}
      chosen={view.service}
      choices={services.map(({ name, spanCount }) => ({
        id: name,
        label: name,
        mark: <ServiceMark service={name} />,
        note: count(spanCount),
      }))}
      notices={answer.state === 'ready' ? answer.value.notices : []}
      onChoose={(service) => onChange({ service, operation: undefined })}
    />
  )
}

export function OperationPill({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  return (
    <FilterPill name={text.search.operation} chosen={view.operation} onClear={() => onChange({ operation: undefined })}>
      {(close) => (
        <OperationChoices
          view={view}
          onChange={(change) => {
            onChange(change)
            close()
          }}
        />
      )}
    </FilterPill>
  )
}

function OperationChoices({ view, onChange }: PillProps): ReactNode {
  const { text, count } = useSpeech()
  const answer = useAnswer<OperationsAnswer>(
    view.service === undefined
      ? undefined
      : apiPath('/operations', { service: view.service, from: view.from ?? DEFAULT_FROM, to: view.to }),
  )
  const counts = new Map<string, number>()
  for (const { name, spanCount } of answer.state === 'ready' ? answer.value.operations : [])
    counts.set(name, (counts.get(name) ?? 0) + spanCount)
  if (view.service === undefined) return <OperationName view={view} onChange={onChange} />
  return (
    <ChoiceList
      name={text.search.operation}
      chosen={view.operation}
      choices={[...counts].map(([name, spans]) => ({ id: name, label: name, note: count(spans) }))}
      notices={answer.state === 'ready' ? answer.value.notices : []}
      onChoose={(operation) => onChange({ operation })}
    />
  )
}

// Without a service there is nothing to choose from: any name can be typed.
function OperationName({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  const [typed, setTyped] = useState(view.operation ?? '')
  return (
    <form
      className="popover-body"
      onSubmit={(event) => {
        event.preventDefault()
        onChange({ operation: typed.trim() || undefined })
      }}
    >
      <label>
        <span className="label">{text.search.operationName}</span>
        <input className="field" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <p className="hint">{text.search.operationHint}</p>
      <button type="submit" className="button button-strong">
        {text.search.apply}
      </button>
    </form>
  )
}

export function KindPill({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  return (
    <FilterPill
      name={text.search.kind}
      chosen={view.kind && text.search.kinds[view.kind]}
      onClear={() => onChange({ kind: undefined })}
    >
      {(close) => (
        <ChoiceList
          narrow={false}
          name={text.search.kind}
          chosen={view.kind}
          choices={SPAN_KINDS.map((kind) => ({ id: kind, label: text.search.kinds[kind] }))}
          onChoose={(kind) => {
            onChange({ kind: kind as SpanKind })
            close()
          }}
        />
      )}
    </FilterPill>
  )
}

export function StatusPill({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  return (
    <FilterPill
      name={text.search.status}
      chosen={view.status && text.search.statuses[view.status]}
      onClear={() => onChange({ status: undefined })}
    >
      {(close) => (
        <ChoiceList
          narrow={false}
          name={text.search.status}
          chosen={view.status}
          choices={STATUS_CODES.map((status) => ({ id: status, label: text.search.statuses[status] }))}
          onChoose={(status) => {
            onChange({ status: status as StatusCode })
            close()
          }}
        />
      )}
    </FilterPill>
  )
}
