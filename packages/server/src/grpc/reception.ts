// Servers of a port where HTTP/1.1 and HTTP/2 meet: a server of HTTP/1.1 listens, since it has Node's time limits and list
// of connections for a clean stop, and hands connections of HTTP/2 on. In plain text their first bytes tell which they
// are, behind TLS the name that both sides agreed on (ALPN, RFC 7301).
import type { Server } from 'node:http'
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { HttpApp } from '../http/http-app.ts'
import { createHttp1Server, HTTP1_OPTIONS, prepareHttp1 } from '../http/http1-server.ts'
import type { Certificate } from '../tls/certificate.ts'
import { readProtocol } from './first-bytes.ts'

export interface Reception {
  readonly app: HttpApp
  /** Connections that have not said yet what they speak; they are nobody's when the door stops. */
  readonly undecided: Set<Socket>
  readonly acceptHttp2: (socket: Socket) => void
}

/** A client that needs longer for its handshake holds a connection and does no good with it. */
const HANDSHAKE_MS = 20_000
/** Clients that cannot do 1.2 were given up by all that issue certificates (RFC 8996). */
const MIN_TLS = 'TLSv1.2'

export function createPlainReception({ app, undecided, acceptHttp2 }: Reception, firstBytesMs: number): Server {
  const server = createHttp1Server(app)
  const acceptHttp1 = takeOver(server, 'connection')
  server.on('connection', (socket: Socket) => {
    remember(socket, undecided)
    readProtocol(socket, firstBytesMs, (protocol) => {
      undecided.delete(socket)
      if (protocol === 'http2') acceptHttp2(socket)
      else acceptHttp1(socket)
    })
  })
  return server
}

export function createTlsReception(
  { app, undecided, acceptHttp2 }: Reception,
  certificate: Certificate,
  handshakeMs: number = HANDSHAKE_MS,
): HttpsServer {
  const server = createTlsServer(
    {
      ...HTTP1_OPTIONS,
      ...secureContext(certificate),
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: handshakeMs,
    },
    app.serve,
  )
  prepareHttp1(server, app, 'secureConnection')
  const acceptHttp1 = takeOver(server, 'secureConnection')
  /** By the caller's address and port, since a secure socket does not tell which plain one it was made of. */
  const handshaking = new Map<string, Socket>()
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    handshaking.set(peer, socket)
    remember(socket, undecided)
    socket.once('close', () => handshaking.get(peer) === socket && handshaking.delete(peer))
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    const plain = handshaking.get(peerOf(socket))
    if (plain !== undefined) undecided.delete(plain)
    if (socket.alpnProtocol === 'h2') acceptHttp2(socket)
    else acceptHttp1(socket)
  })
  // Node would answer a failed handshake in plain text, which no client of TLS reads.
  server.removeAllListeners('tlsClientError').on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

/** For a new server, or for one that is to go on with another certificate. */
export function secureContext({ certificates, key }: Certificate) {
  return { cert: certificates, key, minVersion: MIN_TLS } as const
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

/** Node's own way to take a connection, which nobody but the caller uses any more. */
function takeOver(server: Server, event: string): (socket: Socket) => void {
  const listeners = server.listeners(event)
  server.removeAllListeners(event)
  return (socket) => {
    for (const listener of listeners) listener.call(server, socket)
  }
}

function remember(socket: Socket, undecided: Set<Socket>): void {
  undecided.add(socket)
  socket.once('close', () => undecided.delete(socket))
}
