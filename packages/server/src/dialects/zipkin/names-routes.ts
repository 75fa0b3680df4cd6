// What there is to choose from in Zipkin's words: services, span names, remote services, keys and values of tags. Sorted,
// names in lower case and each once.
import { ClewError, compareUtf8 } from '@clew/model'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { goneSignal } from '../../http/gone.ts'
import { fresh } from '../../http/reply.ts'
import type { QueryService } from '../../query/query-service.ts'
import { type Asker, storedServices } from './find-traces.ts'
import { type QueryParameters, textOf } from './query-request.ts'

export interface NamesParts {
  readonly queries: QueryService
  /** AUTOCOMPLETE_KEYS of Zipkin. */
  readonly autocompleteKeys: readonly string[]
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

const ALL_TIME = { from: undefined, to: undefined } as const
/** Where senders name the other side of a call. */
const REMOTE_KEYS = ['peer.service', 'zipkin.remote_endpoint.service_name'] as const

/** By path below /api/v2. */
export function namesRoutes({ queries, autocompleteKeys }: NamesParts): Readonly<Record<string, Answer>> {
  const list =
    (names: (parameters: QueryParameters, asker: Asker) => Promise<readonly string[]>): Answer =>
    async (request, reply) => {
      const asker = { tenant: request.tenant, signal: goneSignal(reply) }
      return fresh(reply).send(await names(request.query as QueryParameters, asker))
    }
  const ofService = async (
    parameters: QueryParameters,
    asker: Asker,
    names: (service: string) => Promise<string[]>,
  ) => {
    const services = await storedServices(required(parameters, 'serviceName').toLowerCase(), asker, queries)
    return lowerCased((await Promise.all(services.map(names))).flat())
  }
  return {
    services: list(async (_parameters, { tenant, signal }) =>
      lowerCased((await queries.services(tenant, ALL_TIME, signal)).map(({ name }) => name)),
    ),
    spans: list((parameters, asker) =>
      ofService(parameters, asker, async (service) => {
        const operations = await queries.operations(asker.tenant, service, ALL_TIME, asker.signal)
        return operations.map(({ name }) => name)
      }),
    ),
    remoteServices: list((parameters, asker) =>
      ofService(parameters, asker, async (service) => {
        const values = REMOTE_KEYS.map((key) => valuesOf(key, { service, scope: 'span' }, asker, queries))
        return (await Promise.all(values)).flat()
      }),
    ),
    autocompleteKeys: list(async () => autocompleteKeys),
    autocompleteValues: list(async (parameters, asker) => {
      const key = required(parameters, 'key')
      if (!autocompleteKeys.includes(key)) return []
      const scopes = ['span', 'resource'].map((scope) => valuesOf(key, { service: undefined, scope }, asker, queries))
      return sorted((await Promise.all(scopes)).flat())
    }),
  }
}

/** At most a thousand. */
async function valuesOf(
  key: string,
  filter: { readonly service: string | undefined; readonly scope: string },
  { tenant, signal }: Asker,
  queries: QueryService,
): Promise<string[]> {
  const { values } = await queries.attributeValues(tenant, key, filter, signal)
  return values.map(({ value }) => value)
}

function required(parameters: QueryParameters, name: string): string {
  if (parameters[name] === undefined)
    throw new ClewError('INVALID_ARGUMENT', `Mandatory parameter/header '${name}' is missing`)
  return textOf(parameters, name)
}

function lowerCased(names: readonly string[]): string[] {
  return sorted(names.map((name) => name.toLowerCase()))
}

/** Without empty ones. */
function sorted(names: readonly string[]): string[] {
  return [...new Set(names.filter((name) => name !== ''))].sort(compareUtf8)
}
