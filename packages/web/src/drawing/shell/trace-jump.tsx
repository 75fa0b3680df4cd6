// The field in the bar that opens a trace by whatever people have of its id. Which trace that is, the server decides.
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { inOneLine } from '../../state/id-text.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'

/** As the server takes them. */
const MOST_CHARS = 1024

export function TraceJump(): ReactNode {
  const { text } = useSpeech()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  return (
    <form
      className="search-box trace-jump"
      onSubmit={(event) => {
        event.preventDefault()
        const traceId = typed.trim()
        if (traceId === '') return
        setTyped('')
        void navigate({ to: '/traces/$traceId', params: { traceId } })
        document.getElementById('content')?.focus()
      }}
    >
      <Icon name="jump" />
      <input
        type="text"
        enterKeyHint="go"
        className="field"
        aria-label={text.app.jump}
        placeholder={text.app.jumpHint}
        title={text.app.jumpTitle}
        maxLength={MOST_CHARS}
        spellCheck="false"
        autoCapitalize="off"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData('text')
          // The field itself would join the lines without anything between them.
          if (!/[\r\n]/.test(pasted)) return
          event.preventDefault()
          setTyped(inOneLine(pasted).slice(0, MOST_CHARS))
        }}
      />
    </form>
  )
}
