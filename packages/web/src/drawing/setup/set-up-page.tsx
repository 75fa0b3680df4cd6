// How to send spans here: what Clew listens on, what has come in so far, and set-up to copy. As the first screen it
// waits for the first trace and becomes it.
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect } from 'react'
import { apiPath } from '../../api/client.ts'
import type { IngestCounters, TraceSummary } from '../../api/generated.ts'
import { useAnswer, useLive, useNewTraces } from '../../data/server.tsx'
import { useSpeech } from '../../text/language.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Loading, Problem } from '../parts/message.tsx'
import { useRetry } from '../parts/use-retry.ts'
import { GuideTabs } from './guide-tabs.tsx'
import { endpointsOf, reachable } from './snippets.ts'
import './set-up.css'

export function SetUpPage(): ReactNode {
  const { text } = useSpeech()
  return <SetUp title={text.setUp.title} intro={text.setUp.text} waiting={false} />
}

/** The first screen, before there is any trace. */
export function FirstScreen(): ReactNode {
  const { text } = useSpeech()
  const navigate = useNavigate()
  const open = useCallback(
    (traces: readonly TraceSummary[]) => {
      const first = traces[0]
      if (first !== undefined) void navigate({ to: '/traces/$traceId', params: { traceId: first.traceId } })
    },
    [navigate],
  )
  useNewTraces(open)
  return <SetUp title={text.setUp.waitingTitle} intro={text.setUp.waitingText} waiting={true} />
}

const INGEST = apiPath('/ingest')

function SetUp({ title, intro, waiting }: { title: string; intro: string; waiting: boolean }): ReactNode {
  const { text } = useSpeech()
  const answer = useAnswer<IngestCounters>(INGEST)
  const live = useLive().ingest
  const retry = useRetry(INGEST)
  useEffect(() => {
    document.title = `${title} · ${text.app.name}`
  }, [title, text])
  if (answer.state === 'failed') return <Problem error={answer.error} onRetry={retry} />
  const ingest = live ?? (answer.state === 'ready' ? answer.value : undefined)
  return (
    <div className="set-up">
      <section className="set-up-lead">
        <h1>
          {waiting && <span className="pulse" aria-hidden="true" />}
          {title}
        </h1>
        <p>{intro}</p>
        {ingest === undefined ? <Loading label={text.setUp.listening} lines={4} /> : <Doors ingest={ingest} />}
        {ingest !== undefined && <Received ingest={ingest} />}
        <div className="set-up-demo">
          <p>{text.setUp.demo}</p>
          <p className="command">
            <code>npm run demo</code>
            <CopyButton text="npm run demo" what="npm run demo" />
          </p>
        </div>
      </section>
      <section className="set-up-guides">
        {ingest !== undefined && <GuideTabs endpoints={endpointsOf(ingest, location.hostname)} />}
      </section>
    </div>
  )
}

function Doors({ ingest }: { ingest: IngestCounters }): ReactNode {
  const { text } = useSpeech()
  return (
    <>
      <h2>{text.setUp.listening}</h2>
      <ul className="doors">
        {ingest.listening.map(({ door, url }) => {
          const address = reachable(url, location.hostname)
          return (
            <li key={url}>
              <span>{text.setUp.doors[door] ?? door}</span>
              <code>{address}</code>
              <CopyButton text={address} what={text.setUp.doors[door] ?? door} />
            </li>
          )
        })}
      </ul>
    </>
  )
}

function Received({ ingest }: { ingest: IngestCounters }): ReactNode {
  const { text, count, time } = useSpeech()
  const figures: readonly (readonly [string, number])[] = [
    [text.setUp.spans, ingest.spansAccepted],
    [text.setUp.logs, ingest.logsAccepted],
    [text.setUp.requests, ingest.requests],
    [text.setUp.rejected, ingest.rejected],
  ]
  return (
    <>
      <h2>{text.setUp.received}</h2>
      <dl className="received tabular">
        {figures.map(([name, figure]) => (
          <div key={name} data-zero={figure === 0}>
            <dd>{count(figure)}</dd>
            <dt>{name}</dt>
          </div>
        ))}
      </dl>
      <p className="received-last">
        {ingest.lastAcceptedAt === null
          ? text.setUp.nothingYet
          : text.setUp.lastAccepted(time(nanosOf(ingest.lastAcceptedAt), 0))}
      </p>
    </>
  )
}

/** The server may say a time as RFC 3339 or as nanoseconds. */
function nanosOf(time: string): bigint {
  return /^\d+$/.test(time) ? BigInt(time) : BigInt(Date.parse(time)) * 1_000_000n
}
