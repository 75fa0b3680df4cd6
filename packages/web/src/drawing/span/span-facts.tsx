// The fixed facts of a span: times, kind, status, ids.
import type { ReactNode } from 'react'
import type { Span } from '../../api/generated.ts'
import { idText } from '../../state/id-text.ts'
import { spanCategory, spanKind, spanName, spanStatus, type TraceModel } from '../../state/trace-model.ts'
import { formatIso } from '../../text/format.ts'
import { useSpeech } from '../../text/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'

interface SpanFactsProps {
  readonly model: TraceModel
  readonly span: number
  /** undefined until the server has answered. */
  readonly full: Span | undefined
  onShow(spanId: string): void
}

export function SpanFacts({ model, span, full, onShow }: SpanFactsProps): ReactNode {
  const { text, duration, time, share } = useSpeech()
  const { columns } = model
  const start = BigInt(columns.startUnixNano) + BigInt(Math.round(columns.start[span]!))
  const length = columns.duration[span]!
  const status = spanStatus(model, span)
  const spanId = idText(full, 'span') ?? columns.spanId[span]!
  return (
    <>
      <dl className="span-figures tabular">
        <div>
          <dt>{text.span.duration}</dt>
          <dd>{duration(length)}</dd>
        </div>
        <div>
          <dt>{text.span.self}</dt>
          <dd>
            {duration(model.self[span]!)}
            {length > 0 && <span className="figure-share">{share(model.self[span]! / length)}</span>}
          </dd>
        </div>
        <div>
          <dt>{text.span.offset}</dt>
          <dd>{duration(columns.start[span]!)}</dd>
        </div>
      </dl>
      <dl className="span-facts tabular">
        <div>
          <dt>{text.span.status}</dt>
          <dd data-error={status === 'error' || undefined}>
            {text.search.statuses[status]}
            {full !== undefined && full.status.message !== '' && ` · ${full.status.message}`}
          </dd>
        </div>
        <div>
          <dt>{text.span.kind}</dt>
          <dd>{text.search.kinds[spanKind(model, span)]}</dd>
        </div>
        <div>
          <dt>{text.span.role}</dt>
          <dd>{text.trace.categories[spanCategory(model, span)]}</dd>
        </div>
        <div>
          <dt>{text.span.start}</dt>
          <dd title={formatIso(start)}>
            {time(start, 6)}
            <CopyButton text={formatIso(start)} what={text.span.start} />
          </dd>
        </div>
        <div>
          <dt>{text.span.parent}</dt>
          <dd>
            <Parent model={model} span={span} full={full} onShow={onShow} />
          </dd>
        </div>
        <div>
          <dt>{text.span.spanId}</dt>
          <dd>
            <span className="mono" title={columns.spanId[span]}>
              {spanId}
            </span>
            <CopyButton text={spanId} what={text.span.spanId} />
          </dd>
        </div>
      </dl>
    </>
  )
}

function Parent({ model, span, full, onShow }: SpanFactsProps): ReactNode {
  const { text } = useSpeech()
  const parent = model.tree.parent[span]!
  if (parent >= 0) {
    return (
      <button type="button" className="link" onClick={() => onShow(model.keys[parent]!)}>
        {spanName(model, parent)}
      </button>
    )
  }
  return model.orphans[span]
    ? text.span.parentLost(idText(full, 'parentSpan') ?? full?.parentSpanId ?? '…')
    : text.span.noParent
}
