// Which origins a condition on resource or scope selects, looked up once a question instead of in each of its statements.
// `resources` is small; that no origin fits is the most useful answer, since it frees the rest of the condition.
import type { Plan } from '../query/plan.ts'
import { type CompiledPlan, compilePlan, FALSE, originSubquery } from './compile-predicate.ts'
import type { Questions } from './engine.ts'
import { type Sql, sql } from './sql.ts'

/** More origins than this stay a subquery. */
const LIST_LIMIT = 500
/** Conditions whose origins are remembered, until the next block. */
const CAPACITY = 256

export class OriginSets {
  readonly #engine: Questions
  readonly #known = new Map<string, { readonly block: bigint; readonly condition: Promise<Sql> }>()

  constructor(engine: Questions) {
    this.#engine = engine
  }

  /** `block`: the highest there is now; what was looked up before an older one is looked up again. */
  async compile(tenant: string, plan: Plan, block: bigint): Promise<CompiledPlan> {
    const asked = new Map<string, Sql>()
    compilePlan(plan, (condition) => {
      asked.set(condition.text, condition)
      // Neither constant: every condition of the plan must be seen here.
      return condition
    })
    const found = new Map<string, Sql>()
    const lookUps = [...asked].map(async ([text, condition]) => {
      found.set(text, await this.#lookUp(tenant, condition, block))
    })
    await Promise.all(lookUps)
    return compilePlan(plan, (condition) => found.get(condition.text) ?? originSubquery(tenant)(condition))
  }

  #lookUp(tenant: string, condition: Sql, block: bigint): Promise<Sql> {
    const key = `${tenant}\n${condition.text}`
    const known = this.#known.get(key)
    if (known !== undefined && known.block === block) return known.condition
    const looked = this.#ask(tenant, condition)
    this.#known.delete(key)
    this.#known.set(key, { block, condition: looked })
    looked.catch(() => this.#known.delete(key))
    if (this.#known.size > CAPACITY) this.#known.delete(this.#known.keys().next().value!)
    return looked
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
