// Copies a text and says so for two seconds, to eyes and to screen readers.
import { type ReactNode, useEffect, useState } from 'react'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from './icons.tsx'

const SAID_MS = 2_000

/** `what` names the text for screen readers; `label` also shows words beside the icon. */
export function CopyButton(props: { text: string; what: string; label?: boolean }): ReactNode {
  const { text } = useSpeech()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      type="button"
      className={props.label ? 'button copy-button' : 'copy-icon'}
      aria-label={copied ? text.copy.copied : text.copy.copyValue(props.what)}
      title={copied ? text.copy.copied : text.copy.copyValue(props.what)}
      data-copied={copied || undefined}
      onClick={() => void copyText(props.text).then(setCopied)}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      {props.label && <span>{copied ? text.copy.copied : text.copy.copy}</span>}
      <span className="hidden-text" role="status">
        {copied ? text.copy.copied : ''}
      </span>
    </button>
  )
}

/** The clipboard API exists on HTTPS and localhost only; elsewhere a selection of a hidden field does. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.style.position = 'fixed'
    document.body.append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}
