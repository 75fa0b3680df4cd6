// The routes of one trace: whole, as columns, a span of it, its logs.
import { ClewError, type TextHash } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh, sendPieces } from '../../http/reply.ts'
import type { QueryService } from '../../query/query-service.ts'
import { decodeStored, traceLines } from '../read-trace.ts'
import { familyOf, findSpan, spanReadings } from './find-span.ts'
import { type NamedTrace, TraceFinder } from './find-trace.ts'
import { routeSchema } from './openapi.ts'
import { SpanChoice, SpanParameters, TraceFormat, TraceParameters } from './parameters.ts'
import { readNamed } from './read-named.ts'
import { renderLog, renderSpan } from './render.ts'
import { renderColumns } from './render-columns.ts'
import { renderOtlpJson, renderOtlpProtobuf } from './render-otlp.ts'
import { renderTrace } from './render-trace.ts'
import { traceShape } from './trace-shape.ts'

interface TracePath {
  Params: { traceId: string }
}
interface SpanPath {
  Params: { traceId: string; spanId: string }
}

const JSON_TYPE = 'application/json; charset=utf-8'
const OTLP_JSON = 'application/json; profile=otlp'
const PROTOBUF = 'application/x-protobuf'

export interface TraceRouteParts {
  readonly query: QueryService
  readonly textHash: TextHash
}

export function registerTraceRoutes(scope: FastifyInstance, { query, textHash }: TraceRouteParts): void {
  const finder = new TraceFinder(query, textHash)
  const path = '/clew/v1/traces/:traceId'
  const params = TraceParameters
  const ofSpan = { params: SpanParameters }

  const traceSchema = routeSchema('One trace', { params, querystring: TraceFormat }, 'Trace', [OTLP_JSON, PROTOBUF])
  scope.get<TracePath & { Querystring: TraceFormat }>(path, { schema: traceSchema }, async (request, reply) => {
    const named = await finder.find(request.tenant, request.params.traceId, goneSignal(reply))
    return sendTrace(fresh(reply), named, textHash, request.query.format ?? acceptedFormat(request.headers.accept))
  })

  const columnsSchema = routeSchema('The spans of a trace as columns', { params }, 'TraceColumns')
  scope.get<TracePath>(`${path}/columns`, { schema: columnsSchema }, async (request, reply) => {
    const gone = goneSignal(reply)
    const named = await finder.find(request.tenant, request.params.traceId, gone)
    const logCounts = await query.logCounts(request.tenant, named.trace.traceId, gone)
    return sendPieces(fresh(reply), JSON_TYPE, renderColumns(await readNamed(named, textHash), logCounts))
  })

  const spanSchema = routeSchema('One span', { ...ofSpan, querystring: SpanChoice }, 'Span')
  scope.get<SpanPath & { Querystring: SpanChoice }>(
    `${path}/spans/:spanId`,
    { schema: spanSchema },
    async (request, reply) => {
      const { traceId, spanId } = request.params
      const { trace } = await finder.find(request.tenant, traceId, goneSignal(reply))
      const readings = spanReadings(textHash, trace.traceId, spanId)
      const lines = await traceLines({ ...trace, spans: await familyOf(trace.spans, readings) })
      const index = findSpan(lines, readings, request.query.nth ?? 1)
      const stored = lines[index]?.stored
      if (stored === undefined)
        throw new ClewError(
          'NOT_FOUND',
          `span ${JSON.stringify(spanId)}: expected one of trace ${trace.traceId}, found none`,
        )
      const { roles } = await traceShape(lines)
      return fresh(reply).send(renderSpan(decodeStored(stored), roles[index]!, stored.marks))
    },
  )

  const logsSchema = routeSchema('Log records of a trace', { params }, 'LogsAnswer')
  scope.get<TracePath>(`${path}/logs`, { schema: logsSchema }, (request, reply) =>
    sendLogs(request, reply, request.params.traceId),
  )
  const spanLogsSchema = routeSchema('Log records of a span', ofSpan, 'LogsAnswer')
  scope.get<SpanPath>(`${path}/spans/:spanId/logs`, { schema: spanLogsSchema }, (request, reply) =>
    sendLogs(request, reply, request.params.traceId, request.params.spanId),
  )

  async function sendLogs({ tenant }: FastifyRequest, reply: FastifyReply, trace: string, span?: string) {
    const gone = goneSignal(reply)
    const traceId = await finder.traceId(tenant, trace, gone)
    const { logs, isCut } = await logsOf(tenant, traceId, span, gone)
    const notices = isCut ? [`There are more log records; these are the first ${logs.length}.`] : []
    return fresh(reply).send({ logs: logs.map(renderLog), notices })
  }

  /** Of the first of the spans that `span` may mean that has any. */
  async function logsOf(tenant: string, traceId: string, span: string | undefined, gone: AbortSignal) {
    if (span === undefined) return query.logs(tenant, traceId, undefined, gone)
    const [likeliest, ...others] = spanReadings(textHash, traceId, span).map(({ id }) => id)
    let found = await query.logs(tenant, traceId, likeliest, gone)
    for (const id of others) if (found.logs.length === 0) found = await query.logs(tenant, traceId, id, gone)
    return found
  }
}

async function sendTrace(
  reply: FastifyReply,
  named: NamedTrace,
  textHash: TextHash,
  format: TraceFormat['format'],
): Promise<FastifyReply> {
  if (format === 'otlp-proto') return sendPieces(reply, PROTOBUF, renderOtlpProtobuf(named.trace))
  if (format === 'otlp-json') return sendPieces(reply, OTLP_JSON, renderOtlpJson(named.trace))
  return sendPieces(reply, JSON_TYPE, renderTrace(await readNamed(named, textHash)))
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
