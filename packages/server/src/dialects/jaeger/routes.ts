// Everything that Jaeger's query service answers over HTTP on 16686. Errors are in the shape of the version that was asked.
import { CorsPolicy } from '../../http/cors.ts'
import type { BodyOptions } from '../../http/request-body.ts'
import type { HttpSurface } from '../dialect.ts'
import { registerAbsentRoutes } from './absent-routes.ts'
import { renderV1Error } from './render-v1.ts'
import { renderV3Error } from './render-v3.ts'
import { registerTransformRoute } from './transform-route.ts'
import { registerUi, type UiOptions } from './ui.ts'
import { type QueryParts, registerV1Routes } from './v1-routes.ts'
import { registerV3Routes, V3_PATH } from './v3-routes.ts'

export interface QueryHttpParts extends QueryParts {
  readonly body: BodyOptions
  /** Web pages that may ask, besides those of this machine. */
  readonly corsOrigins: readonly string[]
  readonly ui: UiOptions
}

export function querySurfaces(parts: QueryHttpParts): readonly HttpSurface[] {
  const cors = new CorsPolicy(parts.corsOrigins, 'GET, POST')
  const shared: Pick<HttpSurface, 'doors' | 'onRequest'> = {
    doors: ['jaeger-query'],
    onRequest: (request, reply) => cors.mark(request, reply),
  }
  return [
    {
      ...shared,
      paths: [V3_PATH],
      renderError: renderV3Error,
      register(app) {
        cors.answerPreflights(app)
        registerV3Routes(app, parts)
      },
    },
    {
      ...shared,
      paths: ['/'],
      renderError: renderV1Error,
      async register(app) {
        // Before the API: its pages answer no preflight requests.
        await registerUi(app, parts.ui)
        cors.answerPreflights(app)
        registerV1Routes(app, parts)
        registerTransformRoute(app, parts.body)
        registerAbsentRoutes(app)
      },
    },
  ]
}
