// The list of traces as a table; its headings choose the order.
import type { ReactNode } from 'react'
import type { TraceSummary } from '../../api/generated.ts'
import { isFiltered, type Order, type SearchView } from '../../state/search-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import { TraceRow } from './trace-row.tsx'

interface TraceTableProps {
  readonly traces: readonly TraceSummary[]
  readonly view: SearchView
  onChange(change: SearchView): void
}

export function TraceTable({ traces, view, onChange }: TraceTableProps): ReactNode {
  const { text } = useSpeech()
  const longest = traces.reduce((longest, trace) => Math.max(longest, Number(trace.durationNano)), 0)
  const heading = (order: Order, name: string, className: string) => (
    <SortHeading order={order} name={name} className={className} view={view} onChange={onChange} />
  )
  return (
    <table className="trace-table">
      <caption className="hidden-text">{text.traces.list}</caption>
      <thead>
        <tr>
          <th scope="col" className="column-trace">
            {text.traces.root}
          </th>
          <th scope="col" className="column-services">
            {text.traces.services}
          </th>
          {heading('spans', text.traces.spans, 'column-spans')}
          {heading('errors', text.traces.errors, 'column-errors')}
          {heading('duration', text.traces.duration, 'column-duration')}
          {heading('newest', text.traces.start, 'column-start')}
        </tr>
      </thead>
      <tbody>
        {traces.map((trace) => (
          <TraceRow key={trace.traceId} trace={trace} longest={longest} showMatches={isFiltered(view)} />
        ))}
      </tbody>
    </table>
  )
}

interface SortHeadingProps {
  readonly order: Order
  readonly name: string
  readonly className: string
  readonly view: SearchView
  onChange(change: SearchView): void
}

function SortHeading({ order, name, className, view, onChange }: SortHeadingProps): ReactNode {
  const { text } = useSpeech()
  const chosen = (view.order ?? 'newest') === order
  const ascending = chosen && view.direction === 'ascending'
  return (
    <th scope="col" className={className} aria-sort={chosen ? (ascending ? 'ascending' : 'descending') : 'none'}>
      <button
        type="button"
        title={text.traces.sortBy(name)}
        onClick={() =>
          onChange({
            order: order === 'newest' ? undefined : order,
            direction: chosen && !ascending ? 'ascending' : undefined,
          })
        }
      >
        {name}
        {chosen && <Icon name={ascending ? 'up' : 'down'} />}
      </button>
    </th>
  )
}
