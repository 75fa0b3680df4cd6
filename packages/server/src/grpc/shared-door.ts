// One port for HTTP/1.1, HTTP/2 and gRPC, in plain text or behind TLS. Streams of HTTP/2 that are no gRPC calls reach the
// same routes as requests of HTTP/1.1 do.
import type { Server } from 'node:http'
import type { Http2Server } from 'node:http2'
import { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { type BindOptions, bind, urlOf } from '../http/bind.ts'
import type { Door } from '../http/door.ts'
import { HttpApp, type HttpAppOptions } from '../http/http-app.ts'
import { closeHttp1 } from '../http/http1-server.ts'
import type { CertificateSource } from '../tls/certificate.ts'
import { GrpcApp, type GrpcAppOptions, isGrpc } from './grpc-app.ts'
import { serveAsRequest } from './http2-request.ts'
import { Http2Sessions } from './http2-server.ts'
import { createPlainReception, createTlsReception, type Reception, secureContext } from './reception.ts'

export interface SharedDoorOptions
  extends HttpAppOptions,
    GrpcAppOptions,
    Omit<BindOptions, 'createServer' | 'logger'> {
  /** How long a connection may wait before it says what it speaks. */
  readonly firstBytesMs?: number
  /** Puts the port behind TLS. */
  readonly certificate?: CertificateSource
  readonly handshakeMs?: number
}

/** What Node gives a connection of HTTP/1.1 until its headers are here. */
const FIRST_BYTES_MS = 60_000
/** How often it is looked whether there is another certificate. */
const RENEWAL_MS = 3_600_000

export class SharedDoor extends HttpApp implements Door {
  readonly #options: SharedDoorOptions
  readonly #grpc: GrpcApp
  readonly #sessions = new Http2Sessions()
  readonly #http2: Http2Server
  /** Connections that have not said yet what they speak. */
  readonly #undecided = new Set<Socket>()
  #servers: readonly Server[] = []
  #port = 0
  #renewal: NodeJS.Timeout | undefined
  #stopping: Promise<void> | undefined

  constructor(options: SharedDoorOptions) {
    super(options)
    this.#options = options
    this.#grpc = new GrpcApp(options)
    // Never listens: it is handed its connections.
    this.#http2 = this.#sessions.createServer((stream, headers) => {
      if (isGrpc(headers)) this.#grpc.serve(stream, headers)
      else serveAsRequest(this, stream, headers)
    })
  }

  get url(): string {
    if (this.#servers.length === 0) return ''
    const scheme = this.#options.certificate === undefined ? 'http' : 'https'
    return urlOf(scheme, this.#options.host, this.#port)
  }

  async start(): Promise<void> {
    await this.app.ready()
    const bound = await bind({ ...this.#options, createServer: await this.#createServers() })
    this.#servers = bound.servers as readonly Server[]
    this.#port = bound.port
    if (this.#options.certificate === undefined) return
    this.#renewal = setInterval(() => void this.renew(), RENEWAL_MS)
  }

  /** Goes on with the certificate that there is now; connections that are open keep theirs. */
  async renew(): Promise<void> {
    const { certificate, logger } = this.#options
    try {
      const context = certificate && secureContext(await certificate.load())
      for (const server of this.#servers) if (context && server instanceof HttpsServer) server.setSecureContext(context)
    } catch (error) {
      logger.error(
        { err: error, door: this.name },
        'the certificate was not renewed; the door goes on with the last one',
      )
    }
  }

  stop(graceMs: number): Promise<void> {
    this.#stopping ??= this.#close(graceMs)
    return this.#stopping
  }

  async #createServers(): Promise<() => Server> {
    const { certificate, firstBytesMs = FIRST_BYTES_MS, handshakeMs } = this.#options
    const reception: Reception = {
      app: this,
      undecided: this.#undecided,
      acceptHttp2: (socket) => this.#acceptHttp2(socket),
    }
    if (certificate === undefined) return () => createPlainReception(reception, firstBytesMs)
    const first = await certificate.load()
    return () => createTlsReception(reception, first, handshakeMs)
  }

  #acceptHttp2(socket: Socket): void {
    // A server of HTTP/1.1 lets clients close their half first; a connection of HTTP/2 ends with either half.
    socket.allowHalfOpen = false
    this.#http2.emit('connection', socket)
  }

  async #close(graceMs: number): Promise<void> {
    clearInterval(this.#renewal)
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
