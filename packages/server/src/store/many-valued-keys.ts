// Which attributes of spans have so many values that one of them is surely rare: ids of requests, orders, users. A search
// for one value of such an attribute looks far back at once instead of starting with the last minutes.
import { type Clock, systemClock } from '@clew/model'
import type { Questions } from './engine.ts'
import { type Sql, sql } from './sql.ts'

/** A guess that only decides how far a search looks first: it may be old. */
const REFRESH_MS = 60_000
const KEY_LIMIT = 10_000

interface Listed {
  readonly askedMs: number
  readonly keys: Promise<ReadonlySet<string>>
}

export class ManyValuedKeys {
  readonly #engine: Questions
  readonly #clock: Clock
  readonly #tenants = new Map<string, Listed>()

  constructor(engine: Questions, clock: Clock = systemClock) {
    this.#engine = engine
    this.#clock = clock
  }

  /** Whether one of the keys is known to have many values; false where nobody can tell. */
  async some(tenant: string, keys: readonly string[]): Promise<boolean> {
    if (keys.length === 0) return false
    const known = await this.#list(tenant)
    return keys.some((key) => known.has(key))
  }

  /** An old list is given once more while a new one is read. */
  #list(tenant: string): Promise<ReadonlySet<string>> {
    const known = this.#tenants.get(tenant)
    if (known !== undefined && this.#clock.nowMs() - known.askedMs < REFRESH_MS) return known.keys
    const keys = this.#ask(tenant).catch(() => new Set<string>())
    this.#tenants.set(tenant, { askedMs: this.#clock.nowMs(), keys })
    return known?.keys ?? keys
  }

  async #ask(tenant: string): Promise<ReadonlySet<string>> {
    const result = await this.#engine.query(compileManyValuedKeys(tenant), undefined, { tenant })
    const key = result.column('key')
    return new Set(Array.from({ length: result.rows }, (_, row) => key.text(row)))
  }
}

function compileManyValuedKeys(tenant: string): Sql {
  return sql`SELECT DISTINCT key
FROM attribute_catalog
WHERE tenant = ${tenant} AND scope = 'span' AND type = 'string' AND many = 1
LIMIT ${KEY_LIMIT}`
}
