// Servers of HTTP/1.1 for an app: time limits, what is no request at all, and a stop that lets running requests end.
import { createServer, type Server, type ServerOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import { type HttpApp, MAX_HEAD_BYTES } from './http-app.ts'
import { refuseBrokenRequest } from './raw-refusal.ts'

/** Longer than the 60 s after which most proxies drop an idle connection: the one who sends should close first. */
const KEEP_ALIVE_MS = 75_000
const SWEEP_MS = 20
/** A peer that is gone without a word is noticed by the system asking it. */
export const TCP_KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 60_000 } as const
/** A body that is still coming holds its room in the byte budget: 64 MiB at half a megabyte a second, and no slower. */
export const REQUEST_MS = 120_000

export const HTTP1_OPTIONS = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  requestTimeout: REQUEST_MS,
  maxHeaderSize: MAX_HEAD_BYTES,
  noDelay: true,
  ...TCP_KEEP_ALIVE,
} as const satisfies ServerOptions

/** Connections that have not brought a request yet: Node does not count them as idle. */
const UNUSED = new WeakMap<Server, Set<Duplex>>()

export function createHttp1Server(app: HttpApp): Server {
  return prepareHttp1(createServer(HTTP1_OPTIONS, app.serve), app, 'connection')
}

/** Gives a server what all of ours have; `accepted` is its event for a connection that may bring requests. */
export function prepareHttp1<S extends Server>(
  server: S,
  app: HttpApp,
  accepted: 'connection' | 'secureConnection',
): S {
  const unused = new Set<Duplex>()
  UNUSED.set(server, unused)
  server.on(accepted, (socket: Duplex) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }) => unused.delete(socket))
  server.on('clientError', (error, socket) => refuseBrokenRequest(error, socket, app))
  return server
}

/** Resolves when all connections are closed: idle ones at once, busy ones after their answer or after the grace. */
export async function closeHttp1(servers: readonly Server[], graceMs: number): Promise<void> {
  const closed = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
        for (const socket of UNUSED.get(server) ?? []) socket.destroy()
      }),
  )
  // A connection that was busy becomes idle once its answer is out.
  const sweep = setInterval(() => {
    for (const server of servers) server.closeIdleConnections()
  }, SWEEP_MS)
  const deadline = setTimeout(() => {
    for (const server of servers) server.closeAllConnections()
  }, graceMs)
  await Promise.all(closed)
  clearInterval(sweep)
  clearTimeout(deadline)
}
