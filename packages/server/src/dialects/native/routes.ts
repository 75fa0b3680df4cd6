// The routes of the native API, all below /clew/v1: request → question → answer.
import { ClewError, type Clock, NANOS_PER_MILLI, systemClock, type TextHash } from '@clew/model'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh } from '../../http/reply.ts'
import type { QueryService } from '../../query/query-service.ts'
import { registerCatalogRoutes } from './catalog-routes.ts'
import { type ImportParts, registerImportRoute } from './import-route.ts'
import { registerIntegrationErrorRoute } from './integration-error-route.ts'
import { registerOpenApi, routeSchema } from './openapi.ts'
import { SearchParameters } from './parameters.ts'
import { renderSearch } from './render.ts'
import type { IngestCountersJson } from './schemas.ts'
import { toQuery } from './to-query.ts'
import { TraceFeed } from './trace-feed.ts'
import { registerTraceRoutes } from './trace-routes.ts'

export interface NativeParts {
  readonly query: QueryService
  /** Makes ids of texts, with the same key as where spans come in. */
  readonly textHash: TextHash
  /** What /clew/v1/ingest says. */
  readonly ingest: (tenant: string) => IngestCountersJson
  /** Calls the listener after each block that questions can see; gives the function that ends it. */
  readonly onBlock: (listener: () => void) => () => void
  readonly clock?: Clock
  /** What taking the spans of a file needs; without it there is no import. */
  readonly receiver?: ImportParts
}

export interface NativeRoutes {
  /** Ends the open event streams, so that the door can close. */
  endStreams(): void
}

export function registerNativeRoutes(app: FastifyInstance, parts: NativeParts): NativeRoutes {
  const feed = new TraceFeed(parts)
  // A scope of its own: its serializer and its documentation are nobody else's.
  app.register(async (scope) => {
    // Answers are built to their schema; serializing by schema again would only cost.
    scope.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
    await registerOpenApi(scope)
    scope.addHook('preValidation', async (request) => refuseUnknownParameters(request))
    registerSearch(scope, parts)
    registerTraceRoutes(scope, parts)
    registerCatalogRoutes(scope, parts)
    registerIntegrationErrorRoute(scope, parts)
    registerLive(scope, parts, feed)
    if (parts.receiver !== undefined) registerImportRoute(scope, parts.receiver)
  })
  return { endStreams: () => feed.close() }
}

function registerSearch(scope: FastifyInstance, { query, clock = systemClock }: NativeParts): void {
  scope.get<{ Querystring: SearchParameters }>(
    '/clew/v1/search',
    { schema: routeSchema('Find traces by their spans', { querystring: SearchParameters }, 'SearchAnswer') },
    async (request, reply) => {
      const now = BigInt(clock.nowMs()) * NANOS_PER_MILLI
      const found = await query.findTraces(request.tenant, toQuery(request.query, now), goneSignal(reply))
      return fresh(reply).send(renderSearch(found))
    },
  )
}

function registerLive(scope: FastifyInstance, { ingest }: NativeParts, feed: TraceFeed): void {
  scope.get(
    '/clew/v1/ingest',
    { schema: routeSchema('What came in since the start', {}, 'IngestCounters') },
    async (request, reply) => fresh(reply).send(ingest(request.tenant)),
  )
  scope.get(
    '/clew/v1/events',
    // A HEAD would be answered with a stream that nobody reads.
    { schema: routeSchema('Server-sent events: `traces` and `ingest`', {}, 'NewTraces'), exposeHeadRoute: false },
    (request, reply) => {
      reply.hijack()
      feed.add(request.tenant, reply.raw)
    },
  )
}

/** A misspelt parameter that is passed over would give a wrong answer with a straight face. */
function refuseUnknownParameters(request: FastifyRequest): void {
  const schema = request.routeOptions.schema?.querystring as { properties?: object } | undefined
  const known = Object.keys(schema?.properties ?? {})
  const unknown = Object.keys(request.query as object).filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new ClewError(
      'INVALID_ARGUMENT',
      `parameter ${JSON.stringify(unknown[0])}: expected ${known.length === 0 ? 'none' : `one of ${known.join(', ')}`}`,
    )
}
