// What each span of a trace says of pipeline, run and step: itself, by its resource, or by the spans above it.
import type { Span } from '@clew/model'
import { textOf } from './attribute-text.ts'
import type { PipelineKey, PipelineKeys } from './pipeline-keys.ts'

/** A span as the analysis of runs takes it. */
export interface RunSpan {
  readonly span: Span
  /** Its sender gave an end. */
  readonly hasEnd: boolean
}

export interface SpanFields {
  readonly batchId: string | undefined
  readonly pipelineId: string | undefined
  readonly pipelineName: string | undefined
  readonly deployment: string | undefined
  /** Its own only. */
  readonly stepName: string | undefined
  /** It says itself, or by its resource, of which pipeline or run it is. */
  readonly isExplicit: boolean
  /** Place of its parent among the spans of the trace; -1 where it has not come, or there is none. */
  readonly parent: number
}

/** One for each span of a trace, in their order. */
export function traceFields(spans: readonly RunSpan[], keys: PipelineKeys): readonly SpanFields[] {
  const parents = parentsOf(spans)
  const order = parentsFirst(parents)
  const name = spans.map((item) => own(item, strong(keys.pipelineName)))
  const id = spans.map((item) => own(item, keys.pipelineId))
  const batch = spans.map((item) => own(item, strong(keys.batchId)))
  const isExplicit = spans.map((_, i) => name[i] !== undefined || id[i] !== undefined || batch[i] !== undefined)
  inherit(batch, order, parents)
  adoptRoots(batch, parents, (i) => id[i] !== undefined || name[i] !== undefined)
  inherit(batch, order, parents)
  const lastBatch = spans.map(({ span }, i) => batch[i] ?? textOf(span.attributes, keys.batchId))
  const lastName = spans.map(({ span }, i) =>
    batch[i] === undefined ? (name[i] ?? textOf(span.attributes, keys.pipelineName)) : name[i],
  )
  const deployment = spans.map((item) => own(item, keys.deployment))
  for (const values of [id, lastName, deployment]) inherit(values, order, parents)
  return spans.map(({ span }, i) => ({
    batchId: lastBatch[i],
    pipelineId: id[i],
    pipelineName: lastName[i],
    deployment: deployment[i],
    stepName: textOf(span.attributes, keys.stepName),
    isExplicit: isExplicit[i]!,
    parent: parents[i]!,
  }))
}

type Values = (string | undefined)[]

function strong(keys: readonly PipelineKey[]): readonly PipelineKey[] {
  return keys.filter(({ isLast }) => !isLast)
}

function own({ span }: RunSpan, keys: readonly PipelineKey[]): string | undefined {
  return textOf(span.attributes, keys) ?? textOf(span.resource.attributes, keys)
}

/** Gives each span without a value that of the nearest span above it that has one. */
function inherit(values: Values, order: readonly number[], parents: readonly number[]): void {
  for (const i of order) values[i] ??= parents[i]! < 0 ? undefined : values[parents[i]!]
}

/** A span that names a pipeline but no run, above spans of one run alone, is part of that run. */
function adoptRoots(batch: Values, parents: readonly number[], namesPipeline: (i: number) => boolean): void {
  const below = new Map<number, string | undefined>()
  for (const [i, value] of [...batch.entries()]) {
    if (value === undefined) continue
    // What already knows the value knows it all the way up.
    for (let above = parents[i]!; above >= 0 && batch[above] === undefined; above = parents[above]!) {
      if (!below.has(above)) below.set(above, value)
      else if (below.get(above) === value || below.get(above) === undefined) break
      else below.set(above, undefined)
    }
  }
  for (const [i, value] of below) if (namesPipeline(i)) batch[i] = value
}

function parentsOf(spans: readonly RunSpan[]): number[] {
  const places = new Map<string, number>()
  for (const [i, { span }] of spans.entries()) if (!places.has(span.spanId)) places.set(span.spanId, i)
  const parents = spans.map(({ span }, i) => {
    const place = span.parentSpanId === '' ? undefined : places.get(span.parentSpanId)
    return place === undefined || place === i ? -1 : place
  })
  cutCircles(parents)
  return parents
}

/** Spans that are above themselves get no parent. */
function cutCircles(parents: number[]): void {
  const seenFrom = new Int32Array(parents.length).fill(-1)
  for (let start = 0; start < parents.length; start++) {
    for (let i = start; i >= 0 && seenFrom[i] !== start; i = parents[i]!) {
      if (seenFrom[i]! >= 0) break
      seenFrom[i] = start
      if (parents[i]! >= 0 && seenFrom[parents[i]!] === start) parents[i] = -1
    }
  }
}

function parentsFirst(parents: readonly number[]): readonly number[] {
  const order: number[] = []
  const isPlaced = new Uint8Array(parents.length)
  for (let start = 0; start < parents.length; start++) {
    const way: number[] = []
    for (let i = start; i >= 0 && isPlaced[i] === 0; i = parents[i]!) {
      isPlaced[i] = 1
      way.push(i)
    }
    order.push(...way.reverse())
  }
  return order
}
