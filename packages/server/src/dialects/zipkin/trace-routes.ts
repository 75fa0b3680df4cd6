// Traces in Zipkin's words: one by its id, several by theirs, and those that a search finds.
import { ClewError } from '@clew/model'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh, sendPieces } from '../../http/reply.ts'
import type { StoredTrace } from '../../query/query-service.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { findTraces, type SearchParts } from './find-traces.ts'
import { parseQueryRequest, type QueryParameters, textOf } from './query-request.ts'
import { renderTrace, renderTraces } from './render-traces.ts'
import { lookUpId, zipkinTraceId } from './trace-ids.ts'

export interface TraceRouteParts extends SearchParts {
  readonly logger: Logger
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** Ids of one request; the rest of a longer list would be one id, as with Zipkin. */
const MAX_IDS = 1_000
const JSON_TYPE = 'application/json; charset=utf-8'
/** Says in words what cut an answer: Zipkin's own have no place for it. */
const NOTICE_HEADER = 'x-clew-notice'

/** By path below /api/v2. */
export function traceRoutes(parts: TraceRouteParts): Readonly<Record<string, Answer>> {
  const { queries, clock, strict, logger } = parts
  const unreadable = (error: ClewError) => logger.error({ err: error, door: 'zipkin' }, 'a span is left out')
  const read = async (ids: readonly string[], request: FastifyRequest, reply: FastifyReply) => {
    const lookUps = ids.map((id) => lookUpId(id, strict))
    const traces = await queries.traces(request.tenant, lookUps, goneSignal(reply))
    return lookUps.map((id): readonly StoredTrace[] => traces.filter(({ traceId }) => traceId.endsWith(id)))
  }
  return {
    'trace/:traceId': async (request, reply) => {
      const id = zipkinTraceId((request.params as { traceId: string }).traceId.trim())
      const [found] = await read([id], request, reply)
      if (found!.length === 0) throw new ClewError('NOT_FOUND', `${id} not found`)
      return sendPieces(fresh(reply), JSON_TYPE, await renderTrace(found!, unreadable))
    },
    traceMany: async (request, reply) => {
      const found = await read(idsOf(textOf(request.query as QueryParameters, 'traceIds')), request, reply)
      const groups = found.filter((traces) => traces.length > 0)
      return sendPieces(fresh(reply), JSON_TYPE, renderTraces(groups, unreadable))
    },
    traces: async (request, reply) => {
      const asked = parseQueryRequest(request.query as QueryParameters, clock.nowMs())
      const { traces, notice } = await findTraces(asked, { tenant: request.tenant, signal: goneSignal(reply) }, parts)
      if (notice !== undefined) reply.header(NOTICE_HEADER, notice)
      return sendPieces(fresh(reply), JSON_TYPE, renderTraces(traces, unreadable))
    },
  }
}

/** Throws INVALID_ARGUMENT in Zipkin's words. */
function idsOf(text: string): readonly string[] {
  if (text === '') throw refused('traceIds parameter is empty')
  const parts = text.split(',')
  if (parts.length > MAX_IDS) throw refused(`traceIds.length > ${MAX_IDS}`)
  const ids = new Set<string>()
  for (const part of parts) {
    const id = zipkinTraceId(part)
    if (ids.has(id)) throw refused(`redundant traceId: ${part}`)
    ids.add(id)
  }
  if (ids.size === 1) throw refused('Use /api/v2/trace/{traceId} endpoint to retrieve a single trace')
  return [...ids]
}

function refused(text: string): ClewError {
  return new ClewError('INVALID_ARGUMENT', text)
}
