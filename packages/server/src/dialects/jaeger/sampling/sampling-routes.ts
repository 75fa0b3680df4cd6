// Remote sampling over HTTP: clients of Jaeger and OpenTelemetry's sampler for it poll `/sampling?service=…` on 5778. Jaeger
// answers there on every other path as well, and its collectors did under /api/sampling on 14268.
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SamplingStrategy } from './strategy.ts'
import { strategyOf } from './strategy.ts'
import type { StrategySource } from './strategy-source.ts'

/** Clients show no key when they poll, so none is asked. */
const OPEN = { config: { right: 'none' } } as const

export function registerSamplingRoutes(app: FastifyInstance, path: string, source: StrategySource): void {
  app.get(path, OPEN, (request, reply) => answer(request, reply, source))
}

/** Clients may ask which baggage they may carry: all, said by an empty list. */
export function registerBaggageRoute(app: FastifyInstance): void {
  app.get('/baggageRestrictions', OPEN, (_request, reply) => sendJson(reply, []))
}

async function answer(request: FastifyRequest, reply: FastifyReply, source: StrategySource): Promise<FastifyReply> {
  const { service } = request.query as Readonly<Record<string, unknown>>
  if (typeof service !== 'string') throw new ClewError('INVALID_ARGUMENT', "'service' parameter must be provided once")
  const strategy = strategyOf(await source.current(), service)
  return sendJson(reply, renderStrategy(strategy))
}

/** As bytes: to a text a charset would be added, which Jaeger does not say. */
function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.type('application/json').send(Buffer.from(JSON.stringify(value)))
}

/** As protobuf's JSON with its defaults: the names of enums, and no member for what is not there. */
export function renderStrategy({ main, operations }: SamplingStrategy): object {
  return {
    strategyType: main.type,
    ...(main.type === 'PROBABILISTIC'
      ? { probabilisticSampling: { samplingRate: main.samplingRate } }
      : { rateLimitingSampling: { maxTracesPerSecond: main.maxTracesPerSecond } }),
    ...(operations === undefined
      ? {}
      : {
          operationSampling: {
            defaultSamplingProbability: operations.defaultRate,
            defaultLowerBoundTracesPerSecond: 0,
            perOperationStrategies: operations.strategies.map(({ operation, samplingRate }) => ({
              operation,
              probabilisticSampling: { samplingRate },
            })),
            defaultUpperBoundTracesPerSecond: 0,
          },
        }),
  }
}
