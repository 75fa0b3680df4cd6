// Who is asking: the one function that turns the headers of a request, on any door, into a tenant, or refuses.
// Only sha256 hashes of keys are known. They are looked up in a map: what the time of a look-up could tell is about the
// hash, of which an attacker knows no preimage.
import { createHash, randomBytes } from 'node:crypto'
import { ClewError } from '@clew/model'

/** Sending needs `write`, asking needs `read`. */
export type Right = 'read' | 'write'

export interface KeyEntry {
  readonly name: string
  /** Lower-case hex. */
  readonly sha256: string
  readonly tenant: string
  readonly access: Right | 'both'
}

export interface AccessOptions {
  readonly keys: readonly KeyEntry[]
  /** The door is on loopback, or CLEW_INSECURE is set: a request without a key is of the tenant `default`. */
  readonly keyless: boolean
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

export const DEFAULT_TENANT = 'default'

/** The tenant of a request; throws KEY_MISSING, KEY_UNKNOWN or KEY_FORBIDDEN. */
export type Authorize = (headers: Headers, right: Right) => string

export function createAuthorize(options: AccessOptions): Authorize {
  const entries = new Map(options.keys.map((entry) => [entry.sha256, entry]))
  return (headers, right) => {
    // Without configured keys none can be right, and a sender that shows one all the same means no harm by it.
    const key = entries.size === 0 && options.keyless ? undefined : shownKey(headers)
    if (key === undefined) {
      if (options.keyless) return DEFAULT_TENANT
      throw new ClewError(
        'KEY_MISSING',
        'Authorization: expected "Bearer <key>", or the key in X-Clew-Key, got neither',
      )
    }
    const entry = entries.get(hashKey(key))
    if (!entry) throw new ClewError('KEY_UNKNOWN', 'the key that was shown is none of the configured ones')
    if (entry.access !== 'both' && entry.access !== right)
      throw new ClewError(
        'KEY_FORBIDDEN',
        `key "${entry.name}": expected a key that may ${right}, got ${entry.access} only`,
      )
    return entry.tenant
  }
}

/** The key in a request, wherever its dialect puts it; undefined when there is none. */
export function shownKey(headers: Headers): string | undefined {
  const authorization = first(headers.authorization)
  if (authorization !== undefined) {
    const [, scheme, credentials] = /^(\w+) +(\S+) *$/.exec(authorization) ?? []
    if (scheme?.toLowerCase() === 'bearer') return credentials
    // Basic, as an exporter's or Grafana's user and password settings send it: the password is the key.
    if (scheme?.toLowerCase() === 'basic' && credentials)
      return Buffer.from(credentials, 'base64')
        .toString('utf8')
        .replace(/^[^:]*:/, '')
    return authorization
  }
  return first(headers['x-clew-key']) ?? first(headers['api-key']) ?? first(headers['x-api-key'])
}

export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex')
}

/** A new key: 192 random bits, so that no slow hash is needed. */
export function createKey(): string {
  return `clew_${randomBytes(24).toString('base64url')}`
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value[0]
}
