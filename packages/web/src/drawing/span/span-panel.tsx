// Everything about one span, asked for when it is chosen: what failed, attributes, events, links and its logs.
import { MARK } from '@clew/model'
import { type ReactNode, useEffect } from 'react'
import { apiPath } from '../../api/client.ts'
import type { LogsAnswer, Span } from '../../api/generated.ts'
import { useAnswer } from '../../data/server.tsx'
import { spanName, spanPath, spanService, type TraceModel } from '../../state/trace-model.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { Loading, Message, Notice, Problem } from '../parts/message.tsx'
import { ServiceMark } from '../parts/service-mark.tsx'
import { useRetry } from '../parts/use-retry.ts'
import { LogList } from '../trace/log-list.tsx'
import { AttributeSections } from './attribute-sections.tsx'
import { Section } from './section.tsx'
import { SpanErrors } from './span-errors.tsx'
import { SpanEvents } from './span-events.tsx'
import { SpanFacts } from './span-facts.tsx'
import { SpanLinks } from './span-links.tsx'
import './span.css'

interface SpanPanelProps {
  readonly model: TraceModel
  /** -1 when the trace has no such span. */
  readonly span: number
  onShow(spanId: string): void
  onClose(): void
}

export function SpanPanel({ model, span, onShow, onClose }: SpanPanelProps): ReactNode {
  const { text } = useSpeech()
  useEffect(() => {
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
      const row = document.querySelector<HTMLElement>('[data-chosen]')
      onClose()
      row?.focus()
    }
    addEventListener('keydown', onEscape)
    return () => removeEventListener('keydown', onEscape)
  }, [onClose])
  return (
    <aside className="span-panel" aria-label={text.span.panel}>
      <div className="span-head">
        <h2>{span < 0 ? text.span.panel : spanName(model, span)}</h2>
        <button
          type="button"
          className="button button-plain button-icon"
          aria-label={text.span.close}
          title={text.span.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
        {span >= 0 && (
          <p className="span-head-service">
            <ServiceMark service={spanService(model, span)} />
            {spanService(model, span)}
          </p>
        )}
      </div>
      {span < 0 ? <Message title={text.span.gone} /> : <SpanBody model={model} span={span} onShow={onShow} />}
    </aside>
  )
}

function SpanBody({ model, span, onShow }: Omit<SpanPanelProps, 'onClose'>): ReactNode {
  const { text } = useSpeech()
  const { columns } = model
  const { path: ofSpan, nth } = spanPath(model, span)
  const path = apiPath(`/traces/${columns.traceId}${ofSpan}`, { nth })
  const answer = useAnswer<Span>(path)
  const retry = useRetry(path)
  return (
    <div className="span-body">
      <MarkNotices marks={columns.marks[span] ?? 0} />
      <SpanFacts model={model} span={span} full={answer.state === 'ready' ? answer.value : undefined} onShow={onShow} />
      {answer.state === 'failed' && <Problem error={answer.error} onRetry={retry} />}
      {answer.state === 'loading' && <Loading label={text.span.loading} lines={6} />}
      {answer.state === 'ready' && (
        <>
          <SpanErrors span={answer.value} />
          <AttributeSections span={answer.value} />
          <SpanEvents span={answer.value} traceStart={BigInt(columns.startUnixNano)} />
          <SpanLinks span={answer.value} />
        </>
      )}
      {columns.logs[span]! > 0 && (
        <SpanLogs path={apiPath(`/traces/${columns.traceId}${ofSpan}/logs`)} count={columns.logs[span]!} />
      )}
    </div>
  )
}

function SpanLogs({ path, count }: { path: string; count: number }): ReactNode {
  const { text } = useSpeech()
  const answer = useAnswer<LogsAnswer>(path)
  const retry = useRetry(path)
  return (
    <Section title={text.span.logs} count={count}>
      {answer.state === 'failed' && <Problem error={answer.error} onRetry={retry} />}
      {answer.state === 'loading' && <Loading label={text.span.logs} lines={3} />}
      {answer.state === 'ready' && (
        <>
          {answer.value.notices.map((notice) => (
            <Notice key={notice}>{notice}</Notice>
          ))}
          <LogList logs={answer.value.logs} compact />
        </>
      )}
    </Section>
  )
}

function MarkNotices({ marks }: { marks: number }): ReactNode {
  const { text } = useSpeech()
  const names = (Object.keys(MARK) as (keyof typeof MARK)[]).filter((name) => (marks & MARK[name]) !== 0)
  return names.map((name) => <Notice key={name}>{text.span.marks[name]}</Notice>)
}
