// What the list of traces shows, as it stands in the address: every state of the list is a link.
import { SPAN_KINDS, type SpanKind, STATUS_CODES, type StatusCode } from '@clew/model'
import { apiPath } from '../api/client.ts'
import { oneOf, textOf, textsOf } from './query-text.ts'

export const ORDERS = ['newest', 'duration', 'spans', 'errors'] as const
export type Order = (typeof ORDERS)[number]

export interface SearchView {
  service?: string | undefined
  operation?: string | undefined
  kind?: SpanKind | undefined
  status?: StatusCode | undefined
  /** As the API takes them: `100ms`, `1.5s`. */
  minDuration?: string | undefined
  maxDuration?: string | undefined
  /** `key = value`, `key exists`, … */
  attribute?: string[] | undefined
  text?: string | undefined
  /** `-1h`, RFC 3339 or nanoseconds; see time-range.ts. */
  from?: string | undefined
  to?: string | undefined
  order?: Order | undefined
  direction?: 'ascending' | undefined
  cursor?: string | undefined
  /** Number of the page behind `cursor`, from 2. */
  page?: number | undefined
}

export const DEFAULT_FROM = '-1h'
export const PAGE_SIZE = 30

/** Unknown keys and values that mean nothing are dropped: a mistyped link still opens. */
export function parseSearchView(record: Readonly<Record<string, unknown>>): SearchView {
  const page = Number(textOf(record['page']))
  const cursor = textOf(record['cursor'])
  const view: SearchView = {
    service: textOf(record['service']),
    operation: textOf(record['operation']),
    kind: oneOf(record['kind'], SPAN_KINDS),
    status: oneOf(record['status'], STATUS_CODES),
    minDuration: textOf(record['minDuration']),
    maxDuration: textOf(record['maxDuration']),
    attribute: textsOf(record['attribute']),
    text: textOf(record['text']),
    from: textOf(record['from']),
    to: textOf(record['to']),
    order: oneOf(record['order'], ORDERS.slice(1)),
    direction: oneOf(record['direction'], ['ascending'] as const),
    cursor,
    page: cursor !== undefined && Number.isInteger(page) && page > 1 ? page : undefined,
  }
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}

/** The API request of a view. */
export function searchPath(view: SearchView): string {
  const { page: _, ...asked } = view
  return apiPath('/search', { from: DEFAULT_FROM, ...asked, limit: PAGE_SIZE, totals: true, spansPerTrace: 3 })
}

/** The view with some fields changed; a changed question starts at its first page again. */
export function changed(view: SearchView, change: SearchView): SearchView {
  const { cursor: _, page: __, ...rest } = view
  return { ...rest, ...change }
}

/** True when the view asks for some spans, not for all of its time range. */
export function isFiltered(view: SearchView): boolean {
  const { service, operation, kind, status, minDuration, maxDuration, attribute, text } = view
  return [service, operation, kind, status, minDuration, maxDuration, attribute, text].some(
    (part) => part !== undefined,
  )
}
