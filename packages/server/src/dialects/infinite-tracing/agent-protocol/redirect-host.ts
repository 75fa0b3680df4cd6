// What `preconnect` answers: the host that an agent is to talk to from now on, which is the one it talks to.
import type { FastifyRequest } from 'fastify'

/** Agents that keep the port of their configuration, and would take `host:port` for a name. */
const KEEPS_ITS_PORT = /^NewRelic-(?:Python|Java|Ruby|DotNet|Elixir)-?Agent\//i

/**
 * With the port for agents that otherwise go to 443: Node's, Go's, PHP's. Node's sends no port in its Host header either;
 * then it is that of the door.
 */
export function redirectHost({ headers, raw }: Pick<FastifyRequest, 'headers' | 'raw'>): string {
  const { host = 'localhost', 'user-agent': agent = '' } = headers
  const [, name = host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? []
  if (KEEPS_ITS_PORT.test(agent)) return name
  return `${name}:${port ?? raw.socket.localPort}`
}
