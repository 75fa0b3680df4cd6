// Under which attributes a span says of which pipeline, run and step it is: one table of the vocabularies that pipelines
// are traced with. The first key of a line that a span has counts.
//
//   Clew and D.Hub           pipeline.*
//   OpenTelemetry            cicd.*        https://opentelemetry.io/docs/specs/semconv/registry/attributes/cicd/
//   Airflow                  airflow.*     dag runs, and tasks of versions 2.10 and 3
//   Dagster                  dagster.*     a job is the pipeline, a step key the step
//   Prefect                  prefect.*     flow and task runs
//   Celery                   celery.*      a task that runs within no other run is a pipeline of its own

export interface PipelineKey {
  readonly key: string
  /** Only on spans with this attribute, and this value of it where one is given. */
  readonly when?: { readonly key: string; readonly value?: string }
  /** Counts only where neither the span, nor its resource, nor a span above it says anything else. */
  readonly isLast?: true
}

export interface PipelineKeys {
  readonly pipelineId: readonly PipelineKey[]
  /** The id of a pipeline that has no other. */
  readonly pipelineName: readonly PipelineKey[]
  readonly deployment: readonly PipelineKey[]
  /** What all spans of a run share. */
  readonly batchId: readonly PipelineKey[]
  readonly stepName: readonly PipelineKey[]
  readonly comment: readonly PipelineKey[]
  /** What is behind these is the key of an offset: `pipeline.step.offsets.records`. */
  readonly offsets: readonly PipelineKey[]
  /** Text of a state (STATE_WORDS). */
  readonly state: readonly PipelineKey[]
  /** Attributes whose presence is a state. */
  readonly retrying: readonly PipelineKey[]
  readonly cancelled: readonly PipelineKey[]
}

export type PipelineField = keyof PipelineKeys

const PREFECT_FLOW = { key: 'prefect.run.type', value: 'flow' }
const PREFECT_TASK = { key: 'prefect.run.type', value: 'task' }
const CELERY = { key: 'celery.action' }

export const PIPELINE_KEYS: PipelineKeys = {
  pipelineId: [{ key: 'pipeline.id' }],
  pipelineName: [
    { key: 'pipeline.name' },
    { key: 'cicd.pipeline.name' },
    ...['airflow.dag_run.dag_id', 'airflow.dag_id', 'airflow.task.dag_id'].map((key) => ({ key })),
    { key: 'dagster.job_name' },
    { key: 'prefect.flow.name' },
    { key: 'prefect.run.name', when: PREFECT_FLOW },
    { key: 'celery.task_name', isLast: true },
  ],
  deployment: [
    { key: 'pipeline.deployment' },
    { key: 'dagster.code_location' },
    { key: 'prefect.deployment.name' },
    { key: 'prefect.deployment.id' },
  ],
  batchId: [
    { key: 'pipeline.batch.id' },
    { key: 'cicd.pipeline.run.id' },
    ...['airflow.dag_run.run_id', 'airflow.task.run_id'].map((key) => ({ key })),
    { key: 'dagster.run_id' },
    { key: 'prefect.flow-run.id' },
    { key: 'prefect.run.id', when: PREFECT_FLOW },
    { key: 'messaging.message.id', when: CELERY, isLast: true },
    { key: 'messaging.message_id', when: CELERY, isLast: true },
  ],
  stepName: [
    { key: 'pipeline.step.name' },
    { key: 'cicd.pipeline.task.name' },
    ...['airflow.task_id', 'airflow.task.task_id'].map((key) => ({ key })),
    { key: 'dagster.step_key' },
    { key: 'prefect.task.name' },
    { key: 'prefect.run.name', when: PREFECT_TASK },
    { key: 'celery.task_name' },
  ],
  comment: [{ key: 'pipeline.step.comment' }],
  offsets: [{ key: 'pipeline.step.offsets.' }],
  state: [
    { key: 'pipeline.step.state' },
    { key: 'pipeline.state' },
    { key: 'cicd.pipeline.task.run.result' },
    { key: 'cicd.pipeline.result' },
    { key: 'airflow.task.state' },
    { key: 'airflow.dag_run.state' },
    { key: 'celery.state' },
  ],
  retrying: [{ key: 'celery.retry.reason' }],
  cancelled: [{ key: 'celery.revoked.reason' }],
}

/** The table with further keys, which come before those it has. */
export function withKeys(more: Partial<Record<PipelineField, readonly string[]>>): PipelineKeys {
  const entries = Object.entries(PIPELINE_KEYS) as [PipelineField, readonly PipelineKey[]][]
  const merged = entries.map(([field, keys]) => [field, [...(more[field] ?? []).map((key) => ({ key })), ...keys]])
  return Object.fromEntries(merged) as unknown as PipelineKeys
}
