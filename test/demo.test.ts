// The demo's pipeline has the shape and the durations it claims, whatever the seed.
import { SpanKind } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { Random } from '../bench/load/random.ts'
import { planRun } from '../examples/demo/plan-run.ts'
import { flatten, type PlannedSpan } from '../examples/demo/planned-span.ts'

const RUNS = 2000
const random = new Random(7)
const runs = Array.from({ length: RUNS }, () => planRun(random))
const good = runs.filter(
  (run) => find(run, 'character.consumer')?.failure === undefined && find(run, 'character.consumer'),
)

describe('a run of the demo', () => {
  it('goes from the request through the queue, the three steps and Kafka to the reward', () => {
    const names = new Set(flatten(good[0]!).map((span) => span.name))
    for (const name of [
      'POST /scan',
      'validate_request',
      'create_task',
      'publish_to_rabbitmq',
      'celery.process_image',
      'vision_scan',
      'call_vision_api',
      'rule_match',
      'answer_gen',
      'call_llm_api',
      'save_to_event_store',
      'kafka.publish',
      'character.consumer',
      'handle_scan_completed',
      'grant_reward',
      'publish_character_granted',
    ])
      expect(names).toContain(name)
    expect(new Set(flatten(good[0]!).map((span) => span.service)).size).toBe(5)
  })

  it.each([
    ['POST /scan', 50],
    ['vision_scan', 2000],
    ['rule_match', 500],
    ['answer_gen', 2500],
    ['celery.process_image', 5050],
    ['character.consumer', 100],
  ])('gives %s a median of about %i ms', (name, expectedMs) => {
    const durations = good.map((run) => duration(find(run, name)!)).sort((a, b) => a - b)
    const median = durations[Math.floor(durations.length / 2)]!
    expect(median / expectedMs).toBeGreaterThan(0.85)
    expect(median / expectedMs).toBeLessThan(1.15)
    expect(durations.at(-1)! / durations[0]!).toBeGreaterThan(1.5)
  })

  it('keeps every span in order and the steps inside their parents', () => {
    for (const run of runs)
      for (const span of flatten(run)) {
        expect(span.endMs).toBeGreaterThan(span.startMs)
        for (const child of span.children) {
          expect(child.startMs).toBeGreaterThanOrEqual(span.startMs)
          if (child.kind !== SpanKind.CONSUMER) expect(child.endMs).toBeLessThanOrEqual(span.endMs)
        }
      }
  })

  it('fails in about 3 of 100 runs, each time with an exception and its stack', () => {
    const failed = runs.filter((run) =>
      ['celery.process_image', 'character.consumer'].some((name) => find(run, name)?.failure !== undefined),
    )
    expect(failed.length / RUNS).toBeGreaterThan(0.015)
    expect(failed.length / RUNS).toBeLessThan(0.05)
    for (const span of failed.flatMap(flatten))
      if (span.failure !== undefined) expect(span.failure.stack).toContain(span.failure.type)
  })

  it('tries some calls again and then succeeds', () => {
    const retried = good.filter((run) => flatten(run).filter((span) => span.name === 'call_vision_api').length > 1)
    expect(retried.length).toBeGreaterThan(0)
  })

  it('waits in the queue before the worker begins, and links the worker to its message', () => {
    for (const run of runs) {
      const task = find(run, 'celery.process_image')!
      expect(task.linksToParent).toBe(true)
      expect(task.startMs).toBeGreaterThan(find(run, 'publish_to_rabbitmq')!.endMs)
    }
  })

  it('is the same for the same seed', () => {
    expect(planRun(new Random(3))).toEqual(planRun(new Random(3)))
  })
})

function find(run: PlannedSpan, name: string): PlannedSpan | undefined {
  return flatten(run).find((span) => span.name === name)
}

function duration(span: PlannedSpan): number {
  return span.endMs - span.startMs
}
