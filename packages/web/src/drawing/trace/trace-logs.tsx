// All logs that carry the id of the trace.
import { type ReactNode, useMemo, useState } from 'react'
import { apiPath } from '../../api/client.ts'
import type { LogsAnswer } from '../../api/generated.ts'
import { useAnswer } from '../../data/server.tsx'
import type { TraceModel } from '../../state/trace-model.ts'
import type { TraceView } from '../../state/trace-view.ts'
import { valueText } from '../../state/value-text.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { Loading, Message, Notice, Problem } from '../parts/message.tsx'
import { useRetry } from '../parts/use-retry.ts'
import { LogList } from './log-list.tsx'

interface TraceLogsProps {
  readonly model: TraceModel
  readonly view: TraceView
  onShow(view: TraceView, replace?: boolean): void
}

export function TraceLogs({ model, view, onShow }: TraceLogsProps): ReactNode {
  const { text } = useSpeech()
  const path = apiPath(`/traces/${model.columns.traceId}/logs`)
  const answer = useAnswer<LogsAnswer>(path)
  const retry = useRetry(path)
  const [typed, setTyped] = useState('')
  const logs = answer.state === 'ready' ? answer.value.logs : undefined
  const shown = useMemo(() => {
    const needle = typed.trim().toLocaleLowerCase()
    return (logs ?? []).filter((log) => `${log.service}\n${valueText(log.body)}`.toLocaleLowerCase().includes(needle))
  }, [logs, typed])
  if (answer.state === 'failed') return <Problem error={answer.error} onRetry={retry} />
  if (logs === undefined || answer.state !== 'ready') return <Loading label={text.logs.title} lines={8} />
  if (logs.length === 0) {
    return (
      <Message title={text.logs.none}>
        <p>{text.logs.noneText}</p>
      </Message>
    )
  }
  return (
    <section className="trace-logs" aria-label={text.logs.title}>
      <div className="waterfall-toolbar">
        <div className="find-field search-box">
          <Icon name="search" />
          <input
            type="search"
            className="field"
            aria-label={text.logs.filter}
            placeholder={text.logs.filter}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <span className="waterfall-shown tabular" role="status">
          {text.logs.shown(shown.length, logs.length)}
        </span>
      </div>
      {answer.value.notices.map((notice) => (
        <Notice key={notice}>{notice}</Notice>
      ))}
      <LogList logs={shown} onSpan={(span) => onShow({ ...view, tab: undefined, span }, false)} />
    </section>
  )
}
