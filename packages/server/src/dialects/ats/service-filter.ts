// Which services a question of ATS is about: those of a monitor group, and those that the headers clusterId and namespace
// name where a setting says which attribute of the resource they mean.
import { type Attributes, type Expression, stringAttribute } from '@clew/model'
import type { QueryService } from '../../query/query-service.ts'

/** A group of services is OpenTelemetry's namespace of services. */
const GROUP_KEY = 'service.namespace'
/** The group of services that have none. */
const NO_GROUP = 'default'

/** The value that an attribute of the resource has; undefined: it has none. */
export interface ResourceCondition {
  readonly key: string
  readonly value: string | undefined
}

export function groupCondition(monitorGroup: string): ResourceCondition {
  return { key: GROUP_KEY, value: monitorGroup === NO_GROUP ? undefined : monitorGroup }
}

export function toExpression({ key, value }: ResourceCondition): Expression {
  const field = { kind: 'attribute', scope: 'resource', key } as const
  if (value === undefined) return { kind: 'not', operand: { kind: 'exists', field } }
  return { kind: 'compare', field, operator: '=', value: { type: 'string', value } }
}

export function satisfies(resource: Attributes, conditions: readonly ResourceCondition[]): boolean {
  return conditions.every(({ key, value }) => stringAttribute(resource, key) === value)
}

/** Names of services, as far as the catalog of attributes tells. */
export class ServiceFilter {
  readonly #queries: QueryService
  readonly #tenant: string
  readonly #signal: AbortSignal

  constructor(queries: QueryService, tenant: string, signal: AbortSignal) {
    this.#queries = queries
    this.#tenant = tenant
    this.#signal = signal
  }

  /** In the order of their names. */
  async groups(): Promise<readonly string[]> {
    const [services, grouped] = await Promise.all([this.#services(), this.#valuesOf(GROUP_KEY)])
    const groups = new Set([...grouped.values()].flatMap((values) => [...values]))
    if (services.some((service) => !grouped.has(service))) groups.add(NO_GROUP)
    return [...groups].sort()
  }

  /** Those that satisfy all conditions, each by some resource of theirs. */
  async services(conditions: readonly ResourceCondition[]): Promise<readonly string[]> {
    const tests = await Promise.all(
      conditions.map(async ({ key, value }) => {
        const values = await this.#valuesOf(key)
        return (service: string) => (value === undefined ? !values.has(service) : values.get(service)?.has(value))
      }),
    )
    return (await this.#services()).filter((service) => tests.every((test) => test(service)))
  }

  /** Those that a question means by a name: ATS has them in lower case only. */
  async named(application: string, conditions: readonly ResourceCondition[]): Promise<readonly string[]> {
    const services = await this.services(conditions)
    if (services.includes(application)) return [application]
    return services.filter((service) => service.toLowerCase() === application.toLowerCase())
  }

  async #services(): Promise<readonly string[]> {
    const services = await this.#queries.services(this.#tenant, { from: undefined, to: undefined }, this.#signal)
    return services.map(({ name }) => name)
  }

  /** Values of an attribute of resources, by service. */
  async #valuesOf(key: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const rows = await this.#queries.serviceValues(this.#tenant, key, this.#signal)
    const byService = new Map<string, Set<string>>()
    for (const { service, value } of rows) byService.set(service, (byService.get(service) ?? new Set()).add(value))
    return byService
  }
}
