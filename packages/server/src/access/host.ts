// A door on loopback needs no key, so it must be sure that the caller meant this machine: a web page can point a name of
// its own at 127.0.0.1 (DNS rebinding), but its requests then carry that name in Host (or :authority).
import { ClewError } from '@clew/model'

/** Node's client of HTTP/2 leaves the brackets of an IPv6 address out. */
const BRACKETS = /^\[|\]$/g

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Throws HOST_FORBIDDEN unless `host` (`name` or `name:port`) is one of this machine's own names. */
export function checkLoopbackHost(host: string | undefined): void {
  const name = host?.replace(/:\d*$/, '').toLowerCase()
  if (name !== undefined && isLoopback(name.replaceAll(BRACKETS, ''))) return
  const came = host === undefined ? 'none' : `"${host.slice(0, 100)}"`
  throw new ClewError('HOST_FORBIDDEN', `Host: expected localhost, 127.0.0.1 or [::1] on a loopback port, got ${came}`)
}
