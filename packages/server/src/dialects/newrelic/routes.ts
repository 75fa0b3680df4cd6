// GET /v1/accounts/{account}/query?nrql=…: New Relic's query API of Insights, by which its SDKs look up in their own tests
// what became of what they sent. https://docs.newrelic.com/docs/apis/insights-apis/query-insights-event-data-api/
import { ClewError, type Clock, type TextHash } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { type ReadKey, shownKey } from '../../access/keys.ts'
import { goneSignal } from '../../http/gone.ts'
import type { QueryService } from '../../query/query-service.ts'
import type { Found, QueryAsker } from './events.ts'
import { findErrors } from './find-errors.ts'
import { findSpans } from './find-spans.ts'
import { renderFound } from './render.ts'
import { headerOf } from './request-head.ts'
import { type AskedEvents, toQuery } from './to-query.ts'

export const ACCOUNTS_PATH = '/v1/accounts'

export interface QueryApiParts {
  readonly queries: QueryService
  readonly textHash: TextHash
  readonly clock: Clock
}

interface QueryRequest {
  Params: { account: string }
  Querystring: { nrql?: string | readonly string[] }
}

export function registerQueryApi(app: FastifyInstance, parts: QueryApiParts): void {
  const config = { right: 'read', readKey: readQueryKey } as const
  app.get<QueryRequest>(`${ACCOUNTS_PATH}/:account/query`, { config }, async (request, reply) => {
    const { nrql } = request.query
    if (typeof nrql !== 'string') throw new ClewError('INVALID_ARGUMENT', 'nrql: expected one question in NRQL')
    const startedMs = parts.clock.nowMs()
    const asked = toQuery(nrql, startedMs)
    const signal = goneSignal(reply)
    const found = await find(asked, { ...request, account: request.params.account, signal }, parts)
    const answer = renderFound(asked, found, parts.clock.nowMs() - startedMs)
    return reply
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(answer))
  })
}

function find(asked: AskedEvents, asker: QueryAsker, { queries, textHash }: QueryApiParts): Promise<Found> {
  return asked.kind === 'errors' ? findErrors(asked, asker, queries) : findSpans(asked, asker, queries, textHash)
}

/** New Relic's own header, or where the other doors of Clew look. */
const readQueryKey: ReadKey = (headers, url) => headerOf(headers, 'x-query-key') || shownKey(headers, url)
