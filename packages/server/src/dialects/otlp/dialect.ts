// OpenTelemetry: takes traces and logs over HTTP on 4318 and over gRPC on 4317, and both over TLS.
import { CorsPolicy } from '../../http/cors.ts'
import type { CreateDialect, HttpSurface } from '../dialect.ts'
import { OTLP_PROTOS } from './protos.ts'
import { otlpGrpcMethods } from './receive-grpc.ts'
import { registerOtlpRoutes, renderOtlpError } from './receive-http.ts'

export const createOtlpDialect: CreateDialect = (parts) => {
  const cors = new CorsPolicy(parts.settings.corsOrigins)
  const http: Omit<HttpSurface, 'doors' | 'paths'> = {
    takesAt: '/v1/traces',
    renderError: renderOtlpError,
    onRequest: (request, reply) => cors.mark(request, reply),
    register: (app) => registerOtlpRoutes(app, { ...parts, cors }),
  }
  return {
    http: [
      { ...http, doors: ['otlp-http'], paths: ['/'] },
      { ...http, doors: ['tls'], paths: ['/v1/traces', '/v1/logs'] },
    ],
    grpc: [{ doors: ['otlp-grpc', 'tls'], protos: OTLP_PROTOS, methods: () => otlpGrpcMethods(parts) }],
  }
}
