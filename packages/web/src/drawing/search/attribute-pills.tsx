// The filters by attribute: a pill for each condition, and one to add another. Keys and values are completed.
import { type ReactNode, useState } from 'react'
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { apiPath } from '../../api/client.ts'
import type { AttributeKeysAnswer, AttributeValuesAnswer } from '../../api/generated.ts'
import { useAnswer } from '../../data/server.tsx'
import { literalOf, OPERATORS, type Operator, parseAttributeText, printAttribute } from '../../state/attribute-text.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { Notice } from '../parts/message.tsx'
import type { PillProps } from './choice-pills.tsx'
import { FilterPill } from './filter-pill.tsx'

export function AttributePills({ view, onChange }: PillProps): ReactNode {
  const { text } = useSpeech()
  const conditions = view.attribute ?? []
  const replace = (index: number, next: readonly string[]) => {
    const attribute = conditions.toSpliced(index, 1, ...next)
    onChange({ attribute: attribute.length > 0 ? attribute : undefined })
  }
  return [...conditions, undefined].map((condition, index) => (
    <FilterPill
      key={condition ?? `new-${conditions.length}`}
      name={text.search.attribute}
      chosen={condition}
      mono
      hideName
      onClear={() => replace(index, [])}
    >
      {(close) => (
        <AttributeForm
          service={view.service}
          condition={condition}
          onApply={(next) => {
            replace(index, [next])
            close()
          }}
        />
      )}
    </FilterPill>
  ))
}

interface AttributeFormProps {
  readonly service: string | undefined
  readonly condition: string | undefined
  onApply(condition: string): void
}

function AttributeForm({ service, condition, onApply }: AttributeFormProps): ReactNode {
  const { text } = useSpeech()
  const before = parseAttributeText(condition ?? '')
  const [key, setKey] = useState(before?.key ?? '')
  const [operator, setOperator] = useState<Operator>(before?.operator ?? '=')
  const [value, setValue] = useState(before?.value ?? '')
  const keys = useAnswer<AttributeKeysAnswer>(apiPath('/attributes', { service }))
  const known = keys.state === 'ready' ? keys.value.keys : []
  const complete = key.trim() !== '' && (operator === 'exists' || value.trim() !== '')
  return (
    <form
      className="popover-body attribute-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (complete) onApply(printAttribute({ key: key.trim(), operator, value: value.trim() }))
      }}
    >
      <Completed
        label={text.search.key}
        value={key}
        onChange={setKey}
        choices={[...new Set(known.map((entry) => entry.key))]}
        autoFocus
      />
      <label>
        <span className="label">{text.search.operator}</span>
        <select className="field" value={operator} onChange={(event) => setOperator(event.target.value as Operator)}>
          {OPERATORS.map((name) => (
            <option key={name} value={name}>
              {name === 'exists' ? text.search.exists : name}
            </option>
          ))}
        </select>
      </label>
      {operator !== 'exists' && (
        <ValueField key={key} attributeKey={key} service={service} value={value} onChange={setValue} />
      )}
      {keys.state === 'ready' && keys.value.notices.map((notice) => <Notice key={notice}>{notice}</Notice>)}
      <button type="submit" className="button button-strong" disabled={!complete}>
        {text.search.apply}
      </button>
    </form>
  )
}

interface ValueFieldProps {
  readonly attributeKey: string
  readonly service: string | undefined
  readonly value: string
  onChange(value: string): void
}

function ValueField({ attributeKey, service, value, onChange }: ValueFieldProps): ReactNode {
  const { text } = useSpeech()
  const key = attributeKey.trim().replace(/^(span|resource|event|link|scope)\./, '')
  const answer = useAnswer<AttributeValuesAnswer>(
    key === '' ? undefined : apiPath('/attributes/values', { key, service }),
  )
  const values = answer.state === 'ready' ? answer.value.values : []
  const many = answer.state === 'ready' && answer.value.many
  const literals = values
    .map(({ type, value }) => literalOf({ type: type as 'string', value }))
    .filter((literal) => literal !== undefined)
  return (
    <div className="value-field">
      <Completed label={text.search.value} value={value} onChange={onChange} choices={literals} />
      <p className="hint">{many ? text.search.many : text.search.valueHint}</p>
    </div>
  )
}

interface CompletedProps {
  readonly label: string
  readonly value: string
  readonly choices: readonly string[]
  readonly autoFocus?: boolean
  onChange(value: string): void
}

/** A field with completion that takes any other text as well. */
function Completed({ label, value, choices, autoFocus, onChange }: CompletedProps): ReactNode {
  return (
    <ComboBox
      className="combo"
      allowsCustomValue
      allowsEmptyCollection={false}
      autoFocus={autoFocus ?? false}
      inputValue={value}
      onInputChange={onChange}
      menuTrigger="input"
    >
      <Label className="label">{label}</Label>
      <div className="combo-box">
        <Input className="field mono" spellCheck="false" autoCapitalize="off" />
        {choices.length > 0 && (
          <Button className="combo-button">
            <Icon name="down" />
          </Button>
        )}
      </div>
      <Popover className="popover combo-popover">
        <ListBox className="menu">
          {choices.map((choice) => (
            <ListBoxItem key={choice} id={choice} textValue={choice} className="menu-item mono">
              {choice}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}
