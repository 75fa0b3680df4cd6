// Cross-origin requests of browser senders (Fetch standard, CORS protocol): which pages may send, and what they are told.
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A browser asks again after this time; two hours is the most that Chromium keeps. */
const PREFLIGHT_SECONDS = 7_200

/** True for a page of this machine, whatever its port and scheme. */
function isLocalOrigin(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)
}

export class CorsPolicy {
  readonly #allowed: ReadonlySet<string>
  readonly #everyOne: boolean

  /** `origins` besides those of this machine; `*` for all. */
  constructor(origins: readonly string[]) {
    this.#allowed = new Set(origins)
    this.#everyOne = origins.includes('*')
  }

  allows(origin: string): boolean {
    return this.#everyOne || this.#allowed.has(origin) || isLocalOrigin(origin)
  }

  /** Marks an answer as readable for the page that asked, if it may send. Call it before anything can refuse the request. */
  mark(request: FastifyRequest, reply: FastifyReply): void {
    const { origin } = request.headers
    if (origin === undefined) return
    reply.header('vary', 'Origin')
    if (!this.allows(origin)) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', 'Retry-After')
  }

  /** Answers a preflight request; without the allowing headers when the page may not send. */
  answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { origin } = request.headers
    if (origin !== undefined && this.allows(origin)) {
      reply.header('access-control-allow-methods', 'POST')
      reply.header('access-control-max-age', PREFLIGHT_SECONDS)
      const asked = request.headers['access-control-request-headers']
      if (asked !== undefined) reply.header('access-control-allow-headers', asked)
      // Private Network Access: a page from elsewhere that asks for this machine.
      if (request.headers['access-control-request-private-network'] === 'true')
        reply.header('access-control-allow-private-network', 'true')
    }
    return reply.code(204).send()
  }
}
