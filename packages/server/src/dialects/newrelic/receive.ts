// POST /trace/v1: the Trace API of New Relic. A request that is whole is accepted and answered 202 with its id once it is
// on disk, spans and errors together; what was wrong inside is told afterwards (integration errors), never in the answer.
import { randomUUID } from 'node:crypto'
import { LogBatchBuilder } from '@clew/codecs'
import { ClewError, integrationErrorRecord, type LogBatch, type TextHash } from '@clew/model'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readBody } from '../../http/request-body.ts'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter, takeSpans } from '../receive-spans.ts'
import { keyPrefix, readApiKey } from './api-key.ts'
import { type DecodeParts, decodeBody, type ReadBody, type SentBody } from './decode-body.ts'
import { checkContentType, readFormat, readRequestId } from './request-head.ts'

export const TRACE_API_PATH = '/trace/v1'

const DOOR = 'newrelic'
const FEATURE = 'Distributed Tracing'

export interface TraceApiParts extends ReceiverParts, DecodeParts {
  readonly hash: TextHash
  /** Most bytes of a body as it is sent. */
  readonly wireLimitBytes: number
}

export function registerTraceApi(app: FastifyInstance, parts: TraceApiParts): void {
  const meter = new RequestMeter(parts.metrics, DOOR)
  app.post(TRACE_API_PATH, { config: { right: 'write', readKey: readApiKey } }, (request, reply) =>
    meter.measure(async (received) => {
      const requestId = await receive(request, parts, received)
      return reply.code(202).type('application/json').send(JSON.stringify({ requestId }))
    }),
  )
}

/** The id of the request, once all of it is durable. */
async function receive(
  request: FastifyRequest,
  parts: TraceApiParts,
  received: (bytes: number) => void,
): Promise<string> {
  const { headers, url, tenant } = request
  checkContentType(headers)
  const body = await readSent(request, parts)
  try {
    const format = readFormat(headers, url)
    const ownId = readRequestId(headers)
    const requestId = ownId ?? randomUUID()
    const nowMs = parts.clock.nowMs()
    const bytes = body.bytes ?? new Uint8Array(0)
    const room = parts.body.budget.reserve(0, bytes.length)
    try {
      const sent: SentBody = { format, bytes: body.bytes, problem: body.problem, nowMs }
      const { batch, rejected, reason, errors } = decodeBody(sent, parts, room)
      const key = keyPrefix(readApiKey(headers, url)!)
      const notes = errors.length === 0 ? undefined : notesOf(errors, { requestId, key, nowMs })
      const { repeated } = await takeSpans(
        {
          ...{ tenant, door: `${DOOR}/spans`, body: bytes, room, batch, rejected, reason },
          // Spans without a timestamp start now, so the same body again is another request unless its sender says so.
          requestKey: ownId ?? null,
          ...(notes === undefined ? {} : { notes }),
        },
        parts,
      )
      if (!repeated) for (const { name } of errors) parts.metrics.counter('integrationErrors', name).inc()
      received(bytes.length)
      return requestId
    } finally {
      room.release()
    }
  } finally {
    body.release()
  }
}

interface Sent {
  readonly bytes: Uint8Array | undefined
  readonly problem: string
  release(): void
}

/** A body that does not inflate is accepted like any other that cannot be read. */
async function readSent(request: FastifyRequest, parts: TraceApiParts): Promise<Sent> {
  const { wireLimitBytes } = parts
  try {
    const options = { ...parts.body, wireLimitBytes, encodings: ['gzip'], isLengthRequired: true } as const
    return { ...(await readBody(request.raw, options)), problem: '' }
  } catch (error) {
    if (!(error instanceof ClewError) || error.code !== 'DECODE_FAILED') throw error
    return { bytes: undefined, problem: error.message, release: () => {} }
  }
}

function notesOf(
  errors: ReadBody['errors'],
  { requestId, key, nowMs }: { requestId: string; key: string; nowMs: number },
): LogBatch {
  const builder = new LogBatchBuilder()
  for (const { name, message } of errors)
    builder.add(
      integrationErrorRecord({
        timestampMs: nowMs,
        feature: FEATURE,
        category: 'BadRequest',
        name,
        message,
        requestId,
        apiKeyPrefix: key,
      }),
    )
  return builder.build()
}
