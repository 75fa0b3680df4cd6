// What there is to choose from: services, operations, attribute keys and values.
import { type Clock, NANOS_PER_MILLI, systemClock } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh } from '../../http/reply.ts'
import type { QueryService } from '../../query/query-service.ts'
import type { StatsRange } from '../../query/trace-reader.ts'
import { routeSchema } from './openapi.ts'
import {
  AttributesParameters,
  AttributeValuesParameters,
  OperationsParameters,
  ServicesParameters,
} from './parameters.ts'
import { parseTime } from './parse-text.ts'

export interface CatalogParts {
  readonly query: QueryService
  readonly clock?: Clock
}

export function registerCatalogRoutes(scope: FastifyInstance, { query, clock = systemClock }: CatalogParts): void {
  const rangeOf = ({ from, to }: ServicesParameters): StatsRange => {
    const now = BigInt(clock.nowMs()) * NANOS_PER_MILLI
    const time = (name: string, text: string | undefined) =>
      text === undefined ? undefined : parseTime(name, text, now)
    return { from: time('from', from), to: time('to', to) }
  }

  const services = routeSchema('Services', { querystring: ServicesParameters }, 'ServicesAnswer')
  scope.get<{ Querystring: ServicesParameters }>('/clew/v1/services', { schema: services }, async (request, reply) => {
    const found = await query.services(request.tenant, rangeOf(request.query), goneSignal(reply))
    return fresh(reply).send({ services: found, notices: [] })
  })

  const operations = routeSchema('Span names of a service', { querystring: OperationsParameters }, 'OperationsAnswer')
  scope.get<{ Querystring: OperationsParameters }>(
    '/clew/v1/operations',
    { schema: operations },
    async (request, reply) => {
      const { service } = request.query
      const found = await query.operations(request.tenant, service, rangeOf(request.query), goneSignal(reply))
      return fresh(reply).send({ operations: found, notices: [] })
    },
  )

  const keys = routeSchema('Attribute keys', { querystring: AttributesParameters }, 'AttributeKeysAnswer')
  scope.get<{ Querystring: AttributesParameters }>('/clew/v1/attributes', { schema: keys }, async (request, reply) => {
    const { service, scope: place } = request.query
    const found = await query.attributeKeys(request.tenant, { service, scope: place }, goneSignal(reply))
    return fresh(reply).send({ keys: found, notices: [] })
  })

  const values = routeSchema(
    'Values of an attribute',
    { querystring: AttributeValuesParameters },
    'AttributeValuesAnswer',
  )
  scope.get<{ Querystring: AttributeValuesParameters }>(
    '/clew/v1/attributes/values',
    { schema: values },
    async (request, reply) => {
      const { key, service, scope: place } = request.query
      const filter = { service, scope: place }
      return fresh(reply).send(await query.attributeValues(request.tenant, key, filter, goneSignal(reply)))
    },
  )
}
