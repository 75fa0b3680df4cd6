// What bounds an answer of the query API: how many errors are looked at, how many bytes of spans are listed, and that
// nothing goes on for somebody who has left.
import { SpanBatchBuilder } from '@clew/codecs'
import type { IntegrationError, Span } from '@clew/model'
import { expect, it } from 'vitest'
import { hashText } from '../../doors-contract.ts'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'
import { attributesOf, exampleSpan } from '../../testing/example-spans.ts'
import type { QueryAsker } from './events.ts'
import { findErrors } from './find-errors.ts'
import { findSpans } from './find-spans.ts'
import { type AskedErrors, type AskedSpans, toQuery } from './to-query.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)
const TRACE = '0af7651916cd43dd8448eb211c80319c'

function asker(signal = new AbortController().signal): QueryAsker {
  return { tenant: 'default', account: '1', signal }
}

/** A store with endless errors, all of one moment. */
function endlessErrors() {
  const state = { pages: 0 }
  const error: IntegrationError = {
    ...{ timestampMs: NOW_MS, feature: 'Distributed Tracing', category: 'BadRequest', name: 'InvalidSpan' },
    ...{ message: '', requestId: 'x', apiKeyPrefix: 'NRAK-S' },
  }
  const queries = {
    integrationErrors: async (_tenant: string, { limit }: { limit: number }) => {
      state.pages++
      return { errors: Array<IntegrationError>(limit).fill(error), cursor: `page ${state.pages}` }
    },
  }
  return { state, queries: queries as unknown as QueryService }
}

it('looks at 50,000 errors and says so', async () => {
  const { queries } = endlessErrors()
  const count = await findErrors(asked('SELECT count(*) FROM NrIntegrationError'), asker(), queries)
  expect(count).toMatchObject({ matched: 50_000, messages: ['Only the newest 50000 events were looked at.'] })
  const none = await findErrors(asked("SELECT * FROM NrIntegrationError WHERE name = 'y'"), asker(), queries)
  expect(none).toMatchObject({ events: [], inspected: 50_000, messages: [expect.stringContaining('50000')] })
})

it('asks for no more errors than the question wants', async () => {
  const { queries, state } = endlessErrors()
  const found = await findErrors(asked('SELECT * FROM NrIntegrationError LIMIT 1500'), asker(), queries)
  expect(found.events).toHaveLength(1500)
  expect(state.pages).toBe(2)
})

it('lists 16 MiB of spans, the newest, and says so; counting them has no such limit', async () => {
  const large = Array.from({ length: 6 }, (_, i) =>
    exampleSpan({ spanId: `000000000000000${i + 1}`, attributes: attributesOf({ text: 'x'.repeat(3_500_000) }) }),
  )
  const queries = storeOf(large)
  const found = await findSpans(askedSpans('SELECT *'), asker(), queries, hashText)
  expect(found.events).toHaveLength(4)
  expect(found.messages).toEqual(['There are more events; these are the newest 4, of 16 MiB.'])
  const counted = await findSpans(askedSpans('SELECT count(*)'), asker(), queries, hashText)
  expect(counted).toMatchObject({ matched: 6, messages: [] })
})

it('says that spans came more than once', async () => {
  const found = await findSpans(askedSpans('SELECT *'), asker(), storeOf([exampleSpan()], 2), hashText)
  expect(found.messages).toEqual(['2 spans came more than once and are listed once.'])
})

it('stops when nobody waits for the answer any more', async () => {
  const gone = new AbortController()
  gone.abort()
  const asking = findSpans(askedSpans('SELECT *'), asker(gone.signal), storeOf([exampleSpan()]), hashText)
  await expect(asking).rejects.toMatchObject({ code: 'CANCELLED' })
})

function asked(nrql: string): AskedErrors {
  return toQuery(nrql, NOW_MS) as AskedErrors
}

function askedSpans(select: string): AskedSpans {
  return toQuery(`${select} FROM Span WHERE trace.id = '${TRACE}'`, NOW_MS) as AskedSpans
}

/** A store that has these spans of one trace and one origin. */
function storeOf(spans: readonly Span[], repeatedSpans = 0): QueryService {
  const builder = new SpanBatchBuilder()
  for (const span of spans) builder.add(span)
  const { bytes, itemOffset, itemLength } = builder.build()
  const { resource, scope, serviceName } = spans[0]!
  const none = new Uint8Array(0)
  const origin = { resource, scope, serviceName, resourceBytes: none, scopeBytes: none }
  const trace: StoredTrace = {
    traceId: TRACE,
    spans: spans.map(({ traceId, spanId }, i) => {
      const start = itemOffset[i]!
      return { traceId, spanId, origin, marks: 0, bytes: bytes.subarray(start, start + itemLength[i]!) }
    }),
    repeatedSpans,
  }
  return { traces: async () => [trace] } as unknown as QueryService
}
