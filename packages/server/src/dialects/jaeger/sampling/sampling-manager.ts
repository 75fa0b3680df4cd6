// Remote sampling over gRPC: jaeger.api_v2.SamplingManager/GetSamplingStrategy on 5779, and on 14250, where collectors of
// Jaeger 1 had it and OpenTelemetry's sampler for Java asks.
import { ProtobufReader, ProtobufWriter } from '@clew/codecs'
import type { GrpcMethods } from '../../../grpc/method.ts'
import { type SamplingStrategy, strategyOf } from './strategy.ts'
import type { StrategySource } from './strategy-source.ts'

/** Field numbers of sampling.proto under its names. */
const PARAMETERS = { serviceName: 1 } as const
const RESPONSE = { strategyType: 1, probabilisticSampling: 2, rateLimitingSampling: 3, operationSampling: 4 } as const
const STRATEGY_TYPE = { PROBABILISTIC: 0, RATE_LIMITING: 1 } as const
const PROBABILISTIC = { samplingRate: 1 } as const
const RATE_LIMITING = { maxTracesPerSecond: 1 } as const
const PER_OPERATION = { defaultSamplingProbability: 1, perOperationStrategies: 3 } as const
const OPERATION = { operation: 1, probabilisticSampling: 2 } as const

export function samplingMethods(source: StrategySource): GrpcMethods {
  return {
    '/jaeger.api_v2.SamplingManager/GetSamplingStrategy': {
      kind: 'unary',
      // Clients show no key when they poll.
      right: 'none',
      call: async (request) => encodeStrategy(strategyOf(await source.current(), serviceNameOf(request))),
    },
  }
}

function serviceNameOf(request: Uint8Array): string {
  const reader = new ProtobufReader('jaeger sampling parameters', request)
  let serviceName = ''
  while (reader.next()) if (reader.field === PARAMETERS.serviceName) serviceName = reader.text()
  return serviceName
}

function encodeStrategy({ main, operations }: SamplingStrategy): Uint8Array {
  const writer = new ProtobufWriter(256)
  if (main.type === 'PROBABILISTIC') writeRate(writer, RESPONSE.probabilisticSampling, main.samplingRate)
  else {
    writer.uint32Field(RESPONSE.strategyType, STRATEGY_TYPE.RATE_LIMITING)
    const open = writer.open(RESPONSE.rateLimitingSampling)
    writer.uint32Field(RATE_LIMITING.maxTracesPerSecond, main.maxTracesPerSecond)
    writer.close(open)
  }
  if (operations !== undefined) {
    const open = writer.open(RESPONSE.operationSampling)
    writer.doubleField(PER_OPERATION.defaultSamplingProbability, operations.defaultRate)
    for (const { operation, samplingRate } of operations.strategies) {
      const openOperation = writer.open(PER_OPERATION.perOperationStrategies)
      writer.stringField(OPERATION.operation, operation)
      writeRate(writer, OPERATION.probabilisticSampling, samplingRate)
      writer.close(openOperation)
    }
    writer.close(open)
  }
  return writer.copy()
}

function writeRate(writer: ProtobufWriter, field: number, samplingRate: number): void {
  const open = writer.open(field)
  writer.doubleField(PROBABILISTIC.samplingRate, samplingRate)
  writer.close(open)
}
