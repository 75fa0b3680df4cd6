// Zipkin over HTTP (zipkin-api.yaml and zipkin2-api.yaml of openzipkin/zipkin-api): POST /api/v2/spans and /api/v1/spans.
// The answer is 202 without a body once the spans are on disk, or a line of text.
import { ClewError } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import type { RenderedError } from '../../http/problem.ts'
import { type BodyOptions, type RequestBody, readBody } from '../../http/request-body.ts'
import type { ZipkinFormat } from './formats.ts'
import type { ZipkinReceiver } from './zipkin-receiver.ts'

const TRANSPORT = 'http'

export const SPANS_PATH = { v1: '/api/v1/spans', v2: '/api/v2/spans' } as const

type Version = keyof typeof SPANS_PATH

/** What is sent without one of these types is JSON. */
const OTHER_TYPES: Readonly<Record<Version, Readonly<Record<string, ZipkinFormat>>>> = {
  v1: { 'application/x-thrift': 'THRIFT' },
  v2: { 'application/x-protobuf': 'PROTO3' },
}
const JSON_FORMATS: Readonly<Record<Version, ZipkinFormat>> = { v1: 'JSON_V1', v2: 'JSON_V2' }

export function registerSpanRoutes(app: FastifyInstance, options: BodyOptions, receiver: ZipkinReceiver): void {
  const meter = receiver.meter(TRANSPORT)
  for (const version of ['v2', 'v1'] as const)
    app.post(SPANS_PATH[version], { config: { right: 'write' } }, (request, reply) =>
      meter.measure(async (received) => {
        const { tenant, headers } = request
        const { bytes, release } = await readSpans(request.raw, options)
        try {
          await receiver.take({
            tenant,
            transport: TRANSPORT,
            format: formatOf(version, headers['content-type']),
            body: bytes,
          })
          received(bytes.length)
          return reply.code(202).send()
        } finally {
          release()
        }
      }),
    )
}

async function readSpans(message: Parameters<typeof readBody>[0], options: BodyOptions): Promise<RequestBody> {
  try {
    return await readBody(message, options)
  } catch (error) {
    if (error instanceof ClewError && error.code === 'DECODE_FAILED')
      throw new ClewError('DECODE_FAILED', 'Cannot gunzip spans', { cause: error })
    throw error
  }
}

/** The media type alone decides, whatever its case and parameters. */
function formatOf(version: Version, contentType: string | undefined): ZipkinFormat {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  const types = OTHER_TYPES[version]
  return (Object.hasOwn(types, mediaType) ? types[mediaType] : undefined) ?? JSON_FORMATS[version]
}

/** Said in Zipkin's own words where it has some; the status tells the rest. */
const PLAIN_CODES: ReadonlySet<string> = new Set(['DECODE_FAILED', 'INVALID_ARGUMENT', 'NOT_FOUND'])

/** One line of text, with the code before what only Clew says. */
export function renderZipkinError(error: ClewError): RenderedError {
  const text = PLAIN_CODES.has(error.code) ? error.message : `${error.code}: ${error.message}`
  return { type: 'text/plain; charset=utf-8', body: Buffer.from(`${text}\n`) }
}
