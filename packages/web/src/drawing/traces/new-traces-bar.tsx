// "12 new traces": what came in since the list was asked for. It never moves the list under the reader's hand.
import { type ReactNode, useCallback, useState } from 'react'
import type { SearchAnswer, TraceSummary } from '../../api/generated.ts'
import { useNewTraces, useServer } from '../../data/server.tsx'
import { useSpeech } from '../../text/language.tsx'

/** An event names the newest traces of a block, so many at most: then there may be more. */
const TRACES_PER_EVENT = 20
const MOST_COUNTED = 10_000

/** A new answer starts the count anew. */
interface Counted {
  readonly found: SearchAnswer
  readonly traceIds: ReadonlySet<string>
  /** There are more than were counted. */
  readonly isMore: boolean
}

interface NewTracesBarProps {
  readonly found: SearchAnswer
  readonly path: string
  /** The new traces may not be what the filters ask for: then they are not counted. */
  readonly filtered: boolean
}

export function NewTracesBar({ found, path, filtered }: NewTracesBarProps): ReactNode {
  const { text } = useSpeech()
  const { answers } = useServer()
  const [counted, setCounted] = useState<Counted>({ found, traceIds: new Set(), isMore: false })
  const count = useCallback(
    (traces: readonly TraceSummary[]) => {
      const shown = new Set(found.traces.map(({ traceId }) => traceId))
      const fresh = traces.map(({ traceId }) => traceId).filter((traceId) => !shown.has(traceId))
      setCounted((before) => {
        const known = before.found === found ? before : { traceIds: new Set<string>(), isMore: false }
        const isFull = known.traceIds.size >= MOST_COUNTED
        return {
          found,
          traceIds: isFull ? known.traceIds : new Set([...known.traceIds, ...fresh]),
          isMore: known.isMore || isFull || fresh.length >= TRACES_PER_EVENT,
        }
      })
    },
    [found],
  )
  useNewTraces(count)
  const arrived = counted.found === found ? counted.traceIds.size : 0
  return (
    <div role="status">
      {arrived > 0 && (
        <button type="button" className="new-traces" onClick={() => answers.refresh(path)}>
          <span className="live-dot" aria-hidden="true" />
          {filtered ? text.traces.newWhileFiltered : text.traces.newTraces(arrived, counted.isMore)}
          <span className="new-traces-show">{text.traces.show}</span>
        </button>
      )}
    </div>
  )
}
