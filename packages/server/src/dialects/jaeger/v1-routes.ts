// Jaeger's first query API, below /api on 16686: services, operations, traces by id and by search. Grafana's Jaeger data
// source asks these, Jaeger's page the trace by id.

import { shortTraceId } from '@clew/codecs'
import type { Clock } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh, sendPieces } from '../../http/reply.ts'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'
import { indentJson } from './indent-json.ts'
import { operationsOf } from './operations.ts'
import { Parameters } from './parameters.ts'
import type { SpanReading } from './read-spans.ts'
import { readTraces, type TraceAsker } from './read-traces.ts'
import { renderEnvelope, renderTraces, type StructuredError } from './render-v1.ts'
import { toQuery } from './to-query.ts'
import { findTrace, parseTraceId } from './trace-id.ts'
import { readV1Search } from './v1-search.ts'

export interface QueryParts {
  readonly queries: QueryService
  readonly clock: Clock
  /** How far a span may be moved for the clock of its machine, in nanoseconds; 0 only warns. */
  readonly maxClockSkewNanos: bigint
}

const JSON_TYPE = 'application/json'
/** Of all time. */
const EVER = { from: undefined, to: undefined }
/** Spans that a trace is taken to have before it is read: ten of them are read at once. */
const UNKNOWN_SIZE = 1_000

export function registerV1Routes(app: FastifyInstance, parts: QueryParts): void {
  const { queries } = parts

  app.get('/api/services', async (request, reply) => {
    const found = await queries.services(request.tenant, EVER, goneSignal(reply))
    const names = found.map(({ name }) => name)
    return answer(request, reply, renderEnvelope(names, names.length))
  })

  app.get<{ Params: { service: string } }>('/api/services/:service/operations', async (request, reply) => {
    const found = await queries.operations(request.tenant, request.params.service, EVER, goneSignal(reply))
    const names = [...new Set(found.map(({ name }) => name))]
    return answer(request, reply, renderEnvelope(names, names.length))
  })

  app.get('/api/operations', async (request, reply) => {
    const parameters = new Parameters(request.query)
    const service = parameters.required('service')
    const found = await queries.operations(request.tenant, service, EVER, goneSignal(reply))
    const operations = operationsOf(found, parameters.text('spanKind'), '')
    return answer(request, reply, renderEnvelope(operations, operations.length))
  })

  app.get<{ Params: { traceId: string } }>('/api/traces/:traceId', async (request, reply) => {
    const parameters = new Parameters(request.query)
    // Hints where to look, which Clew does not need.
    for (const name of ['start', 'end']) parameters.micros(name)
    const reading = readingOf(parameters, parts)
    const trace = await findTrace(queries, request.tenant, parseTraceId(request.params.traceId), goneSignal(reply))
    return answer(
      request,
      reply,
      renderTraces(inTurn([trace]), reading, () => []),
    )
  })

  app.get('/api/traces', async (request, reply) => {
    const parameters = new Parameters(request.query)
    const reading = readingOf(parameters, parts)
    const asker = { tenant: request.tenant, signal: goneSignal(reply) }
    const ids = parameters.all('traceID').filter((id) => id !== '')
    const pieces =
      ids.length > 0
        ? await namedTraces(queries, [...new Set(ids.map(parseTraceId))], asker, reading)
        : await foundTraces(parts, parameters, asker, reading)
    return answer(request, reply, pieces)
  })
}

/** Those of the ids that are not there are told behind the others. */
async function namedTraces(
  queries: QueryService,
  ids: readonly string[],
  asker: TraceAsker,
  reading: SpanReading,
): Promise<AsyncIterable<string>> {
  const missing = new Set(ids)
  const traces = await readTraces(
    queries,
    ids.map((traceId) => ({ traceId, spanCount: UNKNOWN_SIZE })),
    asker,
  )
  async function* noted() {
    for await (const trace of traces) {
      missing.delete(trace.traceId)
      yield trace
    }
  }
  const errorOf = (id: string): StructuredError => ({ msg: 'trace not found', traceID: shortTraceId(id) })
  return renderTraces(noted(), reading, () => [...missing].map(errorOf))
}

/** What kept the search from looking at everything is told as an error beside what it found. */
async function foundTraces(
  { queries, clock }: QueryParts,
  parameters: Parameters,
  asker: TraceAsker,
  reading: SpanReading,
): Promise<AsyncIterable<string>> {
  const query = toQuery(readV1Search(parameters, clock.nowMs()))
  const found = await queries.findTraces(asker.tenant, query, asker.signal)
  const notices = found.complete ? [] : found.notices.map((msg) => ({ msg }))
  return renderTraces(await readTraces(queries, found.traces, asker), reading, () => notices)
}

function readingOf(parameters: Parameters, { maxClockSkewNanos }: QueryParts): SpanReading {
  return { raw: parameters.boolean('raw'), maxClockSkewNanos }
}

function answer(request: FastifyRequest, reply: FastifyReply, body: string | AsyncIterable<string>): FastifyReply {
  const pretty = new Parameters(request.query).text('prettyPrint')
  if (pretty !== undefined && pretty !== 'false')
    return sendPieces(fresh(reply), JSON_TYPE, indentJson(typeof body === 'string' ? inTurn([body]) : body))
  return typeof body === 'string' ? fresh(reply).type(JSON_TYPE).send(body) : sendPieces(fresh(reply), JSON_TYPE, body)
}

async function* inTurn<T extends string | StoredTrace>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
