// One HTTP port: a Fastify app on its addresses, with the checks that hold on every door (host, key, length of the
// address, stopping) before any route runs. What a dialect answers is the dialect's; what an error looks like is a
// function it gives.
import { createServer, type Server, type ServerOptions } from 'node:http'
import { ClewError } from '@clew/model'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { checkLoopbackHost, isLoopback } from '../access/host.ts'
import type { Authorize, Right } from '../access/keys.ts'
import type { Logger } from '../telemetry/logger.ts'
import { bind } from './bind.ts'
import type { Door } from './door.ts'
import { type ErrorRenderer, fromFastify, renderProblemBody, replyWithError } from './problem.ts'
import { refuseBrokenRequest } from './raw-refusal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Owner of the data that this request may see or send. */
    tenant: string
  }
  interface FastifyContextConfig {
    /** What a key must allow for this route; `none` for what everybody may see. `read` when it is not said. */
    right?: Right | 'none'
  }
}

export interface HttpDoorOptions {
  /** How logs, metrics and `/readyz` call it. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** The setting that moves it. */
  readonly setting: string
  readonly authorize: Authorize
  readonly logger: Logger
  /** Body of an answer to a failed request, when it is not a problem document. */
  readonly renderError?: ErrorRenderer
  /** Runs first on every request, before any check can refuse it. */
  readonly onRequest?: (request: FastifyRequest, reply: FastifyReply) => void
}

/** Longer than the 60 s after which most proxies drop an idle connection: the one who sends should close first. */
const KEEP_ALIVE_MS = 75_000
const MAX_URL_CHARS = 8_192
const SWEEP_MS = 20
/** A body that is still coming holds its room in the byte budget: 64 MiB at half a megabyte a second, and no slower. */
const REQUEST_MS = 120_000
const SERVER_OPTIONS: ServerOptions = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_MS, noDelay: true }

export class HttpDoor implements Door {
  readonly name: string
  readonly app: FastifyInstance
  readonly #options: HttpDoorOptions
  readonly #renderError: ErrorRenderer
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []
  #servers: readonly Server[] = []
  #port = 0
  #stopping: Promise<void> | undefined

  constructor(options: HttpDoorOptions) {
    this.name = options.name
    this.#options = options
    this.#renderError = options.renderError ?? renderProblemBody
    this.app = Fastify({
      // Each request's own logger would cost more than most requests; errors are logged where they are answered.
      logger: false,
      routerOptions: { maxParamLength: MAX_URL_CHARS },
      return503OnClosing: false,
    })
    // Bodies are read by readBody, which knows the budget; Fastify passes them by unread.
    this.app.removeAllContentTypeParsers()
    this.app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    this.app.decorateRequest('tenant', '')
    this.app.addHook('onRoute', ({ method, url }) => this.#remember(url, method))
    this.app.addHook('onRequest', (request, reply, done) => {
      this.#check(request, reply)
      done()
    })
    this.app.setErrorHandler((error, request, reply) => this.#answerError(error, request, reply))
    this.app.setNotFoundHandler((request, reply) =>
      this.#answerError(this.#unknownPath(request, reply), request, reply),
    )
  }

  get url(): string {
    const { host } = this.#options
    if (this.#servers.length === 0) return ''
    return `http://${isLoopback(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${this.#port}`
  }

  async start(): Promise<void> {
    await this.app.ready()
    const bound = await bind({
      ...this.#options,
      createServer: () => {
        const server = createServer(SERVER_OPTIONS, this.app.routing)
        server.on('clientError', (error, socket) => refuseBrokenRequest(error, socket, this.#renderError))
        return server
      },
    })
    this.#servers = bound.servers as readonly Server[]
    this.#port = bound.port
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#close(graceMs)
    return this.#stopping
  }

  async #close(graceMs: number): Promise<void> {
    const closed = this.#servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeIdleConnections()
        }),
    )
    // A connection that was busy becomes idle once its answer is out.
    const sweep = setInterval(() => {
      for (const server of this.#servers) server.closeIdleConnections()
    }, SWEEP_MS)
    const deadline = setTimeout(() => {
      for (const server of this.#servers) server.closeAllConnections()
    }, graceMs)
    await Promise.all(closed)
    clearInterval(sweep)
    clearTimeout(deadline)
    await this.app.close()
  }

  #check(request: FastifyRequest, reply: FastifyReply): void {
    this.#options.onRequest?.(request, reply)
    if (this.#stopping) {
      reply.header('connection', 'close')
      throw new ClewError('SHUTTING_DOWN', 'Clew is stopping and takes no new request')
    }
    if (request.url.length > MAX_URL_CHARS)
      throw new ClewError(
        'URI_TOO_LONG',
        `address: expected at most ${MAX_URL_CHARS} characters, got ${request.url.length}`,
      )
    if (isLoopback(this.#options.host)) checkLoopbackHost(request.headers.host)
    if (request.is404) return
    const right = request.routeOptions.config.right ?? 'read'
    if (right !== 'none') request.tenant = this.#options.authorize(request.headers, right)
  }

  #answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const error = fromFastify(thrown)
    if (error.code === 'INTERNAL')
      this.#options.logger.error({ err: error.cause ?? error, door: this.name, path: request.url }, 'request failed')
    const { type, body } = this.#renderError(error, request.headers['content-type'])
    return replyWithError(reply, error).type(type).send(body)
  }

  #remember(url: string, method: string | readonly string[]): void {
    if (url.includes('*')) return
    const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:[^/]+/g, '[^/]+')}/?$`)
    this.#routes.push({ pattern, methods: typeof method === 'string' ? [method] : method })
  }

  /** 405 where the path exists with another method, else 404. */
  #unknownPath(request: FastifyRequest, reply: FastifyReply): ClewError {
    const [path = ''] = request.url.split('?')
    const methods = this.#routes.flatMap((route) => (route.pattern.test(path) ? route.methods : []))
    if (methods.length === 0)
      return new ClewError('NOT_FOUND', `path: expected one that this port serves, got ${path.slice(0, 200)}`)
    const allowed = [...new Set(methods)].join(', ')
    reply.header('allow', allowed)
    return new ClewError('METHOD_NOT_ALLOWED', `method: expected one of ${allowed} for ${path}, got ${request.method}`)
  }
}
