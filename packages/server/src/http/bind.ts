// Puts a server on its addresses: `localhost` is both 127.0.0.1 and ::1, on the same port.
import type { AddressInfo, Server } from 'node:net'
import { ClewError } from '@clew/model'
import { isLoopback } from '../access/host.ts'
import type { Logger } from '../telemetry/logger.ts'

export interface BindOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The setting to change when the port is taken. */
  readonly setting: string
  /** A server for one more address, with the same behaviour each. */
  readonly createServer: () => Server
  readonly logger: Pick<Logger, 'warn'>
}

export interface Bound {
  readonly servers: readonly Server[]
  readonly port: number
}

/** Connections the kernel may hold before they are accepted: a thousand senders may all come back at once. */
const BACKLOG = 4096
/** A free port of 127.0.0.1 may be taken on ::1: how often to look for another. */
const FREE_PORT_TRIES = 8

/** `http://localhost:4318`: how people are told of a port. */
export function urlOf(scheme: string, host: string, port: number): string {
  return `${scheme}://${isLoopback(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
}

export async function bind(options: BindOptions): Promise<Bound> {
  for (let tries = FREE_PORT_TRIES; ; tries--) {
    try {
      return await bindOnce(options)
    } catch (error) {
      if (options.port !== 0 || tries === 1) throw error
    }
  }
}

/** Addresses that a host in the settings stands for. */
export function addressesOf(host: string): string[] {
  return host === 'localhost' ? ['127.0.0.1', '::1'] : [host]
}

async function bindOnce(options: BindOptions): Promise<Bound> {
  const hosts = addressesOf(options.host)
  const servers: Server[] = []
  let { port } = options
  try {
    for (const host of hosts) {
      const server = options.createServer()
      try {
        await listen(server, host, port)
      } catch (error) {
        if (servers.length > 0 && isNoSuchAddress(error)) continue
        throw asDoorError(error, host, port, options.setting)
      }
      // The system may refuse to hand over one connection (out of memory, a firewall): the others go on. Without a listener
      // the process would end.
      server.on('error', (error) => options.logger.warn({ err: error, host, port }, 'a connection was not accepted'))
      servers.push(server)
      port = (server.address() as AddressInfo).port
    }
  } catch (error) {
    for (const server of servers) server.close()
    throw error
  }
  return { servers, port }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** A machine without IPv6 has no ::1, for one. */
export function isNoSuchAddress(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
}

/** What went wrong when a port was to be opened, in words for who sets it. */
export function asDoorError(error: unknown, host: string, port: number, setting: string): ClewError {
  const { code, message } = error as NodeJS.ErrnoException
  const at = `${host.includes(':') ? `[${host}]` : host}:${port}`
  if (code === 'EADDRINUSE')
    return new ClewError(
      'DOOR_TAKEN',
      `${at} is taken by another program; stop it, or set ${setting} to another port`,
      {
        cause: error,
      },
    )
  if (code === 'EACCES')
    return new ClewError('DOOR_TAKEN', `${at} may not be opened by this user; set ${setting} to a port above 1023`, {
      cause: error,
    })
  return new ClewError('SETTING_INVALID', `http.host: expected an address of this machine, got ${host}: ${message}`, {
    cause: error,
  })
}
