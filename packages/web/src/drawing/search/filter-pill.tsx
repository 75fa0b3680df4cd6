// One filter of the search form: a button that opens its choices, and says them once they are made.
import type { ReactNode } from 'react'
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import '../parts/popover.css'

interface FilterPillProps {
  readonly name: string
  /** What is chosen; undefined shows the empty pill. */
  readonly chosen: string | undefined
  readonly onClear?: (() => void) | undefined
  readonly mono?: boolean
  readonly hideName?: boolean
  /** What the popover shows; `close` closes it. */
  readonly children: (close: () => void) => ReactNode
}

export function FilterPill(props: FilterPillProps): ReactNode {
  const { text } = useSpeech()
  const { name, chosen, onClear } = props
  return (
    <span className="pill" data-chosen={chosen !== undefined}>
      <DialogTrigger>
        <Button
          className="pill-button"
          aria-label={chosen === undefined ? text.search.addFilter(name) : `${name}: ${chosen}`}
        >
          {chosen === undefined && <Icon name="plus" />}
          {(chosen === undefined || !props.hideName) && <span className="pill-name">{name}</span>}
          {chosen !== undefined && <span className={props.mono ? 'pill-value mono' : 'pill-value'}>{chosen}</span>}
        </Button>
        <Popover className="popover" placement="bottom start" offset={6}>
          <Dialog aria-label={text.search.addFilter(name)} className="popover-dialog">
            {({ close }) => props.children(close)}
          </Dialog>
        </Popover>
      </DialogTrigger>
      {chosen !== undefined && onClear !== undefined && (
        <button type="button" className="pill-clear" aria-label={text.search.remove(name)} onClick={onClear}>
          <Icon name="close" />
        </button>
      )}
    </span>
  )
}
