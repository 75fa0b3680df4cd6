// Cross-origin requests of browsers (Fetch standard, CORS protocol): which pages may send or read, and what they are told.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A browser asks again after this time; two hours is the most that Chromium keeps. */
const PREFLIGHT_SECONDS = 7_200

/** True for a page of this machine, whatever its port and scheme. */
function isLocalOrigin(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin)
}

export class CorsPolicy {
  readonly #allowed: ReadonlySet<string>
  readonly #everyOne: boolean
  readonly #methods: string

  /** `origins` besides those of this machine; `*` for all. `methods` as the header has them. */
  constructor(origins: readonly string[], methods = 'POST') {
    this.#allowed = new Set(origins)
    this.#methods = methods
    this.#everyOne = origins.includes('*')
  }

  allows(origin: string): boolean {
    return this.#everyOne || this.#allowed.has(origin) || isLocalOrigin(origin)
  }

  /** Marks an answer as readable for the page that asked, if it may. Call it before anything can refuse the request. */
  mark(request: FastifyRequest, reply: FastifyReply): void {
    const { origin } = request.headers
    if (origin === undefined) return
    reply.header('vary', 'Origin')
    if (!this.allows(origin)) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', 'Retry-After')
  }

  /** Answers a preflight request; without the allowing headers when the page may not. */
  answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { origin } = request.headers
    if (origin !== undefined && this.allows(origin)) {
      reply.header('access-control-allow-methods', this.#methods)
      reply.header('access-control-max-age', PREFLIGHT_SECONDS)
      const asked = request.headers['access-control-request-headers']
      if (asked !== undefined) reply.header('access-control-allow-headers', asked)
      // Private Network Access: a page from elsewhere that asks for this machine.
      if (request.headers['access-control-request-private-network'] === 'true')
        reply.header('access-control-allow-private-network', 'true')
    }
    return reply.code(204).send()
  }

  /** From now on every path that gets a route in this scope answers preflight requests too. */
  answerPreflights(app: FastifyInstance): void {
    const paths = new Set<string>()
    app.addHook('onRoute', ({ url }) => {
      if (paths.has(url)) return
      paths.add(url)
      app.options(url, { config: { right: 'none' } }, (request, reply) => this.answerPreflight(request, reply))
    })
  }
}
