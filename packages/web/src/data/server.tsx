// Gives the parts of the page their answers: one cache and one event stream, by React context.
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import { ask } from '../api/client.ts'
import type { TraceSummary } from '../api/generated.ts'
import { readStored, writeStored } from '../state/stored.ts'
import { type Answer, AnswerCache } from './answer-cache.ts'
import { LiveEvents, type LiveState } from './live-events.ts'

interface Server {
  readonly answers: AnswerCache
  readonly live: LiveEvents
  /** Shows `key` to the server from now on; everything on the page is asked again. */
  showKey(key: string): void
}

const ServerContext = createContext<Server | undefined>(undefined)

export function ServerProvider({ children }: { children: ReactNode }): ReactNode {
  const [server] = useState(createServer)
  useEffect(() => {
    server.live.start()
    return () => server.live.stop()
  }, [server])
  return <ServerContext value={server}>{children}</ServerContext>
}

function createServer(): Server {
  let key = readStored('key')
  const answers = new AnswerCache((path, signal) => ask(path, key, signal))
  const live = new LiveEvents(() => key)
  return {
    answers,
    live,
    showKey(next) {
      key = next
      writeStored('key', next)
      answers.refreshAll()
      live.start()
    },
  }
}

export function useServer(): Server {
  const server = useContext(ServerContext)
  if (server === undefined) throw new Error('useServer: no ServerProvider above this component')
  return server
}

const NOTHING: Answer<never> = { state: 'loading' }
const noSubscription = (): (() => void) => () => undefined

/** The answer of `path`; undefined asks nothing and stays loading. */
export function useAnswer<T>(path: string | undefined): Answer<T> {
  const { answers } = useServer()
  const subscribe = useCallback(
    (listener: () => void) => (path === undefined ? noSubscription() : answers.subscribe(path, listener)),
    [answers, path],
  )
  return useSyncExternalStore(subscribe, () => (path === undefined ? NOTHING : (answers.read(path) as Answer<T>)))
}

/** An answer with the question that it answers. */
export interface Answered<Q, T> {
  readonly question: Q
  readonly value: T
}

/** The last answer while the next one, to another question, is loading: so that a page does not blink. */
export function useSteadyAnswer<Q, T>(question: Q, answer: Answer<T>): Answered<Q, T> | undefined {
  const [held] = useState<{ answered: Answered<Q, T> | undefined }>({ answered: undefined })
  return useMemo(() => {
    if (answer.state === 'ready') held.answered = { question, value: answer.value }
    if (answer.state === 'failed') held.answered = undefined
    return held.answered
  }, [question, answer, held])
}

export function useLive(): LiveState {
  const { live } = useServer()
  return useSyncExternalStore(live.subscribe, live.read)
}

/** Calls `listener` with every event of new traces while the component is there. */
export function useNewTraces(listener: (traces: readonly TraceSummary[]) => void): void {
  const { live } = useServer()
  useEffect(() => live.onTraces(listener), [live, listener])
}
