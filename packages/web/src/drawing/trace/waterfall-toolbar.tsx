// Above the waterfall: find spans, choose how deep to look, how many rows are shown.
import { type ReactNode, useEffect, useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { revealingView } from '../../state/collapse.ts'
import type { TraceModel } from '../../state/trace-model.ts'
import type { TraceView } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon } from '../parts/icons.tsx'
import '../parts/popover.css'

interface ToolbarProps {
  readonly model: TraceModel
  readonly view: TraceView
  /** Spans that `view.find` names, in the order of the tree; undefined when nothing is looked for. */
  readonly found: Int32Array | undefined
  readonly shown: number
  onShow(view: TraceView, replace?: boolean): void
}

export function WaterfallToolbar({ model, view, found, shown, onShow }: ToolbarProps): ReactNode {
  const { text } = useSpeech()
  const { tree } = model
  return (
    <div className="waterfall-toolbar">
      <FindField model={model} view={view} found={found} onShow={onShow} />
      <span className="waterfall-shown tabular" role="status">
        {shown < tree.count && text.trace.rows(shown, tree.count)}
      </span>
      {view.window !== undefined && (
        <button type="button" className="button button-plain" onClick={() => onShow({ ...view, window: undefined })}>
          <Icon name="clock" />
          {text.trace.wholeTime}
        </button>
      )}
      {model.deepest > 0 && (
        <>
          <LevelMenu deepest={model.deepest} onChoose={(depth) => onShow({ ...view, depth, toggled: undefined })} />
          <button
            type="button"
            className="button button-plain button-icon"
            aria-label={text.trace.collapseAll}
            title={text.trace.collapseAll}
            onClick={() => onShow({ ...view, depth: 0, toggled: undefined })}
          >
            <Icon name="collapse" />
          </button>
          <button
            type="button"
            className="button button-plain button-icon"
            aria-label={text.trace.expandAll}
            title={text.trace.expandAll}
            onClick={() => onShow({ ...view, depth: undefined, toggled: undefined })}
          >
            <Icon name="expand" />
          </button>
        </>
      )}
    </div>
  )
}

const LEVELS_SHOWN = 12

function LevelMenu({
  deepest,
  onChoose,
}: {
  deepest: number
  onChoose: (depth: number | undefined) => void
}): ReactNode {
  const { text } = useSpeech()
  const levels = [...Array(Math.min(deepest, LEVELS_SHOWN)).keys()]
  return (
    <MenuTrigger>
      <Button className="button button-plain">
        {text.trace.levels}
        <Icon name="down" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={text.trace.levels}
          onAction={(key) => onChoose(key === 'all' ? undefined : Number(key))}
        >
          {levels.map((depth) => (
            <MenuItem key={depth} id={String(depth)} className="menu-item">
              {text.trace.level(depth + 1)}
            </MenuItem>
          ))}
          <MenuItem id="all" className="menu-item">
            {text.trace.allLevels}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

type FindProps = Omit<ToolbarProps, 'shown'>

function FindField({ model, view, found, onShow }: FindProps): ReactNode {
  const { text } = useSpeech()
  const [typed, setTyped] = useState(view.find ?? '')
  useEffect(() => setTyped(view.find ?? ''), [view.find])
  const chosen = view.span === undefined ? undefined : model.indexOf.get(view.span)
  const place = found === undefined || chosen === undefined ? -1 : found.indexOf(chosen)
  const step = (by: number) => {
    if (found === undefined || found.length === 0) return
    const next = place < 0 ? (by > 0 ? 0 : found.length - 1) : (place + by + found.length) % found.length
    const span = found[next]!
    onShow({ ...revealingView(model, view, span), span: model.keys[span]! })
  }
  return (
    <form
      className="find-field"
      onSubmit={(event) => {
        event.preventDefault()
        step(1)
      }}
    >
      <div className="search-box">
        <Icon name="search" />
        <input
          type="search"
          className="field"
          aria-label={text.trace.find}
          placeholder={text.trace.find}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            onShow({ ...view, find: event.target.value.trim() || undefined })
          }}
        />
      </div>
      {found !== undefined && (
        <>
          <span className="found-count tabular" role="status">
            {found.length === 0 ? text.trace.foundNone : text.trace.found(place + 1, found.length)}
          </span>
          <button
            type="button"
            className="button button-plain button-icon"
            aria-label={text.trace.previousFound}
            onClick={() => step(-1)}
          >
            <Icon name="up" />
          </button>
          <button type="submit" className="button button-plain button-icon" aria-label={text.trace.nextFound}>
            <Icon name="down" />
          </button>
        </>
      )}
    </form>
  )
}
