// One gRPC port: HTTP/2 without TLS on node:http2. It takes the byte budget when a message is announced and while it
// inflates, which @grpc/grpc-js cannot do (it hands a message over only when all of it is in memory, decompressed), and
// needs about a fifth of its CPU for small calls (docs/adr).
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Server } from 'node:net'
import { type BindOptions, bind, urlOf } from '../http/bind.ts'
import type { Door } from '../http/door.ts'
import { GrpcApp, type GrpcAppOptions, isGrpc } from './grpc-app.ts'
import { Http2Sessions } from './http2-server.ts'

export interface GrpcDoorOptions extends GrpcAppOptions, Omit<BindOptions, 'createServer' | 'logger'> {
  readonly name: string
}

export class GrpcDoor implements Door {
  readonly name: string
  readonly #options: GrpcDoorOptions
  readonly #grpc: GrpcApp
  readonly #sessions = new Http2Sessions()
  #servers: readonly Server[] = []
  #port = 0
  #stopping: Promise<void> | undefined

  constructor(options: GrpcDoorOptions) {
    this.name = options.name
    this.#options = options
    this.#grpc = new GrpcApp(options)
  }

  get url(): string {
    return this.#servers.length === 0 ? '' : urlOf('http', this.#options.host, this.#port)
  }

  async start(): Promise<void> {
    const createServer = () => this.#sessions.createServer((stream, headers) => this.#serve(stream, headers))
    const bound = await bind({ ...this.#options, createServer })
    this.#servers = bound.servers
    this.#port = bound.port
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#close(graceMs)
    return this.#stopping
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    if (isGrpc(headers)) {
      this.#grpc.serve(stream, headers)
      return
    }
    // The specification asks for this status, so that no gRPC client takes the answer for one of a gRPC server.
    stream.on('error', () => {})
    stream.respond({ ':status': 415, 'content-type': 'text/plain; charset=utf-8' })
    stream.end('This port speaks gRPC only.\n')
  }

  async #close(graceMs: number): Promise<void> {
    this.#grpc.refuseAll()
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    this.#sessions.close()
    const deadline = setTimeout(() => this.#sessions.destroy(), graceMs)
    await Promise.all(closed)
    clearTimeout(deadline)
  }
}
