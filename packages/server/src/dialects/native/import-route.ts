// POST /clew/v1/import: a file of spans in any format that Clew reads, such as `clew convert` takes. Pieces of it go through
// the same consumer as every request, one after the other, and the answer comes when all are on disk.
import { SPAN_FORMATS, type SpanFormat, type SpanPart, SpanReader } from '@clew/codecs'
import { ClewError, type TextHash } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { inflate } from '../../http/inflate.ts'
import { fresh } from '../../http/reply.ts'
import { readBody } from '../../http/request-body.ts'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter, takeSpans } from '../receive-spans.ts'
import { routeSchema } from './openapi.ts'
import { ImportParameters } from './parameters.ts'
import type { ImportAnswerJson } from './schemas.ts'

export interface ImportParts extends ReceiverParts {
  readonly textHash: TextHash
}

const DOOR = 'native/import'
/** Stored at a time. The same file sent again has the same pieces, each of which is known then. */
const PIECE_BYTES = 4 << 20
const GZIP_MAGIC = [0x1f, 0x8b]

const DESCRIPTION = [
  'The body is a file of spans, whatever its Content-Type: OTLP JSON, one or one a line, OTLP protobuf, Zipkin v1 and v2',
  'JSON, protobuf or thrift, Jaeger JSON, protobuf or thrift, or New Relic JSON. It may be gzip, with or without',
  'Content-Encoding. Spans are on disk when the answer comes; 400 says that none could be read.',
].join(' ')

export function registerImportRoute(scope: FastifyInstance, parts: ImportParts): void {
  const meter = new RequestMeter(parts.metrics, DOOR)
  const schema = {
    ...routeSchema('Store the spans of a file', { querystring: ImportParameters }, 'ImportAnswer'),
    description: DESCRIPTION,
  }
  scope.post<{ Querystring: ImportParameters }>(
    '/clew/v1/import',
    { schema, config: { right: 'write' } },
    (request, reply) =>
      meter.measure(async (received) => {
        const body = await readBody(request.raw, parts.body)
        try {
          const answer = await importBody(request.tenant, body.bytes, request.query.format, parts)
          received(body.bytes.length)
          return fresh(reply).send(answer)
        } finally {
          body.release()
        }
      }),
  )
}

async function importBody(
  tenant: string,
  body: Uint8Array,
  format: SpanFormat | undefined,
  parts: ImportParts,
): Promise<ImportAnswerJson> {
  const { budget, limitBytes } = parts.body
  // What the file is taken apart in: a piece, which may be all of it, and its copy.
  const room = budget.reserve(2 * body.length, body.length)
  try {
    const isPacked = GZIP_MAGIC.every((byte, i) => body[i] === byte)
    const bytes = isPacked
      ? await inflate(body, 'gzip', { limitBytes, reserve: (count) => room.grow(3 * count) })
      : body
    return await new Import(tenant, parts).take(bytes, format)
  } finally {
    room.release()
  }
}

class Import {
  readonly #tenant: string
  readonly #parts: ImportParts
  readonly #notices: string[] = []
  #stored = 0
  #repeated = 0
  #rejected = 0

  constructor(tenant: string, parts: ImportParts) {
    this.#tenant = tenant
    this.#parts = parts
  }

  async take(bytes: Uint8Array, format: SpanFormat | undefined): Promise<ImportAnswerJson> {
    const { budget } = this.#parts.body
    let room = budget.reserve(0, bytes.length)
    const reader = new SpanReader({
      ...{ bodyBytes: PIECE_BYTES, itemBytes: bytes.length, textHash: this.#parts.textHash },
      reserve: (count) => room.grow(count),
      ...(format === undefined ? {} : { format }),
    })
    try {
      for (const pieces of [reader.push(bytes), reader.end()])
        for (const part of pieces) {
          await this.#takePart(part, room)
          room.release()
          room = budget.reserve(0, bytes.length)
        }
    } finally {
      room.release()
    }
    if (reader.format === undefined || this.#stored + this.#repeated === 0)
      throw new ClewError(
        'DECODE_FAILED',
        this.#notices[0] ?? `spans: expected some in one of ${SPAN_FORMATS.join(', ')}, found none`,
      )
    return {
      ...{ format: reader.format, stored: this.#stored, repeated: this.#repeated, rejected: this.#rejected },
      notices: this.#notices,
    }
  }

  async #takePart(part: SpanPart, room: ReturnType<ReceiverParts['body']['budget']['reserve']>): Promise<void> {
    if ('problem' in part) {
      this.#notices.push(`${part.problem.message} (from byte ${part.offset})`)
      return
    }
    const { decoded, body } = part
    const taken = { tenant: this.#tenant, door: DOOR, body, room, ...decoded }
    const { accepted, rejected, repeated, message } = await takeSpans(taken, this.#parts)
    this.#stored += accepted
    this.#rejected += rejected
    if (repeated) this.#repeated += decoded.batch.count
    if (message !== '') this.#notices.push(message)
  }
}
