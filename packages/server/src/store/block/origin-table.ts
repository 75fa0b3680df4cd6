// The resources and scopes a block refers to. An origin is known by a hash of its content, so that the same resource has
// the same number in every block, process and node, and the rows fold into one a day.
import { createHash } from 'node:crypto'
import type { Origin } from '@clew/model'
import { hashBytes } from './byte-interner.ts'

export interface BlockOrigin {
  readonly tenant: string
  readonly origin: Origin
  /** First 64 bits of a SHA-256 over all fields. */
  readonly hash: bigint
}

export class OriginTable {
  readonly entries: BlockOrigin[] = []
  readonly #byKey = new Map<string, number>()
  /** Entries by a cheap hash of their bytes: most requests of a block bring the origins of the ones before. */
  readonly #seen = new Map<number, number[]>()

  /** The entry's index in this block. */
  add(tenant: string, origin: Origin): number {
    const { resource, scope } = origin
    const cheap = hashBytes(resource, 0, resource.length) ^ hashBytes(scope, 0, scope.length)
    const seen = this.#seen.get(cheap) ?? []
    for (const index of seen) if (isSame(this.entries[index]!, tenant, origin)) return index
    const index = this.#addNew(tenant, origin)
    this.#seen.set(cheap, [...seen, index])
    return index
  }

  #addNew(tenant: string, origin: Origin): number {
    const hash = originHash(origin)
    const key = `${hash} ${tenant}`
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    this.entries.push({ tenant, origin, hash })
    this.#byKey.set(key, this.entries.length - 1)
    return this.entries.length - 1
  }

  /** The entries of a request's origins, by their index in the request. */
  addAll(tenant: string, origins: readonly Origin[]): Uint32Array {
    return Uint32Array.from(origins, (origin) => this.add(tenant, origin))
  }

  /** The hashes as words, low word first: what a row's `origin` column holds. */
  hashWords(): Uint32Array {
    const hashes = BigUint64Array.from(this.entries, (entry) => entry.hash)
    return new Uint32Array(hashes.buffer)
  }
}

function isSame(entry: BlockOrigin, tenant: string, origin: Origin): boolean {
  const known = entry.origin
  return (
    entry.tenant === tenant &&
    known.service === origin.service &&
    known.resourceSchemaUrl === origin.resourceSchemaUrl &&
    known.scopeSchemaUrl === origin.scopeSchemaUrl &&
    Buffer.compare(known.resource, origin.resource) === 0 &&
    Buffer.compare(known.scope, origin.scope) === 0
  )
}

/** Each field with its length before it, so that no two different origins give the same input. */
function originHash(origin: Origin): bigint {
  const hash = createHash('sha256')
  const fields = [origin.service, origin.resource, origin.resourceSchemaUrl, origin.scope, origin.scopeSchemaUrl]
  for (const field of fields) hash.update(`${Buffer.byteLength(field)}:`).update(field)
  return hash.digest().readBigUInt64LE(0)
}
