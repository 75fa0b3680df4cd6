// The `connect` call: what an agent tells of itself, and what it is told in return. The answer switches distributed
// tracing on, asks for every trace, and lets spans come within seconds.
import { readUint32 } from '@clew/codecs'
import { ClewError, DecodeError, type TextHash } from '@clew/model'
import type { AgentRun } from '../agent-runs.ts'

export interface Connect {
  readonly run: AgentRun
  /** An agent in high security mode stops when the answer does not say so too. */
  readonly highSecurity: boolean
  /** How much the agent would keep of each kind of event between two harvests, as it said. */
  readonly harvestLimits: Readonly<Record<string, number>>
}

export interface ConnectAnswer {
  readonly token: string
  readonly maxPayloadBytes: number
}

const FORMAT = 'agent protocol connect'
/** Far more than New Relic allows; a token carries it in every address. */
const MAX_TEXT_CHARS = 255
/** The same for all, so that agents trust each other's trace headers. */
const ACCOUNT = '1'
/** Spans and other events come so often; New Relic's own figure is five seconds as well. */
const REPORT_PERIOD_MS = 5_000
/** Of metrics, which Clew does not keep. */
const METRICS_PERIOD_SECONDS = 60
/** What agents keep at most between two harvests. */
const MAX_SPANS = 10_000
/** Transactions that an agent is to trace a minute, New Relic's own figure is 10: as many as come. */
const SAMPLING_TARGET = 1_000_000
const SAMPLING_PERIOD_SECONDS = 60
/** What agents that say nothing else keep of other events. Clew keeps none of them. */
const OTHER_LIMITS = {
  analytic_event_data: 1200,
  custom_event_data: 3000,
  error_event_data: 100,
  log_event_data: 10_000,
}

/** Throws DECODE_FAILED when the body is no connect call, INVALID_ARGUMENT when it names no application. */
export function parseConnect(body: Uint8Array): Connect {
  const told = parseCall(body)
  const [application] = Array.isArray(told.app_name) ? told.app_name : [told.app_name]
  if (typeof application !== 'string' || application === '' || application.length > MAX_TEXT_CHARS)
    throw new ClewError(
      'INVALID_ARGUMENT',
      `app_name: expected a name of 1 to ${MAX_TEXT_CHARS} characters, got ${JSON.stringify(application)?.slice(0, 100)}`,
    )
  return {
    run: {
      application,
      host: textOf(told.host),
      pid: typeof told.pid === 'number' && Number.isSafeInteger(told.pid) && told.pid > 0 ? told.pid : 0,
      language: textOf(told.language),
      agentVersion: textOf(told.agent_version),
    },
    highSecurity: told.high_security === true,
    harvestLimits: limitsOf(told.event_harvest_config),
  }
}

/** `return_value` of the answer. Agents differ in what they need of it; each finds its own here. */
export function renderConnect(connect: Connect, { token, maxPayloadBytes }: ConnectAnswer, hash: TextHash) {
  const { application } = connect.run
  const id = String(readUint32(hash(`agent-application:${application}`), 0))
  return {
    agent_run_id: token,
    account_id: ACCOUNT,
    trusted_account_key: ACCOUNT,
    primary_application_id: id,
    entity_guid: Buffer.from(`${ACCOUNT}|APM|APPLICATION|${id}`).toString('base64').replaceAll('=', ''),
    request_headers_map: {},
    max_payload_size_in_bytes: maxPayloadBytes,
    // Java's does not connect without.
    data_report_period: METRICS_PERIOD_SECONDS,
    high_security: connect.highSecurity,
    collect_span_events: true,
    collect_traces: true,
    collect_errors: true,
    collect_error_events: true,
    collect_analytics_events: true,
    collect_custom_events: true,
    sampling_target: SAMPLING_TARGET,
    sampling_target_period_in_seconds: SAMPLING_PERIOD_SECONDS,
    event_harvest_config: {
      report_period_ms: REPORT_PERIOD_MS,
      harvest_limits: { ...OTHER_LIMITS, ...connect.harvestLimits, span_event_data: MAX_SPANS },
    },
    span_event_harvest_config: { report_period_ms: REPORT_PERIOD_MS, harvest_limit: MAX_SPANS },
    agent_config: {},
    messages: [{ level: 'INFO', message: `Reporting to Clew as ${application}` }],
  }
}

type Told = Readonly<Record<string, unknown>>

/** `[{…}]` */
function parseCall(body: Uint8Array): Told {
  let call: unknown
  try {
    call = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString())
  } catch (error) {
    throw new DecodeError(FORMAT, 'body', `expected JSON: ${(error as Error).message}`)
  }
  const told: unknown = Array.isArray(call) ? call[0] : undefined
  if (!isObject(told)) throw new DecodeError(FORMAT, '[0]', 'expected an object, got something else')
  return told
}

/** What only describes the agent is left out rather than refused. */
function textOf(value: unknown): string {
  return typeof value === 'string' && value.length <= MAX_TEXT_CHARS ? value : ''
}

function limitsOf(config: unknown): Record<string, number> {
  const limits = isObject(config) ? config.harvest_limits : undefined
  if (!isObject(limits)) return {}
  const asked = Object.keys(OTHER_LIMITS).map((kind) => [kind, limits[kind]] as const)
  return Object.fromEntries(asked.filter((limit): limit is [string, number] => Number.isSafeInteger(limit[1])))
}

function isObject(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
