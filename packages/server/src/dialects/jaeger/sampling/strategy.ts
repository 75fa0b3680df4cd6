// Which share of its traces a service is told to record: the answer to clients that poll for it ("remote sampling").
// Names are those of jaeger.api_v2.SamplingStrategyResponse (jaeger-idl, proto/api_v2/sampling.proto).

export interface OperationStrategy {
  readonly operation: string
  /** From 0 to 1. */
  readonly samplingRate: number
}

export interface SamplingStrategy {
  readonly main:
    | { readonly type: 'PROBABILISTIC'; readonly samplingRate: number }
    | { readonly type: 'RATE_LIMITING'; readonly maxTracesPerSecond: number }
  /** Where single operations have their own rate; clients then use nothing but this. */
  readonly operations?: {
    /** Of all other operations. */
    readonly defaultRate: number
    readonly strategies: readonly OperationStrategy[]
  }
}

export interface SamplingStrategies {
  readonly default: SamplingStrategy
  readonly services: ReadonlyMap<string, SamplingStrategy>
  /** What was in the document but means nothing to clients. */
  readonly warnings: readonly string[]
}

/** Without strategies nothing is thrown away: Clew keeps what it is sent. */
export const KEEP_ALL: SamplingStrategies = {
  default: { main: { type: 'PROBABILISTIC', samplingRate: 1 } },
  services: new Map(),
  warnings: [],
}

export function strategyOf(strategies: SamplingStrategies, service: string): SamplingStrategy {
  return strategies.services.get(service) ?? strategies.default
}
