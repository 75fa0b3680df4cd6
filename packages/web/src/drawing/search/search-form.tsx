// The search form: text, filters and time range. It holds no state of its own but what is being typed: the address does.
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { namesTrace } from '../../state/id-text.ts'
import { isFiltered } from '../../state/search-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { AttributePills } from './attribute-pills.tsx'
import { KindPill, OperationPill, type PillProps, ServicePill, StatusPill } from './choice-pills.tsx'
import { DurationPill } from './duration-pill.tsx'
import { TimePill } from './time-pill.tsx'
import './search.css'

export function SearchForm({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  return (
    <search className="search-form" aria-label={text.search.title}>
      <TextField text={view.text ?? ''} onChange={(words) => onChange({ text: words || undefined })} />
      <TimePill view={view} onChange={onChange} />
      <fieldset className="pills">
        <legend className="hidden-text">{text.search.filters}</legend>
        <ServicePill view={view} onChange={onChange} />
        <OperationPill view={view} onChange={onChange} />
        <KindPill view={view} onChange={onChange} />
        <StatusPill view={view} onChange={onChange} />
        <DurationPill view={view} onChange={onChange} />
        <AttributePills view={view} onChange={onChange} />
        {isFiltered(view) && (
          <button type="button" className="pill-all" onClick={() => onChange(NOTHING_CHOSEN)}>
            {text.search.clear}
          </button>
        )}
      </fieldset>
    </search>
  )
}

const NOTHING_CHOSEN = {
  service: undefined,
  operation: undefined,
  kind: undefined,
  status: undefined,
  minDuration: undefined,
  maxDuration: undefined,
  attribute: undefined,
  text: undefined,
}

function TextField({ text: words, onChange }: { text: string; onChange: (words: string) => void }): ReactNode {
  const { text } = useSpeech()
  const navigate = useNavigate()
  const [typed, setTyped] = useState(words)
  useEffect(() => setTyped(words), [words])
  return (
    <form
      className="search-box search-text"
      onSubmit={(event) => {
        event.preventDefault()
        const entered = typed.trim()
        if (namesTrace(entered)) void navigate({ to: '/traces/$traceId', params: { traceId: entered } })
        else onChange(entered)
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        className="field"
        aria-label={text.search.text}
        placeholder={text.search.text}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </form>
  )
}
