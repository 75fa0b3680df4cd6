// Zipkin: takes spans as its server does, and answers its query API, on one port over HTTP/1.1, HTTP/2 in plain text and
// gRPC.
import { CorsPolicy } from '../../http/cors.ts'
import type { CreateDialect } from '../dialect.ts'
import { CollectorCounts } from './collector-counts.ts'
import { registerLens } from './lens.ts'
import { ZIPKIN_PROTOS } from './protos.ts'
import { registerSpanRoutes, renderZipkinError, SPANS_PATH } from './receive.ts'
import { spanServiceMethods } from './receive-grpc.ts'
import { registerQueryApi } from './routes.ts'
import { registerServerRoutes } from './server-routes.ts'
import { ZipkinReceiver } from './zipkin-receiver.ts'

export const createZipkinDialect: CreateDialect = (parts) => {
  const { settings } = parts
  const counts = new CollectorCounts()
  const receiver = new ZipkinReceiver(parts, settings.zipkinSampleRate, counts)
  const cors = new CorsPolicy(settings.queryCorsOrigins, 'GET, POST')
  return {
    http: [
      {
        doors: ['zipkin'],
        paths: ['/'],
        renderError: renderZipkinError,
        onRequest: (request, reply) => cors.mark(request, reply),
        takesAt: SPANS_PATH.v2,
        async register(app) {
          cors.answerPreflights(app)
          registerSpanRoutes(app, parts.body, receiver)
          registerServerRoutes(app, { ...parts, counts })
          registerQueryApi(app, {
            ...parts,
            budgetMs: settings.searchTimeMs,
            strict: settings.zipkinStrictTraceId,
            autocompleteKeys: settings.zipkinAutocompleteKeys,
          })
          await registerLens(app, settings.zipkinUiPath, settings.zipkinUiBasePath)
        },
      },
    ],
    grpc: [{ doors: ['zipkin'], protos: ZIPKIN_PROTOS, methods: () => spanServiceMethods(receiver) }],
  }
}
