// Servers of HTTP/2 with the windows and limits that all of ours have, and a stop that lets running streams end.
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2'
import type { Socket } from 'node:net'
import { TCP_KEEP_ALIVE } from '../http/http1-server.ts'

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
    /** Of routes over HTTP less is taken, with an answer; beyond this a stream is reset without a word. */
    maxHeaderListSize: 65_536,
    enablePush: false,
  },
  /** In MiB: the default of 10 is less than one connection's window. */
  maxSessionMemory: 64,
}

export type ServeStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

/** The connections of one door. A server of it may listen by itself, or be handed sockets by `emit('connection')`. */
export class Http2Sessions {
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #sockets = new Set<Socket>()

  createServer(serve: ServeStream): Http2Server {
    const server = createServer(HTTP2_OPTIONS)
    server.on('connection', (socket: Socket) => {
      socket.setKeepAlive(true, TCP_KEEP_ALIVE.keepAliveInitialDelay)
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('session', (session) => {
      this.#sessions.add(session)
      session.setLocalWindowSize(CONNECTION_WINDOW_BYTES)
      session.on('close', () => this.#sessions.delete(session))
      session.on('error', () => session.destroy())
    })
    server.on('stream', serve)
    server.on('sessionError', () => {})
    return server
  }

  /** GOAWAY: running streams end, new ones go elsewhere. */
  close(): void {
    for (const session of this.#sessions) session.close()
  }

  /** A session that was closed waits for its peer to close too, even when it is destroyed; so the sockets are. */
  destroy(): void {
    for (const session of this.#sessions) session.destroy()
    for (const socket of this.#sockets) socket.destroy()
  }
}
