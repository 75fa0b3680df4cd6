// Jaeger: takes spans as its collector (14268, 14250) and its agent (6831, 6832) do, tells clients which to record (5778,
// 5779), and answers as its query service (16686, 16685).
import { NANOS_PER_MILLI } from '@clew/model'
import type { CreateDialect } from '../dialect.ts'
import { queryMethods } from './grpc-methods.ts'
import { COLLECTOR_PROTOS, SAMPLING_PROTOS } from './protos.ts'
import { QUERY_V2_PROTOS, QUERY_V3_PROTOS } from './query-protos.ts'
import { collectorMethods } from './receive-grpc.ts'
import { registerTraceRoutes, renderJaegerError, TRACES_PATH } from './receive-http.ts'
import { agentReceiver } from './receive-udp.ts'
import { querySurfaces } from './routes.ts'
import { samplingMethods } from './sampling/sampling-manager.ts'
import { registerBaggageRoute, registerSamplingRoutes } from './sampling/sampling-routes.ts'
import { openStrategySource } from './sampling/strategy-source.ts'
import type { QueryParts } from './v1-routes.ts'

export const createJaegerDialect: CreateDialect = async (parts) => {
  const { settings } = parts
  const source = await openStrategySource({ ...parts, setting: settings.jaegerSamplingStrategies })
  const query: QueryParts = {
    ...parts,
    maxClockSkewNanos: BigInt(settings.jaegerMaxClockSkewMs) * NANOS_PER_MILLI,
  }
  return {
    http: [
      ...querySurfaces({
        ...parts,
        ...query,
        corsOrigins: settings.queryCorsOrigins,
        ui: { root: settings.jaegerUiPath, basePath: settings.jaegerUiBasePath },
      }),
      {
        doors: ['jaeger-http'],
        paths: ['/'],
        renderError: renderJaegerError,
        takesAt: TRACES_PATH,
        register(app) {
          registerTraceRoutes(app, parts)
          registerSamplingRoutes(app, '/api/sampling', source)
        },
      },
      {
        doors: ['sampling-http'],
        paths: ['/'],
        renderError: renderJaegerError,
        register(app) {
          registerBaggageRoute(app)
          registerSamplingRoutes(app, '*', source)
        },
      },
    ],
    grpc: [
      {
        doors: ['jaeger-query-grpc'],
        protos: { ...QUERY_V2_PROTOS, ...QUERY_V3_PROTOS },
        methods: () => queryMethods(query),
      },
      { doors: ['jaeger-grpc'], protos: COLLECTOR_PROTOS, methods: () => collectorMethods(parts) },
      { doors: ['jaeger-grpc', 'sampling-grpc'], protos: SAMPLING_PROTOS, methods: () => samplingMethods(source) },
    ],
    udp: [{ doors: ['jaeger-compact', 'jaeger-binary'], receiver: (door) => agentReceiver(door, parts) }],
  }
}
