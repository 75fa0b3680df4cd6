// Whatever is asked, in whatever version, is a question or an error of whoever asks: never anything else.
import { ClewError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planExpression } from '../../query/plan.ts'
import { decodeFindTraces, decodeGetOperations, decodeGetTrace } from './grpc-requests.ts'
import { Parameters } from './parameters.ts'
import { tagCondition } from './tag-condition.ts'
import { type TraceSearch, toQuery } from './to-query.ts'
import { parseTraceId } from './trace-id.ts'
import { readV1Search } from './v1-search.ts'
import { readV3Search } from './v3-search.ts'

const REFUSALS = ['INVALID_ARGUMENT', 'DECODE_FAILED']

function answerOf<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch (error) {
    expect(error).toBeInstanceOf(ClewError)
    expect(REFUSALS).toContain((error as ClewError).code)
    return undefined
  }
}

const V1_NAMES = ['service', 'operation', 'tag', 'tags', 'start', 'end', 'minDuration', 'maxDuration', 'limit', 'raw']
const V3_NAMES = [
  ...['serviceName', 'operation_name', 'attributes', 'startTimeMin', 'start_time_max', 'durationMin', 'duration_max'],
  ...['searchDepth', 'num_traces', 'rawTraces', 'filter', 'pagination.pageSize', 'pagination.page_token'],
].map((name) => `query.${name}`)

const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '0', '-1', '1e9', 'true', '5ms', '{"error":"true"}', 'a:b', '99999999999999999999'),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.bigInt(-(2n ** 64n), 2n ** 65n).map(String),
)
const queryOf = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(value, { maxLength: 3 })))

/** In terms of the store: what it is asked to look for can be compiled. */
function expectQuestion(ask: () => TraceSearch): void {
  const query = answerOf(() => toQuery(ask()))
  if (query === undefined) return
  expect(query.timeRange.from).toBeGreaterThanOrEqual(0n)
  expect(query.timeRange.to).toBeLessThanOrEqual(2n ** 64n)
  answerOf(() => planExpression(query.stages[0]!.spanset.where))
}

describe('requests to the query API of Jaeger', () => {
  it('in version 1 are questions or refused', () => {
    fc.assert(
      fc.property(queryOf(V1_NAMES), (query) =>
        expectQuestion(() => readV1Search(new Parameters(query), 1_760_000_000_000)),
      ),
    )
  })

  it('in version 3 are questions or refused', () => {
    const times = { 'query.startTimeMin': '2025-10-01T00:00:00Z', 'query.startTimeMax': '2025-10-02T00:00:00Z' }
    fc.assert(fc.property(queryOf(V3_NAMES), (query) => expectQuestion(() => readV3Search(new Parameters(query)))))
    fc.assert(
      fc.property(queryOf(V3_NAMES), (query) =>
        expectQuestion(() => readV3Search(new Parameters({ ...times, ...query }))),
      ),
    )
  })

  it('over gRPC are messages or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        answerOf(() => decodeFindTraces(bytes))
        answerOf(() => decodeGetOperations(bytes))
        for (const version of ['v2', 'v3'] as const) answerOf(() => decodeGetTrace(bytes, version))
      }),
      { numRuns: 1000 },
    )
  })

  it('name tags of any text, and traces by 32 digits or not at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), value, (key, text) => {
        planExpression(tagCondition(key, text))
        const id = answerOf(() => parseTraceId(text))
        if (id !== undefined) expect(id).toMatch(/^[0-9a-f]{32}$/)
      }),
    )
  })
})
