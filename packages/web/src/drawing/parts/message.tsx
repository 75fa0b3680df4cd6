// The states between: loading, nothing found, something failed, a notice of the server. Also the place to give a key.
import { type ReactNode, useState } from 'react'
import { ApiError } from '../../api/client.ts'
import { useServer } from '../../data/server.tsx'
import { readStored } from '../../state/stored.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from './icons.tsx'
import './message.css'

export function Message(props: { title: string; children?: ReactNode; actions?: ReactNode }): ReactNode {
  return (
    <div className="message">
      <h2>{props.title}</h2>
      {props.children && <div className="message-text">{props.children}</div>}
      {props.actions && <div className="message-actions">{props.actions}</div>}
    </div>
  )
}

/** Grey lines in the shape of what is coming; shown only after a moment, so that quick answers do not flash. */
export function Loading({ label, lines }: { label: string; lines: number }): ReactNode {
  return (
    <div className="loading" role="status" aria-label={label}>
      {[...Array(lines).keys()].map((line) => (
        <span key={line} style={{ width: `${92 - ((line * 37) % 48)}%` }} />
      ))}
    </div>
  )
}

export function Notice({ children, tone = 'warning' }: { children: ReactNode; tone?: 'warning' | 'error' }): ReactNode {
  return (
    <p className="notice" data-tone={tone}>
      <Icon name={tone === 'error' ? 'error' : 'info'} />
      <span>{children}</span>
    </p>
  )
}

export function Problem({ error, onRetry }: { error: Error; onRetry: () => void }): ReactNode {
  const { text } = useSpeech()
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return <KeyForm />
  const unreachable = error instanceof ApiError && error.status === 0
  return (
    <div role="alert">
      <Message
        title={unreachable ? text.problem.unreachable : text.problem.title}
        actions={
          <button type="button" className="button" onClick={onRetry}>
            {text.problem.retry}
          </button>
        }
      >
        {!unreachable && <p>{error.message}</p>}
        {error instanceof ApiError && !unreachable && (
          <p className="mono message-code">{text.problem.status(error.status, error.code)}</p>
        )}
      </Message>
    </div>
  )
}

function KeyForm(): ReactNode {
  const { text } = useSpeech()
  const server = useServer()
  const [key, setKey] = useState('')
  return (
    <form
      className="message key-form"
      onSubmit={(event) => {
        event.preventDefault()
        server.showKey(key.trim())
      }}
    >
      <h2>{text.problem.keyTitle}</h2>
      <div className="message-text">
        <p>{text.problem.keyText}</p>
        {readStored('key') !== '' && <Notice tone="error">{text.problem.keyWrong}</Notice>}
      </div>
      <div className="message-actions">
        <input
          className="field"
          type="password"
          autoComplete="current-password"
          aria-label={text.problem.keyLabel}
          placeholder={text.problem.keyLabel}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
        <button type="submit" className="button button-strong">
          {text.problem.keySubmit}
        </button>
      </div>
    </form>
  )
}
