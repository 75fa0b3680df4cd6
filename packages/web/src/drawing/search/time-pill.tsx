// The time range of the search: presets up to now, or an own range.
import { type ReactNode, useState } from 'react'
import { DEFAULT_FROM } from '../../state/search-view.ts'
import { localInput, momentOf, PRESETS, presetOf } from '../../state/time-range.ts'
import { useSpeech } from '../../text/language.tsx'
import { ChoiceList } from './choice-list.tsx'
import type { PillProps } from './choice-pills.tsx'
import { FilterPill } from './filter-pill.tsx'

export function TimePill({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  const from = view.from ?? DEFAULT_FROM
  const preset = presetOf(from, view.to)
  const shown = (moment: string | undefined) => localInput(moment).replace('T', ' ') || moment || ''
  const chosen = preset === undefined ? `${shown(from)} – ${shown(view.to)}` : text.search.last[preset]
  return (
    <FilterPill name={text.search.time} chosen={chosen} hideName>
      {(close) => (
        <div className="time-choices">
          <ChoiceList
            narrow={false}
            name={text.search.time}
            chosen={preset}
            choices={PRESETS.map((id) => ({ id, label: text.search.last[id] }))}
            onChoose={(id) => {
              onChange({ from: id === DEFAULT_FROM ? undefined : id, to: undefined })
              close()
            }}
          />
          <OwnRange
            view={view}
            onChange={(change) => {
              onChange(change)
              close()
            }}
          />
        </div>
      )}
    </FilterPill>
  )
}

function OwnRange({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  const [from, setFrom] = useState(localInput(view.from))
  const [to, setTo] = useState(localInput(view.to))
  return (
    <form
      className="popover-body"
      onSubmit={(event) => {
        event.preventDefault()
        onChange({ from: momentOf(from), to: momentOf(to) })
      }}
    >
      <label>
        <span className="label">{text.search.from}</span>
        <input
          type="datetime-local"
          step="1"
          className="field"
          value={from}
          onChange={(e) => setFrom(e.target.value)}
        />
      </label>
      <label>
        <span className="label">{text.search.to}</span>
        <input type="datetime-local" step="1" className="field" value={to} onChange={(e) => setTo(e.target.value)} />
      </label>
      <button type="submit" className="button" disabled={from === ''}>
        {text.search.apply}
      </button>
    </form>
  )
}
