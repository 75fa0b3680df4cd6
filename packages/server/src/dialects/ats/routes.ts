// The routes of ATS: monitor groups, services, their instances and transactions, traces, and the spans of one.
import { ClewError } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ReadKey, shownKey } from '../../access/keys.ts'
import type { Settings } from '../../config/settings.ts'
import { goneSignal } from '../../http/gone.ts'
import { fresh, sendPieces } from '../../http/reply.ts'
import type { QueryService, StoredTrace } from '../../query/query-service.ts'
import { inPieces, traceLines } from '../read-trace.ts'
import { ATS_CODE, envelope, envelopeOfTexts } from './envelope.ts'
import { findChains } from './find-chains.ts'
import { optional, type Query, required, traceIdParameter, tracesParameters } from './parameters.ts'
import { renderLine } from './render-span.ts'
import { groupCondition, type ResourceCondition, ServiceFilter, satisfies } from './service-filter.ts'
import { INSTANCE_KEYS, transactionOf } from './span-name.ts'

export interface AtsParts {
  readonly queries: QueryService
  readonly settings: Pick<Settings, 'atsErrorsWith200' | 'atsClusterAttribute' | 'atsNamespaceAttribute'>
}

interface Asked {
  Params: { project: string; application: string }
  Querystring: Query
}

const TYPE = 'application/json; charset=utf-8'
const ALL_TIME = { from: undefined, to: undefined }

/** Any project will do: a key has its tenant. */
const PROJECT = '/v1/:project'

export function registerAtsRoutes(app: FastifyInstance, { queries, settings }: AtsParts): void {
  const options = { config: { right: 'read', readKey: readToken } } as const
  const filterOf = (request: FastifyRequest, signal: AbortSignal) => new ServiceFilter(queries, request.tenant, signal)
  const conditionsOf = (request: FastifyRequest<Asked>): readonly ResourceCondition[] => {
    const group = optional(request.query, 'monitorGroup')
    return [...headerConditions(request, settings), ...(group === undefined ? [] : [groupCondition(group)])]
  }
  const sendList = (reply: FastifyReply, list: readonly string[]) =>
    list.length === 0 ? sendNothing(reply) : send(reply, envelope(ATS_CODE.ok, null, list))
  const sendNothing = (reply: FastifyReply) => {
    reply.code(settings.atsErrorsWith200 ? 200 : 400)
    return send(reply, envelope(ATS_CODE.nothingFound, 'query trace result is empty.', null))
  }

  app.get<Asked>(`${PROJECT}/atps/monitorgroups`, options, async (request, reply) => {
    const groups = await filterOf(request, goneSignal(reply)).groups()
    return send(reply, envelope(ATS_CODE.okGroups, null, groups))
  })

  app.get<Asked>(`${PROJECT}/ats/applications`, options, async (request, reply) =>
    sendList(reply, await filterOf(request, goneSignal(reply)).services(conditionsOf(request))),
  )

  app.get<Asked>(`${PROJECT}/ats/applications/:application/instances`, options, async (request, reply) => {
    const signal = goneSignal(reply)
    const services = await filterOf(request, signal).named(request.params.application, conditionsOf(request))
    const instances = services.map((service) => instancesOf(queries, request.tenant, service, signal))
    return sendList(reply, [...new Set((await Promise.all(instances)).flat())].sort())
  })

  app.get<Asked>(`${PROJECT}/ats/applications/:application/transactions`, options, async (request, reply) => {
    required(request.query, 'monitorGroup')
    const signal = goneSignal(reply)
    const services = await filterOf(request, signal).named(request.params.application, conditionsOf(request))
    const transactions = services.map(async (service) => {
      const operations = await queries.operations(request.tenant, service, ALL_TIME, signal)
      return operations.map(({ name }) => transactionOf(service, name))
    })
    return sendList(reply, [...new Set((await Promise.all(transactions)).flat())].sort())
  })

  app.get<Asked>(`${PROJECT}/ats/traces`, options, async (request, reply) => {
    const parameters = tracesParameters(request.query)
    const signal = goneSignal(reply)
    const conditions = conditionsOf(request)
    const services = await filterOf(request, signal).named(parameters.application, conditions)
    if (services.length === 0) return sendNothing(reply)
    const question = { parameters, services, conditions }
    const { chains, notices } = await findChains(question, { tenant: request.tenant, signal }, queries)
    if (chains.length === 0 && notices.length === 0) return sendNothing(reply)
    const message = notices.length === 0 ? null : notices.join(' ')
    return send(reply, envelope(ATS_CODE.ok, message, { count: chains.length, traceChains: chains }))
  })

  app.get<Asked>(`${PROJECT}/ats/spans`, options, async (request, reply) => {
    const id = traceIdParameter(request.query)
    const trace = oneTrace(id, await queries.traces(request.tenant, [id], goneSignal(reply)))
    const conditions = headerConditions(request, settings)
    const spans = trace?.spans.filter(({ origin }) => satisfies(origin.resource.attributes, conditions)) ?? []
    if (trace === undefined || spans.length === 0) return sendNothing(reply)
    const lines = await traceLines({ ...trace, spans })
    return sendPieces(fresh(reply), TYPE, envelopeOfTexts(renderPieces(trace.traceId, lines)))
  })
}

async function* renderPieces(traceId: string, lines: Awaited<ReturnType<typeof traceLines>>) {
  for await (const piece of inPieces(lines, ({ stored }) => stored))
    yield piece.map((line) => renderLine(traceId, line))
}

/** Of several traces that share the 16 digits asked for, that which has no more. Throws INVALID_ARGUMENT. */
function oneTrace(id: string, traces: readonly StoredTrace[]): StoredTrace | undefined {
  const exact = traces.find(({ traceId }) => traceId === id.padStart(32, '0'))
  if (exact !== undefined || traces.length < 2) return exact ?? traces[0]
  const found = traces.map(({ traceId }) => traceId).join(', ')
  throw new ClewError('INVALID_ARGUMENT', `traceId: expected an id of one trace, got one of ${traces.length}: ${found}`)
}

/** Values of the first of the attributes for it that the service has. */
async function instancesOf(
  queries: QueryService,
  tenant: string,
  service: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  for (const key of INSTANCE_KEYS) {
    const { values } = await queries.attributeValues(tenant, key, { service, scope: 'resource' }, signal)
    const instances = values.map(({ value }) => value).filter((value) => value !== '')
    if (instances.length > 0) return instances
  }
  return []
}

function headerConditions(
  { headers }: FastifyRequest,
  { atsClusterAttribute, atsNamespaceAttribute }: AtsParts['settings'],
): readonly ResourceCondition[] {
  const { clusterid, namespace } = headers
  const conditions: ResourceCondition[] = []
  if (atsClusterAttribute !== '' && typeof clusterid === 'string' && clusterid !== '')
    conditions.push({ key: atsClusterAttribute, value: clusterid })
  if (atsNamespaceAttribute !== '' && typeof namespace === 'string' && namespace !== '')
    conditions.push({ key: atsNamespaceAttribute, value: namespace })
  return conditions
}

function send(reply: FastifyReply, body: string): FastifyReply {
  return fresh(reply).type(TYPE).send(body)
}

/** The token of Huawei's identity service is a key of Clew's here; it may also stand where other doors look. */
const readToken: ReadKey = (headers, url) => {
  const token = headers['x-auth-token']
  return typeof token === 'string' && token !== '' ? token : shownKey(headers, url)
}
