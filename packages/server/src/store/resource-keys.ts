// Which attributes resources and scopes have at all. Most conditions name an attribute of spans: that no resource has it
// need not be asked for each value.
import { BlockMemory } from './block-memory.ts'
import type { Questions } from './engine.ts'
import { type Sql, sql } from './sql.ts'

/** More keys than this are not listed; then each condition is looked up by itself. */
const LIST_LIMIT = 20_000

export class ResourceKeys {
  readonly #engine: Questions
  readonly #keys = new BlockMemory<ReadonlySet<bigint> | undefined>()
  /** The block of each tenant's last condition: only the second one before the next block pays for the list. */
  readonly #lastBlock = new Map<string, bigint>()

  constructor(engine: Questions) {
    this.#engine = engine
  }

  /** False where no resource of the tenant has the key; true where one has it or nobody has looked. */
  async mayHave(tenant: string, key: bigint, block: bigint): Promise<boolean> {
    if (this.#lastBlock.get(tenant) !== block) {
      this.#lastBlock.set(tenant, block)
      return true
    }
    const keys = await this.#keys.read(tenant, block, () => this.#ask(tenant))
    return keys === undefined || keys.has(key)
  }

  async #ask(tenant: string): Promise<ReadonlySet<bigint> | undefined> {
    const result = await this.#engine.query(compileResourceKeys(tenant))
    if (result.rows > LIST_LIMIT) return undefined
    const key = result.column('key')
    return new Set(Array.from({ length: result.rows }, (_, row) => key.bigint(row)))
  }
}

function compileResourceKeys(tenant: string): Sql {
  return sql`SELECT DISTINCT arrayJoin(arrayConcat(string_keys, number_keys, bool_keys)) AS key
FROM resources
WHERE tenant = ${tenant}
LIMIT ${LIST_LIMIT + 1}`
}
