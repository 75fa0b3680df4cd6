// A part of the span panel that can be closed; it says how much is inside.
import type { ReactNode } from 'react'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'

interface SectionProps {
  readonly title: string
  readonly count?: number
  readonly closed?: boolean
  readonly children: ReactNode
}

export function Section({ title, count, closed = false, children }: SectionProps): ReactNode {
  const speech = useSpeech()
  return (
    <details className="section" open={!closed}>
      <summary>
        <Icon name="chevron" />
        <h3>{title}</h3>
        {count !== undefined && <span className="section-count tabular">{speech.count(count)}</span>}
      </summary>
      <div className="section-body">{children}</div>
    </details>
  )
}
