// What stands behind every port that speaks HTTP: a Fastify app, with the checks that hold on every door (host, path,
// length of address and headers, key, stopping) before any route runs. What a dialect answers is the dialect's; what an
// error looks like is a function it gives for its paths.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ClewError } from '@clew/model'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { checkLoopbackHost, isLoopback } from '../access/host.ts'
import { type Authorize, type ReadKey, type Right, shownKey } from '../access/keys.ts'
import type { Logger } from '../telemetry/logger.ts'
import { discardRest } from './discard.ts'
import { knownMethods, type Route, routeOf } from './known-routes.ts'
import { type PathOwner, PathOwners } from './path-owners.ts'
import { type ErrorRenderer, fromFastify, replyWithError } from './problem.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Owner of the data that this request may see or send. */
    tenant: string
  }
  interface FastifyContextConfig {
    /** What a key must allow for this route; `none` for what everybody may see. `read` when it is not said. */
    right?: Right | 'none'
    /** Where this dialect's clients put their key, if not where all others do. */
    readKey?: ReadKey
  }
}

export interface HttpAppOptions {
  /** How logs, metrics and `/readyz` call the door. */
  readonly name: string
  readonly host: string
  readonly authorize: Authorize
  readonly logger: Logger
}

const MAX_URL_CHARS = 8_192
/** Names and values together. */
const MAX_HEADER_CHARS = 16_384
/** What Node itself takes, which answers in no dialect's shape: far above the limits that are ours to say. */
export const MAX_HEAD_BYTES = 131_072

export class HttpApp {
  readonly name: string
  readonly app: FastifyInstance
  readonly #options: HttpAppOptions
  readonly #owners = new PathOwners()
  readonly #routes: Route[] = []
  #isStopping = false

  constructor(options: HttpAppOptions) {
    this.name = options.name
    this.#options = options
    this.app = Fastify({
      // Each request's own logger would cost more than most requests; errors are logged where they are answered.
      logger: false,
      // A part of a path is never what is too long: the whole address is measured.
      routerOptions: { maxParamLength: MAX_HEAD_BYTES },
      return503OnClosing: false,
    })
    // Bodies are read by readBody, which knows the budget; Fastify passes them by unread.
    this.app.removeAllContentTypeParsers()
    this.app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    this.app.decorateRequest('tenant', '')
    this.app.addHook('onRoute', ({ method, url }) => {
      this.#routes.push(...routeOf(url, method))
    })
    this.app.addHook('onRequest', (request, reply, done) => {
      this.#check(request, reply)
      done()
    })
    this.app.setErrorHandler((error, request, reply) => this.#answerError(error, request, reply))
    this.app.setNotFoundHandler((request, reply) =>
      this.#answerError(this.#unknownPath(request, reply), request, reply),
    )
  }

  /** Gives paths to a dialect: errors on them are answered in its shape. */
  own(owner: PathOwner): void {
    this.#owners.add(owner)
  }

  /** Shape of an error on a path; of what never became a request when it is left out. */
  renderErrorOf(url = '/'): ErrorRenderer {
    return this.#owners.renderErrorOf(url)
  }

  get serve(): (request: IncomingMessage, response: ServerResponse) => void {
    return this.app.routing
  }

  /** From now on every request is refused. */
  refuseAll(): void {
    this.#isStopping = true
  }

  #check(request: FastifyRequest, reply: FastifyReply): void {
    this.#owners.of(request.url).onRequest?.(request, reply)
    if (this.#isStopping) {
      if (request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
      throw new ClewError('SHUTTING_DOWN', 'Clew is stopping and takes no new request')
    }
    // HTTP/2 has the name in a pseudo-header (RFC 9113 §8.3.1).
    const { ':authority': authority, host = authority } = request.headers as Record<string, string | undefined>
    if (isLoopback(this.#options.host)) checkLoopbackHost(authority ?? host)
    if (request.is404) return
    if (this.#isShadowed(request)) throw this.#unknownPath(request, reply)
    checkSizes(request)
    const { right = 'read', readKey = shownKey } = request.routeOptions.config
    if (right !== 'none') request.tenant = this.#options.authorize(readKey(request.headers, request.url), right)
  }

  /** True where a catch-all such as the page's would answer for a path that is a dialect's, or that takes other methods. */
  #isShadowed({ url, routeOptions }: FastifyRequest): boolean {
    if (!routeOptions.url?.includes('*')) return false
    return this.#owners.hasNamed(url) || knownMethods(this.#routes, pathOf(url)).length > 0
  }

  #answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = fromFastify(thrown)
    if (error.code === 'INTERNAL')
      this.#options.logger.error({ err: error.cause ?? error, door: this.name, path: request.url }, 'request failed')
    discardRest(request.raw)
    const render = this.#owners.renderErrorOf(request.url)
    return replyWithError(reply, error, render(error, request.headers['content-type']))
  }

  /** 405 where the path exists with another method, else 404. */
  #unknownPath(request: FastifyRequest, reply: FastifyReply): ClewError {
    const path = pathOf(request.url)
    const methods = knownMethods(this.#routes, path)
    if (methods.length === 0)
      return new ClewError('NOT_FOUND', `path: expected one that this port serves, got ${path.slice(0, 200)}`)
    const allowed = methods.join(', ')
    reply.header('allow', allowed)
    return new ClewError(
      'METHOD_NOT_ALLOWED',
      `method: expected one of ${allowed} for ${path.slice(0, 200)}, got ${request.method}`,
    )
  }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0]!
}

function checkSizes({ url, raw }: FastifyRequest): void {
  if (url.length > MAX_URL_CHARS)
    throw new ClewError('URI_TOO_LONG', `address: expected at most ${MAX_URL_CHARS} characters, got ${url.length}`)
  let chars = 0
  for (const text of raw.rawHeaders) chars += text.length
  if (chars > MAX_HEADER_CHARS)
    throw new ClewError(
      'HEADERS_TOO_LARGE',
      `headers: expected at most ${MAX_HEADER_CHARS} characters together, got ${chars}`,
    )
}
