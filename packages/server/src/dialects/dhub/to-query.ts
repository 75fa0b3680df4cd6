// Which spans are looked for: those that name a pipeline, and those of batches, under any attribute of the vocabularies.
import type { PipelineKey, PipelineKeys } from '@clew/analysis'
import { attributeValue, type Expression, type Literal, type Span, type TraceQuery } from '@clew/model'

const ALL_TIME = 2n ** 64n

/** Spans, or their resources, that name the pipeline by its id or, where there is none, its name. */
export function namesPipeline(pipeline: string, keys: PipelineKeys): Expression {
  return anyEquals([...keys.pipelineId, ...keys.pipelineName], [pipeline])
}

export function isOfBatch(batches: readonly string[], keys: PipelineKeys): Expression {
  return anyEquals(keys.batchId, batches)
}

/** What `namesPipeline` decides, for a span that is at hand. */
export function doesNamePipeline(span: Span, pipeline: string, keys: PipelineKeys): boolean {
  return [...keys.pipelineId, ...keys.pipelineName].some(({ key }) =>
    [span.attributes, span.resource.attributes].some((attributes) => {
      const value = attributeValue(attributes, key)
      return (value?.type === 'string' || value?.type === 'int') && String(value.value) === pipeline
    }),
  )
}

/** Traces with such a span that began before `to`, newest first. */
export function toQuery(where: Expression, limit: number, cursor: string | undefined, to = ALL_TIME): TraceQuery {
  return {
    timeRange: { from: 0n, to },
    stages: [{ kind: 'filter', spanset: { kind: 'spans', where } }],
    order: { by: 'newest', direction: 'descending' },
    page: { limit, cursor },
    totals: false,
    spansPerTrace: 1,
  }
}

function anyEquals(keys: readonly PipelineKey[], values: readonly string[]): Expression {
  const literals = values.flatMap((value): Literal[] => [
    { type: 'string', value },
    ...(/^(0|[1-9]\d{0,17})$/.test(value) ? [{ type: 'int', value: BigInt(value) } as const] : []),
  ])
  const operands = keys.flatMap(({ key }) =>
    (['span', 'resource'] as const).flatMap((scope) =>
      literals.map(
        (value): Expression => ({ kind: 'compare', field: { kind: 'attribute', scope, key }, operator: '=', value }),
      ),
    ),
  )
  return { kind: 'or', operands }
}
