// The strategies file of Jaeger (its documentation, "Sampling", file-based configuration):
//
//   {"default_strategy": {"type": "probabilistic", "param": 0.5, "operation_strategies": [
//      {"operation": "/health", "type": "probabilistic", "param": 0}]},
//    "service_strategies": [{"service": "cart", "type": "ratelimiting", "param": 5}]}
//
// How service and default go together is taken from Jaeger (internal/sampling/samplingstrategy/file/provider.go).
import { ClewError } from '@clew/model'
import { KEEP_ALL, type OperationStrategy, type SamplingStrategies, type SamplingStrategy } from './strategy.ts'

type Json = Readonly<Record<string, unknown>>

/** A rate limit is an int32 on the wire. */
const MAX_TRACES_PER_SECOND = 2 ** 31 - 1

/** Throws SETTING_INVALID with the place of what is wrong; `source` names the document. */
export function parseStrategies(text: string, source: string): SamplingStrategies {
  return new Parser(source).parse(text)
}

class Parser {
  readonly #source: string
  readonly #warnings: string[] = []

  constructor(source: string) {
    this.#source = source
  }

  parse(text: string): SamplingStrategies {
    const document = this.#object(this.#json(text), 'document')
    const fallback =
      document.default_strategy === undefined
        ? KEEP_ALL.default
        : this.#strategy(this.#object(document.default_strategy, 'default_strategy'), 'default_strategy')
    const services = new Map<string, SamplingStrategy>()
    this.#list(document.service_strategies, 'service_strategies').forEach((item, index) => {
      const path = `service_strategies[${index}]`
      const entry = this.#object(item, path)
      services.set(this.#name(entry.service, `${path}.service`), withDefault(this.#strategy(entry, path), fallback))
    })
    return { default: fallback, services, warnings: this.#warnings }
  }

  #strategy(entry: Json, path: string): SamplingStrategy {
    const main = this.#main(entry, path)
    const strategies = this.#list(entry.operation_strategies, `${path}.operation_strategies`).flatMap((item, index) =>
      this.#operation(item, `${path}.operation_strategies[${index}]`),
    )
    if (strategies.length === 0) return { main }
    const defaultRate = main.type === 'PROBABILISTIC' ? main.samplingRate : 1
    return { main, operations: { defaultRate, strategies } }
  }

  #main({ type, param }: Json, path: string): SamplingStrategy['main'] {
    if (type === 'probabilistic')
      return { type: 'PROBABILISTIC', samplingRate: this.#number(param, `${path}.param`, 1) }
    if (type === 'ratelimiting')
      return {
        type: 'RATE_LIMITING',
        maxTracesPerSecond: Math.trunc(this.#number(param, `${path}.param`, MAX_TRACES_PER_SECOND)),
      }
    return this.#fail(`${path}.type`, 'probabilistic or ratelimiting', type)
  }

  /** Clients know a probability for an operation, and no rate limit. */
  #operation(item: unknown, path: string): OperationStrategy[] {
    const entry = this.#object(item, path)
    const operation = this.#name(entry.operation, `${path}.operation`)
    const main = this.#main(entry, path)
    if (main.type === 'PROBABILISTIC') return [{ operation, samplingRate: main.samplingRate }]
    this.#warnings.push(`${path}: an operation can only be probabilistic; this one is left out`)
    return []
  }

  #json(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new ClewError('SETTING_INVALID', `${this.#source}: expected JSON: ${(error as Error).message}`)
    }
  }

  #object(value: unknown, path: string): Json {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
    return this.#fail(path, 'an object', value)
  }

  #list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined || value === null) return []
    return Array.isArray(value) ? value : this.#fail(path, 'a list', value)
  }

  #name(value: unknown, path: string): string {
    return typeof value === 'string' ? value : this.#fail(path, 'a text', value)
  }

  #number(value: unknown, path: string, max: number): number {
    if (typeof value === 'number' && value >= 0 && value <= max) return value
    return this.#fail(path, `a number from 0 to ${max}`, value)
  }

  #fail(path: string, expected: string, got: unknown): never {
    const came = got === undefined ? 'nothing' : (JSON.stringify(got)?.slice(0, MAX_SHOWN) ?? typeof got)
    throw new ClewError('SETTING_INVALID', `${this.#source}: ${path}: expected ${expected}, got ${came}`)
  }
}

const MAX_SHOWN = 60

/** The operations of the default hold for a service too, where it does not name them itself. */
function withDefault(strategy: SamplingStrategy, fallback: SamplingStrategy): SamplingStrategy {
  const { main, operations: own } = strategy
  const { operations: shared } = fallback
  if (shared === undefined) return strategy
  if (own === undefined) {
    const defaultRate = main.type === 'PROBABILISTIC' ? main.samplingRate : shared.defaultRate
    return { main, operations: { ...shared, defaultRate } }
  }
  const named = new Set(own.strategies.map(({ operation }) => operation))
  const others = shared.strategies.filter(({ operation }) => !named.has(operation))
  return { main, operations: { ...own, strategies: [...own.strategies, ...others] } }
}
