// One trace: header, waterfall or logs, and the panel of the chosen span.
import { Navigate, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useMemo } from 'react'
import { ApiError, apiPath } from '../../api/client.ts'
import type { TraceColumns, TraceSummary } from '../../api/generated.ts'
import { useAnswer, useNewTraces, useServer, useSteadyAnswer } from '../../data/server.tsx'
import { buildTraceModel, spanName, type TraceModel } from '../../state/trace-model.ts'
import type { TraceView } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { Loading, Message, Notice, Problem } from '../parts/message.tsx'
import { useRetry } from '../parts/use-retry.ts'
import { SpanPanel } from '../span/span-panel.tsx'
import { TraceChoice } from './trace-choice.tsx'
import { TraceHeader } from './trace-header.tsx'
import { TraceLogs } from './trace-logs.tsx'
import { TraceTabs } from './trace-tabs.tsx'
import { Waterfall } from './waterfall.tsx'
import './trace.css'

const LOOK_AGAIN_MS = 2_000

/** `asked` is what the address says: an id, or anything else that people have of it. */
export function TracePage({ asked, view }: { asked: string; view: TraceView }): ReactNode {
  const { text } = useSpeech()
  const { answers } = useServer()
  const path = apiPath(`/traces/${encodeURIComponent(asked)}/columns`)
  const answer = useAnswer<TraceColumns>(path)
  const retry = useRetry(path)
  const columns = useSteadyAnswer(asked, answer)?.value
  const model = useMemo(() => (columns === undefined ? undefined : buildTraceModel(columns)), [columns])
  const missing = answer.state === 'failed' && answer.error instanceof ApiError && answer.error.status === 404
  // Spans of one trace come in several requests: the page takes each part as it comes.
  useNewTraces(
    useCallback(
      (traces: readonly TraceSummary[]) => {
        const ids = [columns?.traceId, asked.toLowerCase()]
        if (traces.some((trace) => ids.includes(trace.traceId))) answers.refresh(path)
      },
      [answers, path, columns, asked],
    ),
  )
  useEffect(() => {
    if (!missing) return
    const timer = setInterval(() => answers.refresh(path), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [missing, answers, path])
  if (missing) {
    return (
      <Message title={text.trace.missingTitle}>
        <p>{text.trace.missingText}</p>
        <p className="mono message-code">{asked}</p>
      </Message>
    )
  }
  if (answer.state === 'failed') {
    const traces = answer.error instanceof ApiError ? answer.error.traces : []
    if (traces.length > 0) return <TraceChoice asked={asked} traces={traces} />
    return <Problem error={answer.error} onRetry={retry} />
  }
  if (model === undefined) return <Loading label={text.trace.loading} lines={12} />
  // The text of a sender stays in the address; a header or fewer digits give way to the whole id and the span they name.
  const named = model.columns.traceIdText === asked ? asked : model.columns.traceId
  if (named !== asked) {
    const span = view.span ?? model.columns.askedSpanId ?? undefined
    return <Navigate to="/traces/$traceId" params={{ traceId: named }} search={{ ...view, span }} replace />
  }
  return <Trace model={model} named={named} view={view} />
}

function Trace({ model, named, view }: { model: TraceModel; named: string; view: TraceView }): ReactNode {
  const { text } = useSpeech()
  const navigate = useNavigate()
  const show = useCallback(
    (next: TraceView, replace = true) =>
      void navigate({ to: '/traces/$traceId', params: { traceId: named }, search: next, replace, resetScroll: false }),
    [navigate, named],
  )
  const root = model.columns.hasRoot ? model.tree.roots.find((span) => !model.orphans[span]) : undefined
  useEffect(() => {
    const name = root === undefined ? text.trace.noRoot : spanName(model, root)
    document.title = `${name} · ${text.app.name}`
  }, [model, root, text])
  const span = view.span === undefined ? undefined : (model.indexOf.get(view.span) ?? -1)
  return (
    <div className="trace-page" data-panel={span !== undefined}>
      <div className="trace-main">
        <TraceHeader model={model} root={root} />
        <Notices model={model} />
        <TraceTabs model={model} view={view} onShow={show}>
          {view.tab === 'logs' ? (
            <TraceLogs model={model} view={view} onShow={show} />
          ) : (
            <Waterfall model={model} view={view} onShow={show} />
          )}
        </TraceTabs>
      </div>
      {span !== undefined && (
        <SpanPanel
          key={view.span}
          model={model}
          span={span}
          onShow={(id) => show({ ...view, span: id }, false)}
          onClose={() => show({ ...view, span: undefined })}
        />
      )}
    </div>
  )
}

function Notices({ model }: { model: TraceModel }): ReactNode {
  const { text } = useSpeech()
  const { columns, tree } = model
  const notices: string[] = []
  if (columns.repeatedSpans > 0) notices.push(text.trace.repeated(columns.repeatedSpans))
  if (columns.parentMissing.length > 0) notices.push(text.trace.orphansNotice(columns.parentMissing.length))
  if (columns.metSpanIds > 0) notices.push(text.trace.metNotice(columns.metSpanIds))
  if (tree.cut.length > 0) notices.push(text.trace.cyclesNotice(tree.cut.length))
  return notices.map((notice) => <Notice key={notice}>{notice}</Notice>)
}
