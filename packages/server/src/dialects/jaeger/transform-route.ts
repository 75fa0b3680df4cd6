// POST /api/transform: OTLP JSON in the body, Jaeger's JSON of its traces out. Jaeger's page shows files of OTLP by it;
// nothing is stored, and nothing adjusted.
import { decodeOtlpSpans, decodeResource, decodeScope } from '@clew/codecs'
import { hexFromBytes, type SpanBatch } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { fresh, sendPieces } from '../../http/reply.ts'
import { type BodyOptions, readBody } from '../../http/request-body.ts'
import type { StoredTrace } from '../../query/query-service.ts'
import type { StoredOrigin, StoredSpan } from '../../query/stored-span.ts'
import { renderTraces } from './render-v1.ts'

const AS_SENT = { raw: true, maxClockSkewNanos: 0n }

export function registerTransformRoute(app: FastifyInstance, body: BodyOptions): void {
  app.post('/api/transform', async (request, reply) => {
    const { bytes, release } = await readBody(request.raw, body)
    const room = body.budget.reserve(0, bytes.length)
    // The answer is made of the body while it is sent.
    reply.raw.once('close', () => {
      room.release()
      release()
    })
    const { batch } = decodeOtlpSpans(bytes, 'json', (count) => room.grow(count))
    return sendPieces(
      fresh(reply),
      'application/json',
      renderTraces(tracesOf(batch), AS_SENT, () => []),
    )
  })
}

/** In the order of their first spans. */
async function* tracesOf(batch: SpanBatch): AsyncGenerator<StoredTrace> {
  const origins = batch.origins.map(
    (origin): StoredOrigin => ({
      serviceName: origin.service,
      resource: decodeResource(origin.resource, origin.resourceSchemaUrl),
      scope: decodeScope(origin.scope, origin.scopeSchemaUrl),
      resourceBytes: origin.resource,
      scopeBytes: origin.scope,
    }),
  )
  const traces = new Map<string, StoredSpan[]>()
  for (let row = 0; row < batch.count; row++) {
    const traceId = hexFromBytes(batch.traceId, 16 * row, 16)
    const start = batch.itemOffset[row]!
    const span: StoredSpan = {
      traceId,
      spanId: hexFromBytes(batch.spanId, 8 * row, 8),
      origin: origins[batch.origin[row]!]!,
      marks: batch.marks[row]!,
      bytes: batch.bytes.subarray(start, start + batch.itemLength[row]!),
    }
    const trace = traces.get(traceId)
    if (trace === undefined) traces.set(traceId, [span])
    else trace.push(span)
  }
  for (const [traceId, spans] of traces) yield { traceId, spans, repeatedSpans: 0 }
}
