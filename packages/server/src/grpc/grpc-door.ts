// One gRPC port: HTTP/2 without TLS on node:http2. It takes the byte budget when a message is announced and while it
// inflates, which @grpc/grpc-js cannot do (it hands a message over only when all of it is in memory, decompressed), and
// needs about a fifth of its CPU for small calls (docs/adr).
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2'
import type { Server } from 'node:net'
import { ClewError } from '@clew/model'
import { checkLoopbackHost, isLoopback } from '../access/host.ts'
import type { Authorize } from '../access/keys.ts'
import { asClewError, GRPC_STATUS } from '../errors.ts'
import { bind } from '../http/bind.ts'
import type { Door } from '../http/door.ts'
import { Call, type CallOptions } from './call.ts'
import type { GrpcMethods } from './method.ts'

export interface GrpcDoorOptions extends CallOptions {
  readonly name: string
  readonly host: string
  readonly port: number
  /** The setting that moves it. */
  readonly setting: string
  readonly authorize: Authorize
  readonly methods: GrpcMethods
}

const MIB = 2 ** 20
/**
 * What may be under way to us unread. We read at once and keep only what the budget has room for, so these are about
 * speed: with the default of 64 KiB a request of 250 KB waits for four window updates.
 */
const STREAM_WINDOW_BYTES = 4 * MIB
const CONNECTION_WINDOW_BYTES = 16 * MIB
const HTTP2_OPTIONS: ServerOptions = {
  settings: {
    initialWindowSize: STREAM_WINDOW_BYTES,
    maxFrameSize: MIB,
    maxConcurrentStreams: 1_000,
    maxHeaderListSize: 16_384,
    enablePush: false,
  },
  /** In MiB: the default of 10 is less than one connection's window. */
  maxSessionMemory: 64,
}

export class GrpcDoor implements Door {
  readonly name: string
  readonly #options: GrpcDoorOptions
  readonly #sessions = new Set<ServerHttp2Session>()
  #servers: readonly Server[] = []
  #port = 0
  #stopping: Promise<void> | undefined

  constructor(options: GrpcDoorOptions) {
    this.name = options.name
    this.#options = options
  }

  get url(): string {
    const { host } = this.#options
    if (this.#servers.length === 0) return ''
    return `http://${isLoopback(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${this.#port}`
  }

  async start(): Promise<void> {
    const bound = await bind({ ...this.#options, createServer: () => this.#createServer() })
    this.#servers = bound.servers
    this.#port = bound.port
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#close(graceMs)
    return this.#stopping
  }

  #createServer(): Http2Server {
    const server = createServer(HTTP2_OPTIONS)
    server.on('session', (session) => {
      this.#sessions.add(session)
      session.setLocalWindowSize(CONNECTION_WINDOW_BYTES)
      session.on('close', () => this.#sessions.delete(session))
      session.on('error', () => session.destroy())
    })
    server.on('stream', (stream, headers) => this.#serve(stream, headers))
    server.on('sessionError', () => {})
    return server
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (!headers['content-type']?.startsWith('application/grpc')) {
      // The specification asks for this status, so that no gRPC client takes the answer for one of a gRPC server.
      stream.on('error', () => {})
      stream.respond({ ':status': 415, 'content-type': 'text/plain; charset=utf-8' })
      stream.end('This port speaks gRPC only.\n')
      return
    }
    const call = new Call(stream, headers, this.#options)
    try {
      if (this.#stopping) throw new ClewError('SHUTTING_DOWN', 'Clew is stopping and takes no new request')
      if (isLoopback(this.#options.host)) checkLoopbackHost(headers[':authority'] ?? headers.host)
      const path = headers[':path'] ?? ''
      const method = Object.hasOwn(this.#options.methods, path) ? this.#options.methods[path] : undefined
      if (method === undefined)
        call.refuse(GRPC_STATUS.unimplemented, `method: expected one that this port serves, got ${path.slice(0, 200)}`)
      else void call.serve(method, method.right === 'none' ? '' : this.#options.authorize(headers, method.right))
    } catch (error) {
      call.fail(asClewError(error))
    }
  }

  async #close(graceMs: number): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    // GOAWAY: running calls end, new ones go elsewhere.
    for (const session of this.#sessions) session.close()
    const deadline = setTimeout(() => {
      for (const session of this.#sessions) session.destroy()
    }, graceMs)
    await Promise.all(closed)
    clearTimeout(deadline)
  }
}
