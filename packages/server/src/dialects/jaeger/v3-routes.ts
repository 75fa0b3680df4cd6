// Jaeger's third query API over HTTP, below /api/v3 on 16686: what its page searches with.
import { ClewError } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh, sendPieces } from '../../http/reply.ts'
import { operationsOf } from './operations.ts'
import { Parameters } from './parameters.ts'
import { readTraces } from './read-traces.ts'
import { renderOtlpResult, renderSummaries } from './render-v3.ts'
import { toQuery } from './to-query.ts'
import { findTrace, parseTraceId } from './trace-id.ts'
import type { QueryParts } from './v1-routes.ts'
import { parseRfc3339, readV3Search } from './v3-search.ts'

export const V3_PATH = '/api/v3'
const JSON_TYPE = 'application/json'
const EVER = { from: undefined, to: undefined }
const NONE_FOUND = 'No traces found'

export function registerV3Routes(app: FastifyInstance, { queries, maxClockSkewNanos }: QueryParts): void {
  app.get(`${V3_PATH}/services`, async (request, reply) => {
    const found = await queries.services(request.tenant, EVER, goneSignal(reply))
    return fresh(reply).send({ services: found.map(({ name }) => name) })
  })

  app.get(`${V3_PATH}/operations`, async (request, reply) => {
    const parameters = new Parameters(request.query)
    const service = parameters.required('service')
    const found = await queries.operations(request.tenant, service, EVER, goneSignal(reply))
    const operations = operationsOf(found, parameters.text('spanKind', 'span_kind'), 'internal')
    return fresh(reply).send({ operations })
  })

  app.get<{ Params: { traceId: string } }>(`${V3_PATH}/traces/:traceId`, async (request, reply) => {
    const parameters = new Parameters(request.query)
    // Hints where to look, which Clew does not need.
    for (const [camel, snake] of [['startTime', 'start_time'] as const, ['endTime', 'end_time'] as const]) {
      const time = parameters.text(camel, snake)
      if (time !== undefined) parseRfc3339(camel, time)
    }
    const reading = { raw: parameters.boolean('rawTraces', 'raw_traces'), maxClockSkewNanos }
    const id = parseTraceId(request.params.traceId)
    const trace = await findTrace(queries, request.tenant, id, goneSignal(reply)).catch(sayNoneFound)
    return sendPieces(fresh(reply), JSON_TYPE, renderOtlpResult(alone(trace), reading))
  })

  app.get(`${V3_PATH}/traces`, async (request, reply) => {
    const search = readV3Search(new Parameters(request.query))
    if (search.isPaged)
      throw new ClewError(
        'INVALID_ARGUMENT',
        'query.pagination: only trace summaries come in pages; use query.searchDepth',
      )
    const asker = { tenant: request.tenant, signal: goneSignal(reply) }
    const { traces } = await queries.findTraces(asker.tenant, toQuery(search), asker.signal)
    if (traces.length === 0) throw new ClewError('NOT_FOUND', NONE_FOUND)
    const reading = { raw: search.raw, maxClockSkewNanos }
    return sendPieces(fresh(reply), JSON_TYPE, renderOtlpResult(await readTraces(queries, traces, asker), reading))
  })

  app.get(`${V3_PATH}/trace-summaries`, async (request, reply) => {
    const search = readV3Search(new Parameters(request.query))
    const found = await queries.findTraces(request.tenant, toQuery(search), goneSignal(reply))
    return fresh(reply).type(JSON_TYPE).send(renderSummaries(found, search.isPaged))
  })
}

async function* alone<T>(item: T): AsyncGenerator<T> {
  yield item
}

function sayNoneFound(error: unknown): never {
  if (error instanceof ClewError && error.code === 'NOT_FOUND') throw new ClewError('NOT_FOUND', NONE_FOUND)
  throw error
}
