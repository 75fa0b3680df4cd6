// OpenTelemetry: takes traces and logs over HTTP on 4318 and over gRPC on 4317.
import { CorsPolicy } from '../../http/cors.ts'
import type { CreateDialect } from '../dialect.ts'
import { OTLP_PROTOS } from './protos.ts'
import { otlpGrpcMethods } from './receive-grpc.ts'
import { registerOtlpRoutes, renderOtlpError } from './receive-http.ts'

export const createOtlpDialect: CreateDialect = (parts) => {
  const cors = new CorsPolicy(parts.settings.corsOrigins)
  return {
    http: [
      {
        doors: ['otlp-http'],
        paths: ['/'],
        takesAt: '/v1/traces',
        renderError: renderOtlpError,
        onRequest: (request, reply) => cors.mark(request, reply),
        register: (app) => registerOtlpRoutes(app, { ...parts, cors }),
      },
    ],
    grpc: [{ doors: ['otlp-grpc'], protos: OTLP_PROTOS, methods: () => otlpGrpcMethods(parts) }],
  }
}
