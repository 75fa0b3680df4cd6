// Who emitted spans, by the hash that names it: an origin never changes, so what was read once need not be read again.
import { decodeResource, decodeScope } from '@clew/codecs'
import { ClewError } from '@clew/model'
import type { StoredOrigin } from '../query/stored-span.ts'
import { compileOrigins } from './compile-lookup.ts'
import type { Questions } from './engine.ts'

/** Origins kept; each is some kilobytes. */
const CAPACITY = 4096

export class OriginCache {
  readonly #engine: Questions
  /** In the order of last use, oldest first. */
  readonly #known = new Map<string, StoredOrigin>()

  constructor(engine: Questions) {
    this.#engine = engine
  }

  /** Every origin of `wanted`, by its number. */
  async read(tenant: string, wanted: ReadonlySet<bigint>): Promise<ReadonlyMap<bigint, StoredOrigin>> {
    const found = new Map<bigint, StoredOrigin>()
    const missing: bigint[] = []
    for (const origin of wanted) {
      const key = `${origin} ${tenant}`
      const known = this.#known.get(key)
      if (known === undefined) missing.push(origin)
      else {
        this.#known.delete(key)
        this.#known.set(key, known)
        found.set(origin, known)
      }
    }
    if (missing.length > 0) await this.#load(tenant, missing, found)
    return found
  }

  async #load(tenant: string, missing: readonly bigint[], found: Map<bigint, StoredOrigin>): Promise<void> {
    const result = await this.#engine.query(compileOrigins(tenant, missing))
    const [origin, service, resource, resourceUrl, scope, scopeUrl] = [
      'origin',
      'service',
      'resource',
      'resource_schema_url',
      'scope',
      'scope_schema_url',
    ].map((name) => result.column(name)) as [Column, Column, Column, Column, Column, Column]
    for (let row = 0; row < result.rows; row++) {
      // The bytes are views of the whole answer: a copy lets the rest go.
      const resourceBytes = resource.bytes(row).slice()
      const scopeBytes = scope.bytes(row).slice()
      const stored: StoredOrigin = {
        serviceName: service.text(row),
        resource: decodeResource(resourceBytes, resourceUrl.text(row)),
        scope: decodeScope(scopeBytes, scopeUrl.text(row)),
        resourceBytes,
        scopeBytes,
      }
      found.set(origin.bigint(row), stored)
      this.#remember(`${origin.bigint(row)} ${tenant}`, stored)
    }
  }

  #remember(key: string, origin: StoredOrigin): void {
    this.#known.set(key, origin)
    if (this.#known.size <= CAPACITY) return
    const [oldest] = this.#known.keys()
    this.#known.delete(oldest!)
  }
}

/** Resources are inserted before what refers to them, in the same partition: a missing one is a fault of the store. */
export function originOf(origins: ReadonlyMap<bigint, StoredOrigin>, origin: bigint): StoredOrigin {
  const stored = origins.get(origin)
  if (stored === undefined) throw new ClewError('INTERNAL', `resources: expected origin ${origin}, found none`)
  return stored
}

type Column = ReturnType<Awaited<ReturnType<Questions['query']>>['column']>
