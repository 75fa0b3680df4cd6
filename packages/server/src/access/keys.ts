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

/** Finds the key in a request: `url` is its path and query, or the path of a gRPC method. May refuse by throwing. */
export type ReadKey = (headers: Headers, url: string) => string | undefined

/** The tenant of who shows this key, or none; throws KEY_MISSING, KEY_UNKNOWN or KEY_FORBIDDEN. */
export type Authorize = (key: string | undefined, right: Right) => string

export function createAuthorize(options: AccessOptions): Authorize {
  const entries = new Map(options.keys.map((entry) => [entry.sha256, entry]))
  return (shown, right) => {
    // Without configured keys none can be right, and a sender that shows one all the same means no harm by it.
    const key = entries.size === 0 && options.keyless ? undefined : shown
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

/** Reads the key of every dialect that has no place of its own for it. */
export const shownKey: ReadKey = (headers) => {
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
