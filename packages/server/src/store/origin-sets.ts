// Which origins a condition on resource or scope selects, looked up once a question instead of in each of its statements.
// `resources` is small; that no origin fits is the most useful answer, since it frees the rest of the condition.
import type { Plan } from '../query/plan.ts'
import { BlockMemory } from './block-memory.ts'
import { type CompiledPlan, compilePlan, FALSE, originSubquery } from './compile-predicate.ts'
import type { Questions } from './engine.ts'
import { ResourceKeys } from './resource-keys.ts'
import { type Sql, sql } from './sql.ts'

/** More origins than this stay a subquery. */
const LIST_LIMIT = 500

export class OriginSets {
  readonly #engine: Questions
  readonly #known = new BlockMemory<Sql>()
  readonly #keys: ResourceKeys

  constructor(engine: Questions) {
    this.#engine = engine
    this.#keys = new ResourceKeys(engine)
  }

  /** `block`: the highest there is now; what was looked up before an older one is looked up again. */
  async compile(tenant: string, plan: Plan, block: bigint): Promise<CompiledPlan> {
    const asked = new Map<string, { condition: Sql; key: bigint | undefined }>()
    compilePlan(plan, (condition, key) => {
      asked.set(condition.text, { condition, key })
      // Neither constant: every condition of the plan must be seen here.
      return condition
    })
    const found = new Map<string, Sql>()
    const lookUps = [...asked].map(async ([text, { condition, key }]) => {
      found.set(text, await this.#lookUp(tenant, condition, key, block))
    })
    await Promise.all(lookUps)
    return compilePlan(plan, (condition) => found.get(condition.text) ?? originSubquery(tenant)(condition))
  }

  async #lookUp(tenant: string, condition: Sql, key: bigint | undefined, block: bigint): Promise<Sql> {
    const question = `${tenant}\n${condition.text}`
    const known = this.#known.get(question, block)
    if (known !== undefined) return known
    if (key !== undefined && !(await this.#keys.mayHave(tenant, key, block))) return FALSE
    return this.#known.read(question, block, () => this.#ask(tenant, condition))
  }

  async #ask(tenant: string, condition: Sql): Promise<Sql> {
    const result = await this.#engine.query(sql`SELECT origin, any(service) AS service
FROM resources
WHERE tenant = ${tenant} AND ${condition}
GROUP BY origin
LIMIT ${LIST_LIMIT + 1}`)
    if (result.rows === 0) return FALSE
    if (result.rows > LIST_LIMIT) return originSubquery(tenant)(condition)
    const [origin, service] = [result.column('origin'), result.column('service')]
    const rows = Array.from({ length: result.rows }, (_, row) => row)
    const services = [...new Set(rows.map((row) => service.text(row)))]
    // The service leads the key of `spans`: naming it skips what no origin of these can be in.
    return sql`(service IN ${services} AND origin IN ${rows.map((row) => origin.bigint(row))})`
  }
}
