// The routes of one trace: whole, as columns, a span of it, its logs.
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'
import { decodeStored, traceLines } from '../read-trace.ts'
import { routeSchema } from './openapi.ts'
import { SpanParameters, TraceFormat, TraceParameters } from './parameters.ts'
import { renderLog, renderSpan } from './render.ts'
import { renderColumns } from './render-columns.ts'
import { renderOtlpJson, renderOtlpProtobuf } from './render-otlp.ts'
import { renderTrace } from './render-trace.ts'
import { fresh, sendPieces } from './reply.ts'

interface TracePath {
  Params: { traceId: string }
}
interface SpanPath {
  Params: { traceId: string; spanId: string }
}

const JSON_TYPE = 'application/json; charset=utf-8'
const OTLP_JSON = 'application/json; profile=otlp'
const PROTOBUF = 'application/x-protobuf'

export function registerTraceRoutes(scope: FastifyInstance, query: QueryService): void {
  const path = '/clew/v1/traces/:traceId'
  const params = TraceParameters
  const ofSpan = { params: SpanParameters }

  const traceSchema = routeSchema('One trace', { params, querystring: TraceFormat }, 'Trace', [OTLP_JSON, PROTOBUF])
  scope.get<TracePath & { Querystring: TraceFormat }>(path, { schema: traceSchema }, async (request, reply) => {
    const trace = await query.trace(request.tenant, request.params.traceId.toLowerCase(), goneSignal(reply))
    return sendTrace(fresh(reply), trace, request.query.format ?? acceptedFormat(request.headers.accept))
  })

  const columnsSchema = routeSchema('The spans of a trace as columns', { params }, 'TraceColumns')
  scope.get<TracePath>(`${path}/columns`, { schema: columnsSchema }, async (request, reply) => {
    const gone = goneSignal(reply)
    const trace = await query.trace(request.tenant, request.params.traceId.toLowerCase(), gone)
    const logCounts = await query.logCounts(request.tenant, trace.traceId, gone)
    return sendPieces(fresh(reply), JSON_TYPE, renderColumns(trace, await traceLines(trace), logCounts))
  })

  const spanSchema = routeSchema('One span', ofSpan, 'Span')
  scope.get<SpanPath>(`${path}/spans/:spanId`, { schema: spanSchema }, async (request, reply) => {
    const { traceId, spanId } = request.params
    const trace = await query.trace(request.tenant, traceId.toLowerCase(), goneSignal(reply))
    const spans = trace.spans.filter((span) => span.spanId === spanId.toLowerCase())
    const [first] = await traceLines({ ...trace, spans })
    if (first === undefined)
      throw new ClewError('NOT_FOUND', `span ${spanId}: expected one of trace ${traceId}, found none`)
    return fresh(reply).send(renderSpan(decodeStored(first.stored), first.stored.marks))
  })

  const logsSchema = routeSchema('Log records of a trace', { params }, 'LogsAnswer')
  scope.get<TracePath>(`${path}/logs`, { schema: logsSchema }, (request, reply) =>
    sendLogs(request, reply, request.params.traceId.toLowerCase()),
  )
  const spanLogsSchema = routeSchema('Log records of a span', ofSpan, 'LogsAnswer')
  scope.get<SpanPath>(`${path}/spans/:spanId/logs`, { schema: spanLogsSchema }, (request, reply) =>
    sendLogs(request, reply, request.params.traceId.toLowerCase(), request.params.spanId.toLowerCase()),
  )

  async function sendLogs({ tenant }: FastifyRequest, reply: FastifyReply, id: string, spanId?: string) {
    const gone = goneSignal(reply)
    const traceId = id.length === 32 ? id : (await query.trace(tenant, id, gone)).traceId
    const { logs, isCut } = await query.logs(tenant, traceId, spanId, gone)
    const notices = isCut ? [`There are more log records; these are the first ${logs.length}.`] : []
    return fresh(reply).send({ logs: logs.map(renderLog), notices })
  }
}

async function sendTrace(
  reply: FastifyReply,
  trace: StoredTrace,
  format: TraceFormat['format'],
): Promise<FastifyReply> {
  if (format === 'otlp-proto') return sendPieces(reply, PROTOBUF, renderOtlpProtobuf(trace))
  if (format === 'otlp-json') return sendPieces(reply, OTLP_JSON, renderOtlpJson(trace))
  return sendPieces(reply, JSON_TYPE, renderTrace(trace, await traceLines(trace)))
}

/** The first of our types in the header; own JSON where it names none of them. */
function acceptedFormat(accept: string | undefined): 'json' | 'otlp-json' | 'otlp-proto' {
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((part) => part.trim())
    if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'otlp-proto'
    if (type === 'application/json') return parameters.includes('profile=otlp') ? 'otlp-json' : 'json'
  }
  return 'json'
}
