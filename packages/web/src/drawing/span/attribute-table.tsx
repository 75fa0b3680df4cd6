// Keys and values; each value can be copied, and other spans with it can be looked for.
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Attribute } from '../../api/generated.ts'
import { literalOf, printAttribute } from '../../state/attribute-text.ts'
import { valueText } from '../../state/value-text.ts'
import { useSpeech } from '../../text/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Icon } from '../parts/icons.tsx'
import { keyed } from '../parts/keyed.ts'

interface AttributeTableProps {
  readonly attributes: readonly Attribute[]
  /** Where a search for the value looks; undefined: no search is offered. */
  readonly scope?: 'span' | 'resource' | 'scope' | 'event' | 'link'
}

export function AttributeTable({ attributes, scope }: AttributeTableProps): ReactNode {
  const { text } = useSpeech()
  if (attributes.length === 0) return <p className="hint">{text.span.noAttributes}</p>
  return (
    <dl className="attributes">
      {keyed(attributes, ({ key }) => key).map(({ key, item }) => (
        <AttributeLine key={key} attribute={item} scope={scope} />
      ))}
    </dl>
  )
}

const LONG = 400

/** A long key breaks after its dots and underscores before it breaks anywhere else. */
function breakable(key: string): ReactNode {
  const parts = key.split(/(?<=[._])/)
  return parts.flatMap((part, index) => (index === 0 ? [part] : [<wbr key={parts.slice(0, index).join('')} />, part]))
}

interface AttributeLineProps {
  readonly attribute: Attribute
  readonly scope: AttributeTableProps['scope']
}

function AttributeLine({ attribute: { key, value }, scope }: AttributeLineProps): ReactNode {
  const { text } = useSpeech()
  const shown = valueText(value)
  const [whole, setWhole] = useState(shown.length <= LONG)
  const literal = literalOf(value)
  const condition =
    scope === undefined || literal === undefined
      ? undefined
      : printAttribute({ key: `${scope}.${key}`, operator: '=', value: literal })
  return (
    <div>
      <dt>{breakable(key)}</dt>
      <dd data-type={value.type}>
        <span className="attribute-value">{whole ? shown : `${shown.slice(0, LONG)}…`}</span>
        {!whole && (
          <button type="button" className="link" onClick={() => setWhole(true)}>
            {text.traces.show}
          </button>
        )}
        <span className="attribute-actions">
          {condition !== undefined && (
            <Link
              to="/"
              search={{ attribute: [condition] }}
              className="copy-icon"
              aria-label={text.span.findWith(key)}
              title={text.span.findWith(key)}
            >
              <Icon name="search" />
            </Link>
          )}
          <CopyButton text={shown} what={key} />
        </span>
      </dd>
    </div>
  )
}
