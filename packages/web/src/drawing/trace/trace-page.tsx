// One trace: header, waterfall or logs, and the panel of the chosen span.
import { useNavigate } from '@tanstack/react-router'
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
import { TraceHeader } from './trace-header.tsx'
import { TraceLogs } from './trace-logs.tsx'
import { TraceTabs } from './trace-tabs.tsx'
import { Waterfall } from './waterfall.tsx'
import './trace.css'

const LOOK_AGAIN_MS = 2_000

export function TracePage({ traceId, view }: { traceId: string; view: TraceView }): ReactNode {
  const { text } = useSpeech()
  const { answers } = useServer()
  const path = apiPath(`/traces/${traceId}/columns`)
  const answer = useAnswer<TraceColumns>(path)
  const retry = useRetry(path)
  const columns = useSteadyAnswer(traceId, answer)?.value
  // An address may name a trace by the last 16 digits of its id.
  const model = useMemo(
    () => (columns?.traceId.endsWith(traceId) ? buildTraceModel(columns) : undefined),
    [columns, traceId],
  )
  const missing = answer.state === 'failed' && answer.error instanceof ApiError && answer.error.status === 404
  // Spans of one trace come in several requests: the page takes each part as it comes.
  useNewTraces(
    useCallback(
      (traces: readonly TraceSummary[]) => {
        if (traces.some((trace) => trace.traceId.endsWith(traceId))) answers.refresh(path)
      },
      [answers, path, traceId],
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
        <p className="mono message-code">{traceId}</p>
      </Message>
    )
  }
  if (answer.state === 'failed') return <Problem error={answer.error} onRetry={retry} />
  if (model === undefined) return <Loading label={text.trace.loading} lines={12} />
  return <Trace model={model} view={view} />
}

function Trace({ model, view }: { model: TraceModel; view: TraceView }): ReactNode {
  const { text } = useSpeech()
  const navigate = useNavigate()
  const { traceId } = model.columns
  const show = useCallback(
    (next: TraceView, replace = true) =>
      void navigate({ to: '/traces/$traceId', params: { traceId }, search: next, replace, resetScroll: false }),
    [navigate, traceId],
  )
  const root = model.tree.roots.find((span) => !model.orphans[span])
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
  if (tree.cut.length > 0) notices.push(text.trace.cyclesNotice(tree.cut.length))
  return notices.map((notice) => <Notice key={notice}>{notice}</Notice>)
}
