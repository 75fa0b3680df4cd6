// Runs of pipelines out of the traces they are in: a run is everything with one batch id, across traces.
//
//   spans of traces ─ traceFields ─▶ members of the batch ─ by pipeline ─▶ run span(s), steps, state
import { type Attributes, compareUtf8, type Span } from '@clew/model'
import type { PipelineKeys } from './pipeline-keys.ts'
import { lastAttempts, type RunState, spanState, stackTraceOf, worstState } from './run-state.ts'
import { type RunSpan, type SpanFields, traceFields } from './trace-fields.ts'

/** A trace in which runs are looked for. */
export interface RunTrace {
  readonly traceId: string
  readonly spans: readonly RunSpan[]
  readonly fields: readonly SpanFields[]
}

export interface RunStep {
  readonly name: string
  readonly state: RunState
  /** Of the last attempt, by what stands behind the prefix of its key. */
  readonly offsets: Attributes
  readonly comment: string | undefined
  readonly stackTrace: string | undefined
  readonly startUnixNano: bigint
  /** Undefined: not known. */
  readonly endUnixNano: bigint | undefined
  /** Every attempt, by start. */
  readonly spans: readonly RunSpan[]
}

export interface PipelineRun {
  readonly batchId: string
  /** The name of the pipeline where nothing says an id; '' where nothing says a name either. */
  readonly pipelineId: string
  readonly name: string
  readonly deployment: string | undefined
  readonly state: RunState
  /** By start. */
  readonly steps: readonly RunStep[]
  readonly startUnixNano: bigint
  /** Undefined: not known, or not yet. */
  readonly endUnixNano: bigint | undefined
}

export interface RunClock {
  readonly nowUnixNano: bigint
  /** A run that waits for a span is lost when its newest span is older. */
  readonly staleAfterNano: bigint
}

interface Member {
  readonly item: RunSpan
  readonly fields: SpanFields
  readonly traceId: string
  /** It names a parent that has not come. */
  readonly isOrphan: boolean
  /** The span above it is of the same run. */
  readonly isWithin: boolean
}

export function runTrace(traceId: string, spans: readonly RunSpan[], keys: PipelineKeys): RunTrace {
  return { traceId, spans, fields: traceFields(spans, keys) }
}

/** Batch ids of the spans of a trace, each once. */
export function batchIds({ fields }: RunTrace): readonly string[] {
  return [...new Set(fields.flatMap(({ batchId }) => batchId ?? []))]
}

/** The runs of one batch id, one for each pipeline that uses it. */
export function runsOfBatch(
  batchId: string,
  traces: readonly RunTrace[],
  keys: PipelineKeys,
  clock: RunClock,
): readonly PipelineRun[] {
  const members = traces.flatMap((trace) => membersOf(batchId, trace))
  return [...byPipeline(members)].map(([pipelineId, own]) => runOf(batchId, pipelineId, own, keys, clock))
}

/** Spans of a batch that are steps, by start. */
export function stepSpans(
  batchId: string,
  traces: readonly RunTrace[],
): readonly { readonly span: RunSpan; readonly stepName: string }[] {
  return traces
    .flatMap((trace) => membersOf(batchId, trace))
    .flatMap(({ item, fields: { stepName } }) => (stepName === undefined ? [] : [{ span: item, stepName }]))
    .sort((a, b) => byStart(a.span, b.span))
}

function membersOf(batchId: string, { traceId, spans, fields }: RunTrace): readonly Member[] {
  return spans.flatMap((item, i) => {
    const { parent } = fields[i]!
    if (fields[i]!.batchId !== batchId) return []
    const isWithin = parent >= 0 && fields[parent]!.batchId === batchId
    return [{ item, fields: fields[i]!, traceId, isOrphan: parent < 0 && item.span.parentSpanId !== '', isWithin }]
  })
}

/** A span that says no id has that of its name, of its trace, or of the whole batch, where there is only one. */
function byPipeline(members: readonly Member[]): ReadonlyMap<string, readonly Member[]> {
  const ids = new Set<string>()
  const idOfName = new Map<string, string>()
  for (const { pipelineId, pipelineName } of members.map(({ fields }) => fields)) {
    if (pipelineId === undefined) continue
    ids.add(pipelineId)
    if (pipelineName !== undefined) idOfName.set(pipelineName, pipelineId)
  }
  const said = ({ fields: { pipelineId, pipelineName } }: Member): string | undefined => {
    if (pipelineId !== undefined || pipelineName === undefined) return pipelineId
    return idOfName.get(pipelineName) ?? (ids.size === 1 ? [...ids][0] : pipelineName)
  }
  const ofTrace = new Map<string, string>()
  for (const member of members) {
    const id = said(member)
    if (id !== undefined && !ofTrace.has(member.traceId)) ofTrace.set(member.traceId, id)
  }
  const first = ofTrace.values().next().value ?? ''
  const pipelines = new Map<string, Member[]>()
  for (const member of members) {
    const id = said(member) ?? ofTrace.get(member.traceId) ?? first
    pipelines.set(id, [...(pipelines.get(id) ?? []), member])
  }
  return pipelines
}

function runOf(
  batchId: string,
  pipelineId: string,
  members: readonly Member[],
  keys: PipelineKeys,
  clock: RunClock,
): PipelineRun {
  const steps = stepsOf(members, keys)
  const runSpans = runSpansOf(members)
  const whole = runSpans.length > 0 ? runSpans.map(({ item }) => item) : steps.flatMap(({ spans }) => spans)
  const spans = whole.length > 0 ? whole : members.map(({ item }) => item)
  const state = runState(members, runSpans, steps, keys, clock)
  const isOpen = state === 'running' || state === 'lost'
  return {
    batchId,
    pipelineId,
    name: first(members, ({ pipelineName }) => pipelineName) ?? pipelineId,
    deployment: first(members, ({ deployment }) => deployment),
    state,
    steps,
    startUnixNano: firstStart([...spans, ...steps.flatMap((step) => step.spans)]),
    endUnixNano: isOpen ? undefined : lastEnd(spans),
  }
}

/** The topmost spans of the run that are no step; those that name pipeline or run themselves where some do. */
function runSpansOf(members: readonly Member[]): readonly Member[] {
  const top = members.filter(({ isWithin, fields }) => !isWithin && fields.stepName === undefined)
  const explicit = top.filter(({ fields }) => fields.isExplicit)
  return explicit.length > 0 ? explicit : top
}

/** Spans come when they end: while one is named as a parent and has not come, its run goes on, unless its own span has. */
function runState(
  members: readonly Member[],
  runSpans: readonly Member[],
  steps: readonly RunStep[],
  keys: PipelineKeys,
  { nowUnixNano, staleAfterNano }: RunClock,
): RunState {
  const hasEnded = runSpans.some(({ isOrphan, item }) => !isOrphan || isRemote(item.span))
  if (!hasEnded && members.some(({ isOrphan }) => isOrphan)) {
    const newest = members.reduce(
      (last, { item }) => max(last, max(item.span.endTimeUnixNano, item.span.startTimeUnixNano)),
      0n,
    )
    return newest + staleAfterNano > nowUnixNano ? 'running' : 'lost'
  }
  if (runSpans.length === 0) return worstState(steps.map(({ state }) => state))
  return worstState(lastAttempts(runSpans.map(({ item }) => item)).map(({ span }) => spanState(span, keys)))
}

function stepsOf(members: readonly Member[], keys: PipelineKeys): readonly RunStep[] {
  const byName = new Map<string, RunSpan[]>()
  for (const { item, fields } of members) {
    if (fields.stepName === undefined) continue
    byName.set(fields.stepName, [...(byName.get(fields.stepName) ?? []), item])
  }
  const steps = [...byName].map(([name, spans]) => stepOf(name, spans.sort(byStart), keys))
  return steps.sort((a, b) => compare(a.startUnixNano, b.startUnixNano) || compareUtf8(a.name, b.name))
}

function stepOf(name: string, spans: readonly RunSpan[], keys: PipelineKeys): RunStep {
  const last = lastAttempts(spans)
  const state = worstState(last.map(({ span }) => spanState(span, keys)))
  const shown = last.findLast(({ span }) => spanState(span, keys) === state) ?? last.at(-1)!
  return {
    name,
    state,
    offsets: offsetsOf(shown.span, keys),
    comment: commentOf(shown.span, keys),
    stackTrace: stackTraceOf(shown.span),
    startUnixNano: firstStart(spans),
    endUnixNano: lastEnd(spans),
    spans,
  }
}

function offsetsOf({ attributes }: Span, { offsets }: PipelineKeys): Attributes {
  return attributes.flatMap(({ key, value }) => {
    const prefix = offsets.find((offset) => key.startsWith(offset.key) && key.length > offset.key.length)
    return prefix === undefined ? [] : [{ key: key.slice(prefix.key.length), value }]
  })
}

function commentOf({ attributes }: Span, { comment }: PipelineKeys): string | undefined {
  for (const { key } of comment) {
    const value = attributes.findLast((attribute) => attribute.key === key)?.value
    if (value?.type === 'string') return value.value
  }
  return undefined
}

/** Bits 8 and 9 of the flags: it is known whether the parent is of another process, and it is. */
function isRemote({ flags }: Span): boolean {
  return (flags & 0x300) === 0x300
}

/** Of the first span by start that says it. */
function first(members: readonly Member[], field: (fields: SpanFields) => string | undefined): string | undefined {
  return [...members]
    .sort((a, b) => byStart(a.item, b.item))
    .map(({ fields }) => field(fields))
    .find((value) => value !== undefined)
}

function firstStart(spans: readonly RunSpan[]): bigint {
  return spans.reduce(
    (least, { span }) => (span.startTimeUnixNano < least ? span.startTimeUnixNano : least),
    spans[0]!.span.startTimeUnixNano,
  )
}

/** Undefined where one of them has no end. */
function lastEnd(spans: readonly RunSpan[]): bigint | undefined {
  if (spans.some(({ hasEnd }) => !hasEnd)) return undefined
  return spans.reduce((last, { span }) => max(last, max(span.endTimeUnixNano, span.startTimeUnixNano)), 0n)
}

function byStart({ span: a }: RunSpan, { span: b }: RunSpan): number {
  return compare(a.startTimeUnixNano, b.startTimeUnixNano) || compareUtf8(a.spanId, b.spanId)
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
