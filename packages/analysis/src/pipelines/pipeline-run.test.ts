// Runs out of traces: where pipeline and run come from, which spans are steps, and the states.
import type { AnyValue, Attributes, Span } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { PIPELINE_KEYS, withKeys } from './pipeline-keys.ts'
import { batchIds, runsOfBatch, runTrace, stepSpans } from './pipeline-run.ts'

type Values = Readonly<Record<string, string | number | bigint | boolean>>

interface Given extends Partial<Omit<Span, 'attributes' | 'resource' | 'status'>> {
  readonly id: number
  readonly under?: number
  readonly at?: readonly [start: number, end: number]
  readonly says?: Values
  readonly resourceSays?: Values
  readonly failed?: boolean
  readonly hasEnd?: boolean
}

const SECOND = 1_000_000_000n
const NOW = { nowUnixNano: 1_000n * SECOND, staleAfterNano: 100n * SECOND }

function attributesOf(values: Values): Attributes {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Values[string]): AnyValue {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'bigint') return { type: 'int', value }
  return typeof value === 'boolean' ? { type: 'bool', value } : { type: 'double', value }
}

const hex = (id: number) => id.toString(16).padStart(16, '0')

function span({ id, under, at = [0, 1], says = {}, resourceSays = {}, failed = false, ...more }: Given): Span {
  const none = { droppedAttributesCount: 0, schemaUrl: '' }
  return {
    traceId: hex(1).padStart(32, '0'),
    spanId: hex(id),
    parentSpanId: under === undefined ? '' : hex(under),
    traceState: '',
    flags: 0,
    name: `span ${id}`,
    kind: 'internal',
    startTimeUnixNano: BigInt(at[0]) * SECOND,
    endTimeUnixNano: BigInt(at[1]) * SECOND,
    attributes: attributesOf(says),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: failed ? 'error' : 'unset', message: '' },
    resource: { attributes: attributesOf(resourceSays), ...none },
    scope: { name: '', version: '', attributes: [], ...none },
    serviceName: 'etl',
    ...more,
  }
}

function trace(...spans: readonly Given[]) {
  const items = spans.map((given) => ({ span: span(given), hasEnd: given.hasEnd ?? true }))
  return runTrace(String(spans[0]?.id), items, PIPELINE_KEYS)
}

const runs = (...traces: readonly ReturnType<typeof trace>[]) => runsOfBatch('b', traces, PIPELINE_KEYS, NOW)
const run = (...traces: readonly ReturnType<typeof trace>[]) => {
  const [only, ...others] = runs(...traces)
  expect(others).toEqual([])
  return only!
}

const RUN: Values = { 'pipeline.id': 'p', 'pipeline.name': 'etl', 'pipeline.batch.id': 'b', 'pipeline.deployment': 'd' }
const step = (name: string, more: Values = {}) => ({
  says: { 'pipeline.batch.id': 'b', 'pipeline.step.name': name, ...more },
})

describe('a run', () => {
  it('is everything with one batch id, across traces, with its steps by start', () => {
    const found = run(
      trace({ id: 1, at: [0, 9], says: RUN }, { id: 2, under: 1, at: [5, 9], ...step('load') }),
      trace({ id: 3, at: [1, 4], ...step('extract', { 'pipeline.step.offsets.records': 7n }) }),
    )
    expect(found).toMatchObject({
      ...{ batchId: 'b', pipelineId: 'p', name: 'etl', deployment: 'd', state: 'completed' },
      ...{ startUnixNano: 0n, endUnixNano: 9n * SECOND },
    })
    expect(found.steps.map(({ name }) => name)).toEqual(['extract', 'load'])
    expect(found.steps[0]!.offsets).toEqual([{ key: 'records', value: { type: 'int', value: 7n } }])
  })

  it.each<[string, readonly Given[]]>([
    [
      'a span above',
      [
        { id: 1, says: { 'pipeline.id': 'p' } },
        { id: 2, under: 1, ...step('s') },
      ],
    ],
    [
      'a span far above',
      [
        { id: 1, says: { 'pipeline.id': 'p' } },
        { id: 2, under: 1 },
        { id: 3, under: 2, ...step('s') },
      ],
    ],
    ['the resource', [{ id: 1, resourceSays: { 'pipeline.id': 'p' }, ...step('s') }]],
    [
      'another span of the run',
      [
        { id: 1, ...step('s') },
        { id: 2, ...step('t', { 'pipeline.id': 'p' }) },
      ],
    ],
    ['its name, where there is no id', [{ id: 1, ...step('s', { 'pipeline.name': 'p' }) }]],
  ])('knows its pipeline by %s', (_, spans) => {
    expect(run(trace(...spans)).pipelineId).toBe('p')
  })

  it('has no pipeline where nothing names one', () => {
    expect(run(trace({ id: 1, ...step('s') }))).toMatchObject({ pipelineId: '', name: '', deployment: undefined })
  })

  it('takes in the span above that names the pipeline, unless several runs are below it', () => {
    const root: Given = { id: 1, at: [0, 9], says: { 'pipeline.id': 'p' } }
    const own = trace(
      root,
      { id: 2, under: 1, at: [1, 2], ...step('s') },
      { id: 3, under: 1, says: { 'pipeline.step.name': 't' } },
    )
    expect(run(own)).toMatchObject({ startUnixNano: 0n, endUnixNano: 9n * SECOND })
    expect(run(own).steps.map(({ name }) => name)).toEqual(['t', 's'])
    const shared = trace(
      root,
      { id: 2, under: 1, at: [1, 2], ...step('s') },
      { id: 3, under: 1, says: { 'pipeline.batch.id': 'c' } },
    )
    expect(batchIds(shared)).toEqual(['b', 'c'])
    expect(run(shared)).toMatchObject({ pipelineId: 'p', startUnixNano: SECOND, endUnixNano: 2n * SECOND })
  })

  it('belongs to one pipeline of two that use its batch id: a span without an id to that of its trace', () => {
    const [first, second] = runs(
      trace({ id: 1, says: { 'pipeline.batch.id': 'b', 'pipeline.id': 'p' } }, { id: 2, ...step('mine') }),
      trace({ id: 3, says: { 'pipeline.batch.id': 'b', 'pipeline.id': 'q' } }, { id: 4, ...step('theirs') }),
    )
    expect([first!.pipelineId, first!.steps.map(({ name }) => name)]).toEqual(['p', ['mine']])
    expect([second!.pipelineId, second!.steps.map(({ name }) => name)]).toEqual(['q', ['theirs']])
  })

  it('is one run where some spans say the id and others only the name', () => {
    const named = { ...step('s', { 'pipeline.name': 'etl' }) }
    expect(run(trace({ id: 1, says: RUN }), trace({ id: 2, ...named })).steps).toHaveLength(1)
  })

  it('survives spans that are above each other', () => {
    expect(run(trace({ id: 1, under: 2, ...step('s') }, { id: 2, under: 1 }, { id: 3, under: 3 })).steps).toHaveLength(
      1,
    )
  })
})

describe('states', () => {
  const stateOf = (given: Partial<Given>) => run(trace({ id: 1, ...given, says: { ...RUN, ...given.says } })).state
  const event = (attributes: Values) => ({
    ...{ name: 'exception', timeUnixNano: 0n, droppedAttributesCount: 0, attributes: attributesOf(attributes) },
  })

  it.each([
    [{}, 'completed'],
    [{ failed: true }, 'failed'],
    [{ events: [event({ 'exception.escaped': true })] }, 'failed'],
    [{ events: [event({ 'exception.type': 'handled' })] }, 'completed'],
    [{ says: { 'pipeline.state': 'cancelled' }, failed: true }, 'cancelled'],
    [{ says: { 'cicd.pipeline.result': 'skip' } }, 'skipped'],
    [{ says: { 'cicd.pipeline.result': 'success' }, failed: true }, 'failed'],
    [{ says: { 'airflow.dag_run.state': 'failed' } }, 'failed'],
    [{ says: { 'celery.retry.reason': 'busy' } }, 'retrying'],
    [{ says: { 'celery.revoked.reason': 'asked' } }, 'cancelled'],
  ] as const)('%o is %s', (given, state) => {
    expect(stateOf(given)).toBe(state)
  })

  it('of a run without a span of its own are those of its steps, and so are its times', () => {
    const found = run(trace({ id: 1, at: [1, 2], ...step('s') }, { id: 2, at: [3, 4], failed: true, ...step('t') }))
    expect(found).toMatchObject({ state: 'failed', startUnixNano: SECOND, endUnixNano: 4n * SECOND })
  })

  it('of a step are those of its last attempt, or the worst of attempts side by side', () => {
    const failed = { id: 1, at: [1, 2], failed: true, ...step('s') } as const
    const stateOfStep = (...spans: readonly Given[]) => run(trace(...spans)).steps.map(({ state }) => state)
    expect(stateOfStep(failed, { id: 2, at: [2, 3], ...step('s') })).toEqual(['completed'])
    expect(stateOfStep({ id: 2, at: [0, 1], ...step('s') }, failed)).toEqual(['failed'])
    expect(stateOfStep(failed, { id: 2, at: [1, 3], ...step('s') })).toEqual(['failed'])
    expect(run(trace(failed, { id: 2, at: [2, 3], ...step('s') })).steps[0]).toMatchObject({
      ...{ startUnixNano: SECOND, endUnixNano: 3n * SECOND, stackTrace: undefined },
    })
  })

  it('are running while a parent has not come, then lost, and never of a run whose own span has come', () => {
    const waiting = (end: number) => run(trace({ id: 1, under: 9, at: [0, end], ...step('s') }))
    expect(waiting(950)).toMatchObject({ state: 'running', endUnixNano: undefined })
    expect(waiting(950).steps[0]).toMatchObject({ state: 'completed', endUnixNano: 950n * SECOND })
    expect(waiting(800)).toMatchObject({ state: 'lost', endUnixNano: undefined })
    const orphan = { id: 2, under: 8, at: [0, 950], ...step('s') } as const
    expect(run(trace({ id: 1, says: RUN }, orphan)).state).toBe('completed')
    expect(run(trace({ id: 1, under: 9, says: RUN, at: [0, 950] })).state).toBe('running')
    // Its parent is of another process, which need not trace.
    expect(run(trace({ id: 1, under: 9, flags: 0x300, says: RUN, at: [0, 950] })).state).toBe('completed')
  })

  it('have the stack trace of the last exception, and no end where none was given', () => {
    const events = [event({ 'exception.stacktrace': 'first' }), event({ 'exception.stacktrace': 'at line 3' })]
    const [failed] = run(trace({ id: 1, failed: true, events, hasEnd: false, ...step('s') })).steps
    expect(failed).toMatchObject({ state: 'failed', stackTrace: 'at line 3', endUnixNano: undefined })
    const brief = [event({ 'exception.type': 'IOError', 'exception.message': 'no disk' })]
    expect(run(trace({ id: 1, events: brief, ...step('s') })).steps[0]!.stackTrace).toBe('IOError: no disk')
  })
})

describe('vocabularies', () => {
  it.each<[string, Values, Values, string, string]>([
    [
      'OpenTelemetry',
      { 'cicd.pipeline.name': 'p', 'cicd.pipeline.run.id': 'b' },
      { 'cicd.pipeline.task.name': 's' },
      'p',
      's',
    ],
    [
      'Airflow',
      { 'airflow.dag_run.dag_id': 'p', 'airflow.dag_run.run_id': 'b' },
      { 'airflow.dag_id': 'p', 'airflow.task_id': 's', 'airflow.dag_run.run_id': 'b' },
      ...(['p', 's'] as const),
    ],
    [
      'Dagster',
      { 'dagster.job_name': 'p', 'dagster.run_id': 'b' },
      { 'dagster.step_key': 's', 'dagster.run_id': 'b' },
      'p',
      's',
    ],
    [
      'Prefect',
      { 'prefect.flow.name': 'p', 'prefect.run.type': 'flow', 'prefect.run.id': 'b', 'prefect.run.name': 'wise-owl' },
      { 'prefect.run.type': 'task', 'prefect.run.id': 'other', 'prefect.run.name': 's' },
      ...(['p', 's'] as const),
    ],
    ['Celery within a run', { 'pipeline.id': 'p', 'pipeline.batch.id': 'b' }, celery('s', 'm'), 'p', 's'],
    ['Celery alone', {}, celery('p', 'b'), 'p', 'p'],
  ])('of %s are read', (_, above, below, pipelineId, stepName) => {
    const found = run(trace({ id: 1, says: above }, { id: 2, under: 1, says: below }))
    expect([found.pipelineId, found.steps.map(({ name }) => name)]).toEqual([pipelineId, [stepName]])
  })

  it('can have further keys', () => {
    const keys = withKeys({ batchId: ['my.run'], pipelineId: ['my.pipeline'] })
    const items = [{ span: span({ id: 1, says: { 'my.run': 12n, 'my.pipeline': 'p' } }), hasEnd: true }]
    const own = runTrace('t', items, keys)
    expect(batchIds(own)).toEqual(['12'])
    expect(runsOfBatch('12', [own], keys, NOW)).toMatchObject([{ pipelineId: 'p' }])
  })
})

it('lists the spans of steps by start', () => {
  const found = stepSpans('b', [
    trace({ id: 1, at: [5, 6], ...step('late') }),
    trace({ id: 2, says: RUN }, { id: 3, at: [1, 2], ...step('early') }),
  ])
  expect(found.map(({ stepName }) => stepName)).toEqual(['early', 'late'])
})

function celery(task: string, message: string): Values {
  return { 'celery.action': 'run', 'celery.task_name': task, 'messaging.message_id': message }
}
