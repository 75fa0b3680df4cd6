// Pages by cursor. The way back is remembered for the pages that this visit has seen; otherwise it leads to the first page.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { changed, type SearchView } from '../../state/search-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'

/** Cursor of a page → cursor of the page before it; undefined there is the first page. */
const seen = new Map<string, string | undefined>()

export function Pager({ view, next }: { view: SearchView; next: string | null }): ReactNode {
  const { text } = useSpeech()
  const page = view.page ?? 1
  if (page === 1 && next === null) return null
  const isKnown = view.cursor !== undefined && seen.has(view.cursor)
  const before = isKnown ? seen.get(view.cursor!) : undefined
  return (
    <nav className="pager" aria-label={text.traces.page(page)}>
      {page > 1 && (
        <Link
          className="button"
          to="/"
          search={changed(view, before === undefined ? {} : { cursor: before, page: page - 1 })}
        >
          <Icon name="left" />
          {isKnown ? text.traces.previous : text.traces.first}
        </Link>
      )}
      <span className="tabular">{text.traces.page(page)}</span>
      {next !== null && (
        <Link
          className="button"
          to="/"
          search={changed(view, { cursor: next, page: page + 1 })}
          onClick={() => seen.set(next, view.cursor)}
        >
          {text.traces.next}
          <Icon name="chevron" />
        </Link>
      )}
    </nav>
  )
}
