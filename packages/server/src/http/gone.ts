// Tells when nobody waits for an answer any more: the client closed its connection before the answer was out.
import type { FastifyReply } from 'fastify'

export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return gone.signal
}
