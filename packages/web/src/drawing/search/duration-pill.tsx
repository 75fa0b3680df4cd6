// The filter by duration: at least, at most, or both.
import { type ReactNode, useState } from 'react'
import { normalDuration } from '../../state/duration-text.ts'
import { useSpeech } from '../../text/language.tsx'
import type { PillProps } from './choice-pills.tsx'
import { FilterPill } from './filter-pill.tsx'

export function DurationPill({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  const { minDuration: min, maxDuration: max } = view
  const chosen = min && max ? `${min} – ${max}` : min ? `≥ ${min}` : max ? `≤ ${max}` : undefined
  return (
    <FilterPill
      name={text.search.duration}
      chosen={chosen}
      onClear={() => onChange({ minDuration: undefined, maxDuration: undefined })}
    >
      {(close) => (
        <DurationForm
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

function DurationForm({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  const [min, setMin] = useState(view.minDuration ?? '')
  const [max, setMax] = useState(view.maxDuration ?? '')
  const wrong = [min, max].some((entry) => entry.trim() !== '' && normalDuration(entry) === undefined)
  return (
    <form
      className="popover-body"
      onSubmit={(event) => {
        event.preventDefault()
        if (!wrong) onChange({ minDuration: normalDuration(min), maxDuration: normalDuration(max) })
      }}
    >
      <div className="field-pair">
        <label>
          <span className="label">{text.search.atLeast}</span>
          <input className="field" value={min} onChange={(event) => setMin(event.target.value)} />
        </label>
        <label>
          <span className="label">{text.search.atMost}</span>
          <input className="field" value={max} onChange={(event) => setMax(event.target.value)} />
        </label>
      </div>
      <p className="hint" data-wrong={wrong} role={wrong ? 'alert' : undefined}>
        {wrong ? text.search.durationWrong : text.search.durationHint}
      </p>
      <button type="submit" className="button button-strong" disabled={wrong}>
        {text.search.apply}
      </button>
    </form>
  )
}
