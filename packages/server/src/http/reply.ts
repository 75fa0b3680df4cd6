// How dialects answer: never from a cache, large bodies in pieces.
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** What has just been stored must be seen: no cache on the way may keep an answer. */
export function fresh(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store')
}

/** A body whose pieces are made as the client takes them. */
export function sendPieces(
  reply: FastifyReply,
  type: string,
  pieces: AsyncIterable<string | Uint8Array>,
): FastifyReply {
  return reply.type(type).send(Readable.from(pieces, { objectMode: false }))
}
