// A list to choose one thing from, with a field that narrows it. Used in the popovers of the search form.
import type { ReactNode } from 'react'
import { Autocomplete, Input, ListBox, ListBoxItem, SearchField, useFilter } from 'react-aria-components'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { Notice } from '../parts/message.tsx'

export interface Choice {
  readonly id: string
  readonly label: string
  readonly mark?: ReactNode
  /** Said at the end of the line, for example a count. */
  readonly note?: string
}

interface ChoiceListProps {
  readonly name: string
  readonly choices: readonly Choice[]
  readonly chosen: string | undefined
  readonly narrow?: boolean
  /** What the server left out of the choices. */
  readonly notices?: readonly string[]
  onChoose(id: string): void
}

export function ChoiceList({
  name,
  choices,
  chosen,
  narrow = true,
  notices = [],
  onChoose,
}: ChoiceListProps): ReactNode {
  const { text } = useSpeech()
  const { contains } = useFilter({ sensitivity: 'base' })
  const list = (
    <ListBox
      className="menu"
      aria-label={name}
      selectionMode="single"
      selectedKeys={chosen === undefined ? [] : [chosen]}
      onSelectionChange={(keys) => {
        const [key] = keys === 'all' ? [] : [...keys]
        onChoose(key === undefined ? (chosen ?? '') : String(key))
      }}
      renderEmptyState={() => <div className="menu-empty">{text.search.none}</div>}
    >
      {choices.map(({ id, label, mark, note }) => (
        <ListBoxItem key={id} id={id} textValue={label} className="menu-item">
          {mark}
          <span>{label}</span>
          {note !== undefined && <span className="menu-count">{note}</span>}
          {id === chosen && <Icon name="check" />}
        </ListBoxItem>
      ))}
    </ListBox>
  )
  if (!narrow) return list
  return (
    <div className="popover-list">
      <Autocomplete filter={contains}>
        <SearchField className="search-box" aria-label={text.search.find(name)} autoFocus>
          <Icon name="search" />
          <Input className="field" placeholder={text.search.find(name)} />
        </SearchField>
        {list}
      </Autocomplete>
      {notices.map((notice) => (
        <Notice key={notice}>{notice}</Notice>
      ))}
    </div>
  )
}
