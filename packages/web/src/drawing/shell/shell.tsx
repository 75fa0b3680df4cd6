// The frame around every page: where one can go, whether the server talks, language and theme.
import { Link, Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useLive } from '../../data/server.tsx'
import { useSpeech } from '../../text/language.tsx'
import { Logo } from '../parts/icons.tsx'
import { Notice } from '../parts/message.tsx'
import { LanguageMenu, ThemeMenu } from './preference-menus.tsx'
import { TraceJump } from './trace-jump.tsx'
import './shell.css'

export function Shell(): ReactNode {
  const { text } = useSpeech()
  const { ingest } = useLive()
  return (
    <>
      <a className="skip-link" href="#content">
        {text.app.skip}
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          <Logo />
          <span>{text.app.name}</span>
        </Link>
        <nav>
          <Link to="/" activeOptions={{ exact: true, includeSearch: false }} className="bar-link">
            {text.app.traces}
          </Link>
          <Link to="/set-up" className="bar-link">
            {text.app.setUp}
          </Link>
        </nav>
        <LiveCounter />
        <TraceJump />
        <LanguageMenu />
        <ThemeMenu />
      </header>
      {ingest?.insecure && (
        <div className="bar-notice">
          <Notice tone="error">{text.app.insecure}</Notice>
        </div>
      )}
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  )
}

function LiveCounter(): ReactNode {
  const { text, count } = useSpeech()
  const { connected, ingest } = useLive()
  const rate = ingest === null ? 0 : Math.round(ingest.spansPerSecond)
  return (
    <p className="live-counter tabular" data-connected={connected}>
      <span className="live-dot" aria-hidden="true" />
      {!connected && <span>{text.app.disconnected}</span>}
      {connected && <span className="hidden-text">{text.app.connected}</span>}
      {connected && ingest !== null && (
        <>
          <span className="live-total">{text.app.accepted(count(ingest.spansAccepted))}</span>
          {rate > 0 && <span className="live-rate">{text.app.perSecond(count(rate))}</span>}
        </>
      )}
    </p>
  )
}
