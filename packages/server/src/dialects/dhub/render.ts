// Runs and steps in the shapes of D.Hub's Traces API. Times of runs are milliseconds, those of spans nanoseconds.
import type { PipelineRun, RunSpan, RunStep } from '@clew/analysis'
import { ID_TEXT, type StatusCode, stringAttribute } from '@clew/model'
import { type Json, jsonOfAttributes, object } from './json.ts'

/** What logs say of a step that failed, where its span has no stack trace. */
export type LoggedTraces = ReadonlyMap<RunStep, string>

const STATUS: Readonly<Record<StatusCode, string>> = { unset: 'UNSET', ok: 'OK', error: 'ERROR' }

export function renderRun(run: PipelineRun, logged: LoggedTraces): Json {
  const steps = run.steps.map((step) => [step.name, renderStep(step, logged)] as const)
  return object({
    id: run.batchId,
    name: run.name,
    deployment: run.deployment ?? null,
    state: object({ state: run.state, steps: new Map(steps) }),
    start_time: millis(run.startUnixNano),
    end_time: millis(run.endUnixNano),
  })
}

/** `items` in the order of the runs. */
export function renderHistory(runs: readonly PipelineRun[], token: string | undefined, logged: LoggedTraces): Json {
  return object({ items: new Map(runs.map((run) => [run.batchId, renderRun(run, logged)])), token: token ?? null })
}

/** Names of step and batch are added where other attributes say them. */
export function renderStepSpan({ span, hasEnd }: RunSpan, stepName: string, batchId: string): Json {
  const attributes = new Map(jsonOfAttributes(span.attributes))
  if (!attributes.has('pipeline.step.name')) attributes.set('pipeline.step.name', stepName)
  if (!attributes.has('pipeline.batch.id')) attributes.set('pipeline.batch.id', batchId)
  return object({
    span_id: stringAttribute(span.attributes, ID_TEXT.span) ?? span.spanId,
    span_name: span.name,
    span_attributes: attributes,
    span_start_timestamp_nanos: span.startTimeUnixNano,
    span_end_timestamp_nanos: hasEnd ? span.endTimeUnixNano : null,
    span_status: STATUS[span.status.code],
  })
}

function renderStep(step: RunStep, logged: LoggedTraces): Json {
  return object({
    state: step.state,
    offsets: jsonOfAttributes(step.offsets),
    comment: step.comment ?? null,
    stacktrace: step.stackTrace ?? logged.get(step) ?? null,
    start_time: millis(step.startUnixNano),
    end_time: millis(step.endUnixNano),
  })
}

function millis(nanos: bigint | undefined): bigint | null {
  return nanos === undefined ? null : nanos / 1_000_000n
}
