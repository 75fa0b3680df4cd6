// The newest traces, or those that the search form asks for. With no trace at all it is the first screen.
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect } from 'react'
import { apiPath } from '../../api/client.ts'
import type { SearchAnswer } from '../../api/generated.ts'
import { useAnswer, useLive, useServer, useSteadyAnswer } from '../../data/server.tsx'
import { changed, isFiltered, type SearchView, searchPath } from '../../state/search-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { Loading, Message, Notice, Problem } from '../parts/message.tsx'
import { useRetry } from '../parts/use-retry.ts'
import { SearchForm } from '../search/search-form.tsx'
import { FirstScreen } from '../setup/set-up-page.tsx'
import { DurationChart } from './duration-chart.tsx'
import { NewTracesBar } from './new-traces-bar.tsx'
import { Pager } from './pager.tsx'
import { TraceTable } from './trace-table.tsx'
import './traces.css'

/** Whether there is any trace at all. */
const ANY_TRACE = apiPath('/search', { from: '0', limit: 1 })
const POLL_MS = 3_000

export function TracesPage({ view }: { view: SearchView }): ReactNode {
  const { text } = useSpeech()
  const navigate = useNavigate()
  const path = searchPath(view)
  const answer = useAnswer<SearchAnswer>(path)
  const shown = useSteadyAnswer(view, answer)
  const retry = useRetry(path)
  const isEmpty = shown?.value.traces.length === 0
  const any = useAnyTrace(isEmpty)
  const { answers } = useServer()
  // The first trace came after the list was asked for.
  useEffect(() => {
    if (any === true && isEmpty) answers.refresh(path)
  }, [any, isEmpty, answers, path])
  const change = useCallback(
    (part: SearchView) => void navigate({ to: '/', search: changed(view, part) }),
    [navigate, view],
  )
  useEffect(() => {
    document.title = `${text.traces.title} · ${text.app.name}`
  }, [text])
  if (any === false && !isFiltered(view)) return <FirstScreen />
  return (
    <div className="traces-page">
      <h1 className="hidden-text">{text.traces.title}</h1>
      <SearchForm view={view} onChange={change} />
      {answer.state === 'failed' && <Problem error={answer.error} onRetry={retry} />}
      {answer.state === 'loading' && shown === undefined && <Loading label={text.traces.loading} lines={9} />}
      {shown !== undefined && (
        <div className="found" aria-busy={answer.state === 'loading'}>
          <Found found={shown.value} view={shown.question} path={path} onChange={change} older={any === true} />
        </div>
      )}
    </div>
  )
}

interface FoundProps {
  readonly found: SearchAnswer
  readonly view: SearchView
  readonly path: string
  readonly older: boolean
  onChange(change: SearchView): void
}

function Found({ found, view, path, older, onChange }: FoundProps): ReactNode {
  const { text, time } = useSpeech()
  return (
    <>
      <div className="found-line">
        <p role="status" className="tabular">
          <Totals found={found} filtered={isFiltered(view)} />
        </p>
        {view.cursor === undefined && <NewTracesBar found={found} path={path} filtered={isFiltered(view)} />}
      </div>
      {found.notices.map((notice) => (
        <Notice key={notice}>{notice}</Notice>
      ))}
      {!found.complete && <Notice>{text.traces.incomplete(time(found.lookedBackTo, 0))}</Notice>}
      <DurationChart traces={found.traces} />
      {found.traces.length > 0 && <TraceTable traces={found.traces} view={view} onChange={onChange} />}
      {found.traces.length === 0 && (
        <Message
          title={isFiltered(view) ? text.traces.noneTitle : text.traces.quietTitle}
          actions={
            view.from !== '0' && (
              <button type="button" className="button" onClick={() => onChange({ from: '0', to: undefined })}>
                {text.traces.widen}
              </button>
            )
          }
        >
          <p>
            {older && !isFiltered(view) ? text.traces.quietText : text.traces.noneText(time(found.lookedBackTo, 0))}
          </p>
        </Message>
      )}
      <Pager view={view} next={found.cursor} />
    </>
  )
}

function Totals({ found, filtered }: { found: SearchAnswer; filtered: boolean }): ReactNode {
  const { text } = useSpeech()
  if (found.totals === null || found.traces.length === 0) return null
  const { traces, spans } = found.totals
  const total = filtered ? text.traces.totalMatching(traces, spans) : text.traces.total(traces, spans)
  return found.totals.exact ? total : text.traces.atLeast(total)
}

/** undefined while it is not known. Looks again by itself as long as there is none and no event can tell. */
function useAnyTrace(asked: boolean): boolean | undefined {
  const { answers } = useServer()
  const { connected } = useLive()
  const answer = useAnswer<SearchAnswer>(asked ? ANY_TRACE : undefined)
  const none = answer.state === 'ready' && answer.value.traces.length === 0
  useEffect(() => {
    if (!none) return
    // What came before the stream was open no event tells of.
    if (connected) return answers.refresh(ANY_TRACE)
    const timer = setInterval(() => answers.refresh(ANY_TRACE), POLL_MS)
    return () => clearInterval(timer)
  }, [none, connected, answers])
  if (answer.state !== 'ready') return undefined
  return !none
}
