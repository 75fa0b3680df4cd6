// What the page of a trace shows, as it stands in the address.
import { oneOf, textOf, textsOf } from './query-text.ts'

export interface TraceView {
  /** Id of the span whose panel is open. */
  span?: string | undefined
  tab?: 'logs' | undefined
  /** Spans deeper than this start collapsed; undefined: all open. */
  depth?: number | undefined
  /** Ids of spans that are not as `depth` says. */
  toggled?: string[] | undefined
  /** Text that is looked for in names and services. */
  find?: string | undefined
  /** The part of the time that the waterfall shows: `from-to` in nanoseconds after the start of the trace. */
  window?: string | undefined
}

export interface TimeWindow {
  readonly from: number
  readonly to: number
}

export function parseTraceView(record: Readonly<Record<string, unknown>>): TraceView {
  const depth = Number(textOf(record['depth']) ?? -1)
  const view: TraceView = {
    span: textOf(record['span']),
    tab: oneOf(record['tab'], ['logs'] as const),
    depth: Number.isInteger(depth) && depth >= 0 ? depth : undefined,
    toggled: textsOf(record['toggled']),
    find: textOf(record['find']),
    window: textOf(record['window']),
  }
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}

/** The part of a trace of `duration` that `text` names; all of it when the text is no such part. */
export function parseWindow(text: string | undefined, duration: number): TimeWindow {
  const all = { from: 0, to: Math.max(duration, 1) }
  const [, from, to] = /^(\d{1,20})-(\d{1,20})$/.exec(text ?? '') ?? []
  if (from === undefined || to === undefined) return all
  const window = { from: Number(from), to: Math.min(Number(to), all.to) }
  return window.from < window.to ? window : all
}

/** undefined for the whole trace. */
export function printWindow(window: TimeWindow, duration: number): string | undefined {
  const from = Math.max(0, Math.floor(window.from))
  const to = Math.min(duration, Math.ceil(window.to))
  return from <= 0 && to >= duration ? undefined : `${from}-${Math.max(to, from + 1)}`
}
