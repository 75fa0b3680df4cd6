// Every page of a history together is the whole, in order, on random runs that overlap, share traces and name their pipeline
// where they like: against a plain recount over all spans.
import { PIPELINE_KEYS, type PipelineRun, runsOfBatch, runTrace } from '@clew/analysis'
import { compareUtf8, type Span } from '@clew/model'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { QueryService } from '../../query/query-service.ts'
import { attributesOf, exampleSpan } from '../../testing/example-spans.ts'
import { FilledStore } from '../../testing/filled-store.ts'
import { findHistory } from './history.ts'
import { decodeToken, type PagePlace } from './page-token.ts'
import type { HistoryFilter } from './parameters.ts'
import { RunFinder } from './run-finder.ts'

const START = 1_718_448_000_000n
const NOW = { nowUnixNano: (START + 1_000_000n) * 1_000_000n, staleAfterNano: 1_000n }

/** A few times only, so that starts are equal and runs overlap. */
const second = fc.integer({ min: 0, max: 12 })
const arbitraryRun = fc.record({
  pipeline: fc.constantFrom('p', 'p', 'p', 'q'),
  start: second,
  namedBy: fc.constantFrom('run', 'step', 'both', 'name'),
  /** Trace of each step: its own, the run's, or one that all runs share. */
  steps: fc.array(fc.record({ at: second, trace: fc.constantFrom('own', 'run', 'shared'), failed: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  }),
})

type RandomRun = typeof arbitraryRun extends fc.Arbitrary<infer Run> ? Run : never

let store: FilledStore
beforeAll(async () => {
  store = await FilledStore.open()
})
afterAll(() => store.close())

let lastId = 0
const newId = (digits: number) => (++lastId).toString(16).padStart(digits, '0')

function spansOf(run: RandomRun, batch: string, shared: string) {
  const runTraceId = newId(32)
  const at = (seconds: number) => (START + BigInt(seconds) * 1000n) * 1_000_000n
  const made = (traceId: string, seconds: number, values: Record<string, string>, changes: Partial<Span> = {}) =>
    exampleSpan({
      ...{ traceId, spanId: newId(16), startTimeUnixNano: at(seconds), endTimeUnixNano: at(seconds + 1) },
      ...{ attributes: attributesOf({ 'pipeline.batch.id': batch, ...values }), ...changes },
    })
  const named = run.namedBy === 'name' ? { 'pipeline.name': run.pipeline } : { 'pipeline.id': run.pipeline }
  const isNamed = (part: string) => run.namedBy === part || run.namedBy === 'both' || run.namedBy === 'name'
  const own = made(runTraceId, run.start, isNamed('run') ? named : {})
  const steps = run.steps.map(({ at: seconds, trace, failed }, i) => {
    const traceId = trace === 'own' ? newId(32) : trace === 'run' ? runTraceId : shared
    const values = { 'pipeline.step.name': `s${i}`, ...(isNamed('step') ? named : {}) }
    return made(traceId, seconds, values, { status: { code: failed ? 'error' : 'unset', message: '' } })
  })
  return [own, ...steps]
}

function recount(spans: readonly Span[]): readonly PipelineRun[] {
  const ids = [...new Set(spans.map(({ traceId }) => traceId))]
  const all = ids.map((id) => {
    const own = spans.filter(({ traceId }) => traceId === id)
    return runTrace(
      id,
      own.map((span) => ({ span, hasEnd: true })),
      PIPELINE_KEYS,
    )
  })
  const batches = new Set(all.flatMap(({ fields }) => fields.flatMap(({ batchId }) => batchId ?? [])))
  return [...batches].flatMap((batch) => runsOfBatch(batch, all, PIPELINE_KEYS, NOW))
}

it('gives the runs of a plain recount, whatever the pages', async () => {
  let round = 0
  const property = fc.asyncProperty(
    fc.array(arbitraryRun, { minLength: 1, maxLength: 9 }),
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom('desc' as const, 'asc' as const),
    async (runs, limit, order) => {
      const tenant = `tenant-${++round}`
      const shared = newId(32)
      const spans = runs.flatMap((run, i) => spansOf(run, `b${i}`, shared))
      await store.addSpans(tenant, spans)
      const expected = recount(spans)
        .filter(({ pipelineId }) => pipelineId === 'p')
        .sort((a, b) => Number(a.startUnixNano - b.startUnixNano) || compareUtf8(a.batchId, b.batchId))
        .map(({ batchId, state }) => `${batchId} ${state}`)
      expect(await allPages(tenant, limit, order)).toEqual(order === 'asc' ? expected : expected.reverse())
    },
  )
  await fc.assert(property, { numRuns: 12 })
})

async function allPages(tenant: string, limit: number, order: 'asc' | 'desc'): Promise<string[]> {
  const clock = { nowMs: () => Number(NOW.nowUnixNano / 1_000_000n) }
  const queries = new QueryService(store.reader, { clock })
  const parts = { queries, clock, keys: PIPELINE_KEYS, staleAfterMs: 0 }
  const filter: HistoryFilter = { order, states: [], from: undefined, to: undefined }
  const seen: string[] = []
  let place: PagePlace | undefined
  for (;;) {
    const finder = new RunFinder(parts, { tenant, signal: new AbortController().signal })
    const { runs, token } = await findHistory({ pipeline: 'p', limit, filter, place, wantsToken: true }, finder, parts)
    seen.push(...runs.map(({ batchId, state }) => `${batchId} ${state}`))
    if (token === undefined) return seen
    place = decodeToken(token, 'p', filter)
  }
}
