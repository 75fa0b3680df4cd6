// What failed: exception events with their stack traces (semantic conventions, "Exceptions in spans").
import type { ReactNode } from 'react'
import type { Span, SpanEvent } from '../../api/generated.ts'
import { valueText } from '../../state/value-text.ts'
import { useSpeech } from '../../text/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { keyed } from '../parts/keyed.ts'

export function SpanErrors({ span }: { span: Span }): ReactNode {
  const exceptions = span.events.filter(({ name }) => name === 'exception')
  return keyed(exceptions, ({ timeUnixNano }) => timeUnixNano).map(({ key, item }) => (
    <Exception key={key} event={item} />
  ))
}

function Exception({ event }: { event: SpanEvent }): ReactNode {
  const { text } = useSpeech()
  const read = (key: string) => {
    const found = event.attributes.findLast((attribute) => attribute.key === key)
    return found === undefined ? '' : valueText(found.value)
  }
  const stack = read('exception.stacktrace')
  return (
    <section className="exception" aria-label={text.span.error}>
      <h3>{read('exception.type') || text.span.error}</h3>
      <p>{read('exception.message')}</p>
      {stack !== '' && (
        <details>
          <summary>
            {text.span.stackTrace}
            <CopyButton text={stack} what={text.span.stackTrace} />
          </summary>
          <pre>{stack}</pre>
        </details>
      )}
    </section>
  )
}
