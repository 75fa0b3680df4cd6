// A trace as the waterfall needs it: the columns of the API as typed arrays, with tree and derived numbers. Built once an answer.
import {
  buildTraceTree,
  countInSubtrees,
  SPAN_CATEGORIES,
  type SpanCategory,
  selfTimes,
  type TraceTree,
} from '@clew/analysis'
import { SPAN_KINDS, type SpanKind, STATUS_CODES, type StatusCode } from '@clew/model'
import type { TraceColumns } from '../api/generated.ts'

export interface TraceModel {
  readonly columns: TraceColumns
  readonly tree: TraceTree
  /** Nanoseconds by span. */
  readonly self: Float64Array
  /** 1 for spans with error status. */
  readonly errors: Uint8Array
  readonly errorsBelow: Int32Array
  /** 1 for spans that name a parent which never arrived. */
  readonly orphans: Uint8Array
  /** What names each span in the address: its id, with `.2` and so on where spans before it have the same. */
  readonly keys: readonly string[]
  /** By those names. */
  readonly indexOf: ReadonlyMap<string, number>
  /** Nanoseconds from the first start to the last end. */
  readonly duration: number
  /** How deep the deepest span lies, 0 when there are only roots. */
  readonly deepest: number
}

export function buildTraceModel(columns: TraceColumns): TraceModel {
  const tree = buildTraceTree(columns)
  const errors = Uint8Array.from(columns.status, (status) => (STATUS_CODES[status] === 'error' ? 1 : 0))
  const orphans = new Uint8Array(tree.count)
  for (const span of columns.parentMissing) orphans[span] = 1
  const keys = spanKeys(columns.spanId)
  return {
    columns,
    tree,
    self: selfTimes(columns, tree),
    errors,
    errorsBelow: countInSubtrees(tree, errors),
    orphans,
    keys,
    indexOf: new Map(keys.map((key, span) => [key, span])),
    duration: Number(columns.durationNano),
    deepest: tree.depth.reduce((deepest, depth) => Math.max(deepest, depth), 0),
  }
}

/** Both ends of a call may have one id, and so may spans whose ids are texts. */
function spanKeys(ids: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return ids.map((id) => {
    const nth = (seen.get(id) ?? 0) + 1
    seen.set(id, nth)
    return nth === 1 ? id : `${id}.${nth}`
  })
}

/** The path of a span in the API, below that of its trace. */
export function spanPath(model: TraceModel, span: number): { path: string; nth: number | undefined } {
  const [id, nth] = model.keys[span]!.split('.')
  return { path: `/spans/${id}`, nth: nth === undefined ? undefined : Number(nth) }
}

export function spanName(model: TraceModel, span: number): string {
  return model.columns.strings[model.columns.name[span]!] ?? ''
}

export function spanService(model: TraceModel, span: number): string {
  return model.columns.strings[model.columns.service[span]!] ?? ''
}

export function spanKind(model: TraceModel, span: number): SpanKind {
  return SPAN_KINDS[model.columns.kind[span]!] ?? 'unspecified'
}

export function spanStatus(model: TraceModel, span: number): StatusCode {
  return STATUS_CODES[model.columns.status[span]!] ?? 'unset'
}

export function spanCategory(model: TraceModel, span: number): SpanCategory {
  return SPAN_CATEGORIES[model.columns.category[span]!] ?? 'inProcess'
}

/** Services by number of spans, most first. */
export function servicesOf(model: TraceModel): readonly { name: string; spanCount: number; errorCount: number }[] {
  const shares = new Map<string, { name: string; spanCount: number; errorCount: number }>()
  for (let span = 0; span < model.tree.count; span++) {
    const name = spanService(model, span)
    const share = shares.get(name) ?? { name, spanCount: 0, errorCount: 0 }
    share.spanCount++
    share.errorCount += model.errors[span]!
    shares.set(name, share)
  }
  return [...shares.values()].sort((a, b) => b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1))
}

/** Spans whose name or service contains `text`, ignoring case, in the order of the tree. */
export function findSpans(model: TraceModel, text: string): Int32Array {
  const needle = text.toLocaleLowerCase()
  const hits = model.columns.strings.map((string) => string.toLocaleLowerCase().includes(needle))
  return model.tree.order.filter((span) => hits[model.columns.name[span]!] || hits[model.columns.service[span]!])
}
