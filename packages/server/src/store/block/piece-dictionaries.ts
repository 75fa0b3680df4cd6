// The piece dictionaries of one builder and day, one a tenant, under an identity of their own: a builder that starts again
// starts new ones, so that a number never means two things, whatever became of an insert that nobody saw end.
import { randomBytes } from 'node:crypto'
import { type NewPieces, PieceDictionary } from './piece-dictionary.ts'

/** Tenants with a dictionary of their own at a time: some megabytes each at most. Others have their spans stored plain. */
const MAX_TENANTS = 200

export class PieceDictionaries {
  /** The column `dictionary` of `traces` and `span_pieces`. */
  readonly id = randomBytes(8).readBigUInt64LE()
  readonly #byTenant = new Map<string, PieceDictionary>()

  of(tenant: string): PieceDictionary {
    const known = this.#byTenant.get(tenant)
    if (known !== undefined) return known
    const mayGrow = this.#byTenant.size < MAX_TENANTS
    const dictionary = new PieceDictionary(tenant, mayGrow)
    if (mayGrow) this.#byTenant.set(tenant, dictionary)
    return dictionary
  }

  /** Groups have other numbers from now on. */
  forgetGroups(): void {
    for (const dictionary of this.#byTenant.values()) dictionary.forgetGroups()
  }

  /** What is new since the last call, of every tenant. */
  takeNews(): NewPieces[] {
    return [...this.#byTenant.values()]
      .map((dictionary) => dictionary.takeNews())
      .filter(({ pieces }) => pieces.length > 0)
  }
}
