// OTLP over HTTP (opentelemetry-proto, docs/specification.md, OTLP/HTTP): POST /v1/traces and /v1/logs, as protobuf or
// JSON, every answer in the encoding of its request.
import { encodeExportResponse, encodeStatus } from '@clew/codecs'
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, retryAfterSeconds } from '../../errors.ts'
import type { CorsPolicy } from '../../http/cors.ts'
import { readBody } from '../../http/request-body.ts'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter } from '../receive-spans.ts'
import { type OtlpEncoding, type OtlpSignal, takeExport } from './export.ts'

export interface OtlpHttpParts extends ReceiverParts {
  readonly cors: CorsPolicy
}

const DOOR = 'otlp-http'
const PATHS: Readonly<Record<OtlpSignal, string>> = { spans: '/v1/traces', logs: '/v1/logs' }
const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

export function registerOtlpRoutes(app: FastifyInstance, parts: OtlpHttpParts): void {
  const meter = new RequestMeter(parts.metrics, DOOR)

  for (const signal of ['spans', 'logs'] as const) {
    const path = PATHS[signal]
    app.post(path, { config: { right: 'write' } }, (request, reply) => receive(signal, request, reply))
    app.options(path, { config: { right: 'none' } }, (request, reply) => parts.cors.answerPreflight(request, reply))
  }

  function receive(signal: OtlpSignal, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return meter.measure(async (received) => {
      const encoding = encodingOf(request.headers['content-type'])
      if (encoding === undefined) throw unsupported(request.headers['content-type'])
      const body = await readBody(request.raw, parts.body)
      try {
        const { tenant } = request
        const outcome = await takeExport({ signal, encoding, tenant, door: DOOR, body: body.bytes }, parts)
        const answer = encodeExportResponse(signal, outcome, encoding)
        received(body.bytes.length)
        // Without a body Node writes the head alone, in one piece; a full success in protobuf has no bytes.
        return reply.type(CONTENT_TYPES[encoding]).send(answer.length === 0 ? undefined : answer)
      } finally {
        body.release()
      }
    })
  }
}

/** A failed request is answered with a google.rpc.Status in its own encoding; JSON when that is neither. */
export function renderOtlpError(error: ClewError, contentType: string | undefined): { type: string; body: Buffer } {
  const encoding = encodingOf(contentType) ?? 'json'
  const retryDelaySeconds = retryAfterSeconds(error)
  const status = encodeStatus(
    {
      code: ERRORS[error.code].grpcStatus,
      message: `${error.code}: ${error.message}`,
      ...(retryDelaySeconds === undefined ? {} : { retryDelaySeconds }),
    },
    encoding,
  )
  return { type: CONTENT_TYPES[encoding], body: Buffer.from(status.buffer, status.byteOffset, status.length) }
}

/** The media type alone decides, whatever its case and parameters (RFC 9110 §8.3.1). */
function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  if (contentType === CONTENT_TYPES.protobuf) return 'protobuf'
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase()
  if (mediaType === CONTENT_TYPES.protobuf) return 'protobuf'
  return mediaType === CONTENT_TYPES.json ? 'json' : undefined
}

function unsupported(contentType: string | undefined): ClewError {
  return new ClewError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Content-Type: expected application/x-protobuf or application/json, got ${contentType === undefined ? 'none' : `"${contentType}"`}`,
  )
}
