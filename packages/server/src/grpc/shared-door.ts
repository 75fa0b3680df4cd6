// One port for HTTP/1.1, HTTP/2 and gRPC: an HTTP/1.1 server listens, looks at how a connection begins, and hands those
// of HTTP/2 on. Streams of HTTP/2 that are no gRPC calls reach the same routes as requests of HTTP/1.1 do.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import {
  constants,
  type Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import { type BindOptions, bind, urlOf } from '../http/bind.ts'
import type { Door } from '../http/door.ts'
import { HttpApp, type HttpAppOptions } from '../http/http-app.ts'
import { closeHttp1, createHttp1Server, REQUEST_MS } from '../http/http1-server.ts'
import { readProtocol } from './first-bytes.ts'
import { GrpcApp, type GrpcAppOptions, isGrpc } from './grpc-app.ts'
import { Http2Sessions } from './http2-server.ts'

export interface SharedDoorOptions
  extends HttpAppOptions,
    GrpcAppOptions,
    Omit<BindOptions, 'createServer' | 'logger'> {
  /** How long a connection may wait before it says what it speaks. */
  readonly firstBytesMs?: number
}

/** What Node gives a connection of HTTP/1.1 until its headers are here. */
const FIRST_BYTES_MS = 60_000

export class SharedDoor extends HttpApp implements Door {
  readonly #options: SharedDoorOptions
  readonly #grpc: GrpcApp
  readonly #sessions = new Http2Sessions()
  readonly #http2: Http2Server
  /** Connections that have not said yet what they speak. */
  readonly #undecided = new Set<Socket>()
  #servers: readonly Server[] = []
  #port = 0
  #stopping: Promise<void> | undefined

  constructor(options: SharedDoorOptions) {
    super(options)
    this.#options = options
    this.#grpc = new GrpcApp(options)
    // Never listens: it is handed its connections.
    this.#http2 = this.#sessions.createServer((stream, headers) => this.#serveStream(stream, headers))
  }

  get url(): string {
    return this.#servers.length === 0 ? '' : urlOf('http', this.#options.host, this.#port)
  }

  async start(): Promise<void> {
    await this.app.ready()
    const bound = await bind({ ...this.#options, createServer: () => this.#createServer() })
    this.#servers = bound.servers as readonly Server[]
    this.#port = bound.port
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#close(graceMs)
    return this.#stopping
  }

  #createServer(): Server {
    const server = createHttp1Server(this)
    // Node's own way to take a connection, which keeps its time limits and its list for a clean stop.
    const acceptHttp1 = server.listeners('connection')
    server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      this.#undecided.add(socket)
      socket.once('close', () => this.#undecided.delete(socket))
      readProtocol(socket, this.#options.firstBytesMs ?? FIRST_BYTES_MS, (protocol) => {
        this.#undecided.delete(socket)
        if (protocol === 'http2') this.#acceptHttp2(socket)
        else for (const accept of acceptHttp1) accept.call(server, socket)
      })
    })
    return server
  }

  #acceptHttp2(socket: Socket): void {
    // A server of HTTP/1.1 lets clients close their half first; a connection of HTTP/2 ends with either half.
    socket.allowHalfOpen = false
    this.#http2.emit('connection', socket)
  }

  #serveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (isGrpc(headers)) {
      this.#grpc.serve(stream, headers)
      return
    }
    const request = new Http2ServerRequest(
      stream,
      headers,
      {},
      Object.entries(headers).flatMap(([name, value]) => [name, String(value)]),
    )
    const response = new Http2ServerResponse(stream)
    // The limit that Node has for requests of HTTP/1.1 alone: a body that is still coming holds room in the byte budget.
    const limit = setTimeout(() => {
      if (!stream.readableEnded) stream.close(constants.NGHTTP2_CANCEL)
    }, REQUEST_MS)
    stream.once('close', () => clearTimeout(limit))
    // Made to stand in for these (Node: "Compatibility API"), and Fastify serves either.
    this.serve(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  }

  async #close(graceMs: number): Promise<void> {
    this.refuseAll()
    this.#grpc.refuseAll()
    const closed = closeHttp1(this.#servers, graceMs)
    for (const socket of this.#undecided) socket.destroy()
    this.#sessions.close()
    const deadline = setTimeout(() => this.#sessions.destroy(), graceMs)
    await closed
    clearTimeout(deadline)
    await this.app.close()
  }
}
