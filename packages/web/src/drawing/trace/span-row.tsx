// One row of the waterfall: name and marks, duration, self time, and the bar in the time that is shown.
import type { SpanCategory } from '@clew/analysis'
import { memo, type ReactNode } from 'react'
import { spanCategory, spanKind, spanName, spanService, type TraceModel } from '../../state/trace-model.ts'
import type { TimeWindow } from '../../state/trace-view.ts'
import { useSpeech } from '../../text/language.tsx'
import { Icon, type IconName } from '../parts/icons.tsx'
import { ServiceMark, serviceToken } from '../parts/service-mark.tsx'
import { GRID_CELL, rowProps } from './treegrid.ts'

interface SpanRowProps {
  readonly model: TraceModel
  readonly span: number
  readonly row: number
  /** Pixels below the top of the view. */
  readonly top: number
  readonly collapsed: boolean
  readonly active: boolean
  readonly chosen: boolean
  readonly hit: boolean
  readonly window: TimeWindow
  onToggle(spans: readonly number[]): void
  onChoose(span: number): void
  /** The row took the focus, by whatever way. */
  onActive(span: number): void
}

/** Levels up to this one are indented by a full step, deeper ones by a hair, so that names stay readable at any depth. */
const FULL_STEPS = 14
const STEP_PX = 14
const HAIR_PX = 2
const MOST_PX = 320

export const SpanRow = memo(function SpanRow(props: SpanRowProps): ReactNode {
  const { model, span, row, collapsed } = props
  const { text, duration } = useSpeech()
  const { columns, tree } = model
  const depth = tree.depth[span]!
  const children = tree.childCount[span]!
  const siblings = tree.parent[span]! < 0 ? tree.roots.length : tree.childCount[tree.parent[span]!]!
  const name = spanName(model, span)
  const service = spanService(model, span)
  const length = duration(columns.duration[span]!)
  const self = duration(model.self[span]!)
  const label = [
    name,
    service,
    text.search.kinds[spanKind(model, span)],
    text.trace.starts(duration(columns.start[span]!)),
    text.trace.lasts(length, self),
  ]
  const category = spanCategory(model, span)
  if (category !== 'inProcess') label.push(text.trace.categories[category])
  if (model.errors[span]) label.push(text.trace.error)
  if (model.orphans[span]) label.push(text.trace.orphan)
  if (collapsed) label.push(text.trace.hidden(tree.subtreeSize[span]! - 1))
  return (
    <div
      {...rowProps({
        label: label.join(', '),
        depth,
        isOpen: children > 0 ? !collapsed : undefined,
        place: tree.siblingPlace[span]!,
        siblings,
        row,
        isChosen: props.chosen,
        isActive: props.active,
        onChoose: () => props.onChoose(span),
        onFocus: () => props.onActive(span),
      })}
      className="grid-row span-row"
      style={{ transform: `translateY(${props.top}px)` }}
      data-span={span}
      data-chosen={props.chosen || undefined}
      data-hit={props.hit || undefined}
    >
      <div {...GRID_CELL} className="grid-name" style={{ '--indent': `${indent(depth)}px` }}>
        <span className="span-indent" aria-hidden="true" />
        {children > 0 ? (
          <button
            type="button"
            className="span-toggle"
            tabIndex={-1}
            aria-label={collapsed ? text.trace.expand : text.trace.collapse}
            onClick={(event) => {
              event.stopPropagation()
              props.onToggle([span])
            }}
          >
            <Icon name={collapsed ? 'chevron' : 'down'} />
          </button>
        ) : (
          <span className="span-toggle" />
        )}
        <ServiceMark service={service} />
        <span className="span-name" title={name}>
          {name}
        </span>
        <SpanMarks model={model} span={span} collapsed={collapsed} />
        <span className="span-service" title={service}>
          {service}
        </span>
      </div>
      <div {...GRID_CELL} className="grid-number">
        {length}
      </div>
      <div {...GRID_CELL} className="grid-number grid-self">
        {self}
      </div>
      <div {...GRID_CELL} className="grid-time">
        <Bar model={model} span={span} window={props.window} />
      </div>
    </div>
  )
})

function indent(depth: number): number {
  return Math.min(STEP_PX * Math.min(depth, FULL_STEPS) + HAIR_PX * Math.max(0, depth - FULL_STEPS), MOST_PX)
}

const CATEGORY_ICONS: Readonly<Record<Exclude<SpanCategory, 'inProcess'>, IconName>> = {
  service: 'entry',
  datastore: 'datastore',
  external: 'external',
}

function SpanMarks({ model, span, collapsed }: { model: TraceModel; span: number; collapsed: boolean }): ReactNode {
  const { text, count } = useSpeech()
  const { columns, tree } = model
  const category = spanCategory(model, span)
  const inside = collapsed ? model.errorsBelow[span]! - model.errors[span]! : 0
  return (
    <span className="span-marks">
      {category !== 'inProcess' && (
        <span title={text.trace.categories[category]}>
          <Icon name={CATEGORY_ICONS[category]} />
        </span>
      )}
      {model.errors[span] === 1 && (
        <span className="mark-error" title={text.trace.error}>
          <Icon name="error" />
        </span>
      )}
      {model.orphans[span] === 1 && <span className="mark-orphan">{text.trace.orphan}</span>}
      {collapsed && <span className="mark-hidden tabular">+{count(tree.subtreeSize[span]! - 1)}</span>}
      {inside > 0 && (
        <span className="mark-error" title={text.trace.errorsInside(inside)}>
          <Icon name="error" />
          {count(inside)}
        </span>
      )}
      {columns.links[span]! > 0 && (
        <span title={text.trace.linksOf(columns.links[span]!)}>
          <Icon name="link" />
        </span>
      )}
      {columns.logs[span]! > 0 && (
        <span title={text.trace.logsOf(columns.logs[span]!)}>
          <Icon name="log" />
        </span>
      )}
    </span>
  )
}

function Bar({ model, span, window }: { model: TraceModel; span: number; window: TimeWindow }): ReactNode {
  const { columns } = model
  const length = window.to - window.from
  const start = (columns.start[span]! - window.from) / length
  const end = (columns.start[span]! + columns.duration[span]! - window.from) / length
  if (end < 0 || start > 1) return <span className="bar-outside" data-after={start > 1} aria-hidden="true" />
  const left = Math.max(start, 0)
  const width = Math.min(end, 1) - left
  return (
    <span
      className="bar-span"
      aria-hidden="true"
      data-error={model.errors[span] === 1 || undefined}
      style={{
        insetInlineStart: `${100 * left}%`,
        width: `${100 * width}%`,
        '--colour': serviceToken(spanService(model, span)),
      }}
    />
  )
}
