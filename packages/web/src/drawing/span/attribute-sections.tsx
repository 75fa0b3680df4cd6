// The attributes of a span, of its resource and of its scope, with one field that narrows all three.
import { type ReactNode, useState } from 'react'
import type { Attribute, Span } from '../../api/generated.ts'
import { valueText } from '../../state/value-text.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { AttributeTable } from './attribute-table.tsx'
import { Section } from './section.tsx'

/** Fewer attributes than this are found by eye. */
const FILTER_FROM = 8

export function AttributeSections({ span }: { span: Span }): ReactNode {
  const { text } = useSpeech()
  const [typed, setTyped] = useState('')
  const { resource, scope } = span
  const all = span.attributes.length + resource.attributes.length + scope.attributes.length
  const scopeTitle = [scope.name, scope.version].filter((part) => part !== '').join(' ')
  return (
    <>
      {all >= FILTER_FROM && (
        <div className="search-box span-filter">
          <Icon name="search" />
          <input
            type="search"
            className="field"
            aria-label={text.span.filter}
            placeholder={text.span.filter}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
      )}
      <Section title={text.span.attributes} count={span.attributes.length}>
        <AttributeTable attributes={matching(span.attributes, typed)} scope="span" />
        {span.droppedAttributesCount > 0 && <p className="hint">{text.span.dropped(span.droppedAttributesCount)}</p>}
      </Section>
      <Section title={text.span.resourceAttributes} count={resource.attributes.length} closed={typed === ''}>
        <AttributeTable attributes={matching(resource.attributes, typed)} scope="resource" />
      </Section>
      {(scopeTitle !== '' || scope.attributes.length > 0) && (
        <Section title={text.span.scopeAttributes} closed={typed === ''}>
          {scopeTitle !== '' && <p className="mono scope-title">{scopeTitle}</p>}
          {scope.attributes.length > 0 && (
            <AttributeTable attributes={matching(scope.attributes, typed)} scope="scope" />
          )}
        </Section>
      )}
    </>
  )
}

function matching(attributes: readonly Attribute[], typed: string): readonly Attribute[] {
  const needle = typed.trim().toLocaleLowerCase()
  if (needle === '') return attributes
  return attributes.filter(({ key, value }) => `${key}\n${valueText(value)}`.toLocaleLowerCase().includes(needle))
}
