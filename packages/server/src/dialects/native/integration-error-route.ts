// What was wrong inside requests that were accepted, for those who were told nothing but the id of their request.
import { MAX_UINT64, NANOS_PER_MILLI, systemClock } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh } from '../../http/reply.ts'
import type { CatalogParts } from './catalog-routes.ts'
import { routeSchema } from './openapi.ts'
import { IntegrationErrorsParameters } from './parameters.ts'
import { parseTime } from './parse-text.ts'
import { renderIntegrationError } from './render.ts'

const DEFAULT_LIMIT = 100

export function registerIntegrationErrorRoute(
  scope: FastifyInstance,
  { query, clock = systemClock }: CatalogParts,
): void {
  const schema = routeSchema(
    'What was wrong inside accepted requests',
    { querystring: IntegrationErrorsParameters },
    'IntegrationErrorsAnswer',
  )
  scope.get<{ Querystring: IntegrationErrorsParameters }>(
    '/clew/v1/integration-errors',
    { schema },
    async (request, reply) => {
      const { from, to, requestId, limit = DEFAULT_LIMIT, cursor } = request.query
      const now = BigInt(clock.nowMs()) * NANOS_PER_MILLI
      const question = {
        from: from === undefined ? 0n : parseTime('from', from, now),
        to: to === undefined ? MAX_UINT64 + 1n : parseTime('to', to, now),
        // As requests are answered with it, however it was sent.
        requestId: requestId?.toLowerCase(),
        ...{ limit, cursor },
      }
      const found = await query.integrationErrors(request.tenant, question, goneSignal(reply))
      return fresh(reply).send({
        errors: found.errors.map(renderIntegrationError),
        cursor: found.cursor ?? null,
        notices: [],
      })
    },
  )
}
