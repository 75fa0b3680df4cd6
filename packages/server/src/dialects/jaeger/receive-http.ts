// Jaeger's collector over HTTP: POST /api/traces on 14268 takes one Batch of jaeger.thrift, in the binary protocol as all
// clients send it, or in the compact one. The answer is 202 once the spans are on disk, or a line of text.
import { decodeJaegerThrift, type ThriftProtocol } from '@clew/codecs'
import { ClewError } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import type { RenderedError } from '../../http/problem.ts'
import { readBody } from '../../http/request-body.ts'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter } from '../receive-spans.ts'
import { takeJaegerSpans } from './take-jaeger-spans.ts'

const DOOR = 'jaeger-http'

export const TRACES_PATH = '/api/traces'

const PROTOCOLS: Readonly<Record<string, ThriftProtocol>> = {
  'application/x-thrift': 'binary',
  'application/vnd.apache.thrift.binary': 'binary',
  'application/vnd.apache.thrift.compact': 'compact',
}

export function registerTraceRoutes(app: FastifyInstance, parts: ReceiverParts): void {
  const meter = new RequestMeter(parts.metrics, DOOR)
  app.post(TRACES_PATH, { config: { right: 'write' } }, (request, reply) =>
    meter.measure(async (received) => {
      const protocol = protocolOf(request.headers['content-type'])
      const { bytes, release } = await readBody(request.raw, parts.body)
      try {
        const { tenant } = request
        await takeJaegerSpans(
          { tenant, door: DOOR, body: bytes, decode: (body, reserve) => decodeJaegerThrift(body, protocol, reserve) },
          parts,
        )
        received(bytes.length)
        return reply.code(202).send()
      } finally {
        release()
      }
    }),
  )
}

/** The media type alone decides, whatever its case and parameters. */
function protocolOf(contentType: string | undefined): ThriftProtocol {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  const protocol = Object.hasOwn(PROTOCOLS, mediaType) ? PROTOCOLS[mediaType] : undefined
  if (protocol !== undefined) return protocol
  throw new ClewError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Content-Type: expected ${Object.keys(PROTOCOLS).join(', ')}, got ${contentType === undefined ? 'none' : `"${contentType}"`}`,
  )
}

/** A line of text, and 400 for a content type that is not taken, as Jaeger answers. */
export function renderJaegerError(error: ClewError): RenderedError {
  const body = Buffer.from(`${error.message}\n`)
  const type = 'text/plain; charset=utf-8'
  return error.code === 'UNSUPPORTED_MEDIA_TYPE' ? { type, body, status: 400 } : { type, body }
}
