// The addresses of the page. What each shows is read from the address alone, so every state is a link.
import { createRootRoute, createRoute, createRouter, Link, redirect } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Message } from './drawing/parts/message.tsx'
import { SetUpPage } from './drawing/setup/set-up-page.tsx'
import { Shell } from './drawing/shell/shell.tsx'
import { TracePage } from './drawing/trace/trace-page.tsx'
import { TracesPage } from './drawing/traces/traces-page.tsx'
import { parseQuery, printQuery } from './state/query-text.ts'
import { parseSearchView } from './state/search-view.ts'
import { parseTraceView } from './state/trace-view.ts'
import { useSpeech } from './text/language.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const traces = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: parseSearchView,
  component: function Traces() {
    return <TracesPage view={traces.useSearch()} />
  },
})

const trace = createRoute({
  getParentRoute: () => root,
  path: '/traces/$traceId',
  validateSearch: parseTraceView,
  component: function OneTrace() {
    const { traceId } = trace.useParams()
    return <TracePage key={traceId} asked={traceId} view={trace.useSearch()} />
  },
})

/** As other systems write the address of a trace. */
const traceElsewhere = createRoute({
  getParentRoute: () => root,
  path: '/trace/$traceId',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/traces/$traceId', params, replace: true })
  },
})

const setUp = createRoute({ getParentRoute: () => root, path: '/set-up', component: SetUpPage })

export const router = createRouter({
  routeTree: root.addChildren([traces, trace, traceElsewhere, setUp]),
  parseSearch: parseQuery,
  stringifySearch: printQuery,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function NotFound(): ReactNode {
  const { text } = useSpeech()
  return (
    <Message
      title={text.app.notFoundTitle}
      actions={
        <Link to="/" className="button">
          {text.app.toTraces}
        </Link>
      }
    >
      <p>{text.app.notFoundText}</p>
    </Message>
  )
}
