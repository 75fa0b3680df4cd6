// The links of a span: each leads to the span it points to, in whatever trace that is.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Span } from '../../api/generated.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { keyed } from '../parts/keyed.ts'
import { AttributeTable } from './attribute-table.tsx'
import { Section } from './section.tsx'

export function SpanLinks({ span }: { span: Span }): ReactNode {
  const { text } = useSpeech()
  if (span.links.length === 0 && span.droppedLinksCount === 0) return null
  return (
    <Section title={text.span.links} count={span.links.length}>
      <ul className="events">
        {keyed(span.links, ({ spanId }) => spanId).map(({ key, item: link }) => (
          <li key={key}>
            <Link
              to="/traces/$traceId"
              params={{ traceId: link.traceId }}
              search={{ span: link.spanId }}
              className="link mono span-link"
              aria-label={`${text.span.toTrace} ${link.traceId}`}
            >
              <Icon name="link" />
              {link.traceId.slice(0, 8)}…{link.traceId.slice(-8)}
            </Link>
            {link.attributes.length > 0 && <AttributeTable attributes={link.attributes} scope="link" />}
          </li>
        ))}
      </ul>
      {span.droppedLinksCount > 0 && <p className="hint">{text.span.dropped(span.droppedLinksCount)}</p>}
    </Section>
  )
}
