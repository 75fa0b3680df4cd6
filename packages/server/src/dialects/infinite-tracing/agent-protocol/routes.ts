// The agent protocol of New Relic, version 17, over HTTP: enough of it that an unmodified agent runs wholly against Clew.
import { decodeSpanEventData, type ReserveMemory } from '@clew/codecs'
import { ClewError, type TextHash } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { discardRest } from '../../../http/discard.ts'
import { readBody } from '../../../http/request-body.ts'
import type { Logger } from '../../../telemetry/logger.ts'
import type { ReceiverParts } from '../../dialect.ts'
import { RequestMeter } from '../../receive-spans.ts'
import type { AgentRuns } from '../agent-runs.ts'
import { readLicenseKey } from '../license-key.ts'
import { takeAgentSpans } from '../take-agent-spans.ts'
import { parseConnect, renderConnect } from './connect.ts'
import { AGENT_METHODS, type AgentMethod } from './methods.ts'
import { redirectHost } from './redirect-host.ts'

export interface AgentProtocolParts extends ReceiverParts {
  readonly hash: TextHash
  readonly runs: AgentRuns
  readonly logger: Logger
}

interface AgentQuery {
  readonly method?: unknown
  readonly run_id?: unknown
}

export const AGENT_PROTOCOL_PATH = '/agent_listener'
const DOOR = 'newrelic-agent'
/** What an agent tells of itself, the list of its packages included, is some hundred kilobytes. */
const MAX_CONNECT_BYTES = 4 * 2 ** 20
/** Ten times what agents send at most to New Relic: a harvest of 10,000 spans in one piece. */
const MAX_PAYLOAD_BYTES = 10_000_000

export function registerAgentProtocol(app: FastifyInstance, parts: AgentProtocolParts): void {
  const meter = new RequestMeter(parts.metrics, DOOR)
  app.route<{ Querystring: AgentQuery }>({
    // Agents may be set to send with PUT (`put_for_data_send`).
    method: ['POST', 'PUT'],
    url: `${AGENT_PROTOCOL_PATH}/invoke_raw_method`,
    config: { right: 'write', readKey: readLicenseKey },
    handler: (request, reply) =>
      meter.measure(async (received) => {
        const value = await answer(request, parts, received)
        return replyWith(reply, value)
      }),
  })
}

async function answer(
  request: FastifyRequest<{ Querystring: AgentQuery }>,
  parts: AgentProtocolParts,
  received: (bytes: number) => void,
): Promise<unknown> {
  const method = methodOf(request.query.method)
  if (method === 'connect') return connect(request, parts, received)
  if (method === 'spans') return takeHarvest(request, parts, received)
  // An agent that leaves is not told to connect anew, nor one that has not connected yet.
  if (method !== 'preconnect' && request.query.method !== 'shutdown') findRun(request, parts.runs)
  discardRest(request.raw)
  if (method === 'preconnect') return { redirect_host: redirectHost(request) }
  return method === 'commands' ? [] : null
}

async function connect(
  request: FastifyRequest,
  { runs, body, hash, logger }: AgentProtocolParts,
  received: (bytes: number) => void,
) {
  const read = await readBody(request.raw, { ...body, limitBytes: Math.min(body.limitBytes, MAX_CONNECT_BYTES) })
  try {
    const told = parseConnect(read.bytes)
    received(read.bytes.length)
    logger.info({ tenant: request.tenant, ...told.run }, 'a New Relic agent connected')
    const token = runs.issue(request.tenant, told.run)
    return renderConnect(told, { token, maxPayloadBytes: Math.min(body.limitBytes, MAX_PAYLOAD_BYTES) }, hash)
  } finally {
    read.release()
  }
}

async function takeHarvest(
  request: FastifyRequest<{ Querystring: AgentQuery }>,
  parts: AgentProtocolParts,
  received: (bytes: number) => void,
): Promise<null> {
  const resource = findRun(request, parts.runs)
  const { tenant } = request
  const read = await readBody(request.raw, parts.body)
  try {
    const decode = (reserve: ReserveMemory) => decodeSpanEventData(read.bytes, { hash: parts.hash, resource, reserve })
    const outcome = await takeAgentSpans({ tenant, door: DOOR, body: read.bytes, decode }, parts)
    received(read.bytes.length)
    // The protocol has no word for it, so it is said where it can be read.
    if (outcome.rejected > 0)
      parts.logger.warn({ tenant, problem: outcome.message }, 'an agent sent spans that cannot be kept')
    return null
  } finally {
    read.release()
  }
}

function methodOf(name: unknown): AgentMethod {
  const method = typeof name === 'string' && Object.hasOwn(AGENT_METHODS, name) ? AGENT_METHODS[name] : undefined
  if (method !== undefined) return method
  const got = String(name).slice(0, 100)
  throw new ClewError('NOT_FOUND', `method: expected one of the agent protocol 17, got ${got}`)
}

function findRun({ query, tenant }: FastifyRequest<{ Querystring: AgentQuery }>, runs: AgentRuns) {
  const { run_id: token } = query
  const resource = typeof token === 'string' ? runs.find(tenant, token) : undefined
  if (resource !== undefined) return resource
  throw new ClewError('AGENT_RUN_UNKNOWN', 'run_id: expected one that this Clew gave to this key, got another')
}

function replyWith(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.type('application/json').send(JSON.stringify({ return_value: value }))
}
