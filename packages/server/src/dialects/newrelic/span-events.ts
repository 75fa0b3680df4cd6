// A span as New Relic's NRQL shows one: its own attributes under the names of the Trace API and of agents, and what New
// Relic derives when it is read (entity, entry point, process boundary), which is never stored.
// https://docs.newrelic.com/attribute-dictionary/?event=Span
import { createHash } from 'node:crypto'
import type { ProcessBoundary, SpanRole } from '@clew/analysis'
import { encodeNewRelicSpans } from '@clew/codecs'
import type { Span } from '@clew/model'
import type { NrqlValue } from '../../query/languages/nrql/ast.ts'
import type { FoundEvent } from './events.ts'

/** What the Trace API takes, and encoding writes. */
interface NewRelicBlock {
  readonly common?: { readonly attributes: Readonly<Record<string, NrqlValue>> }
  readonly spans: readonly {
    readonly id: string
    readonly 'trace.id': string
    /** Milliseconds. */
    readonly timestamp?: number
    readonly attributes: Readonly<Record<string, NrqlValue>>
  }[]
}

/** Attributes under which agents write the same: of theirs, durations are in seconds. */
const AGENT_NAMES: Readonly<Record<string, string>> = { id: 'guid', 'trace.id': 'traceId', 'parent.id': 'parentId' }

const BOUNDARY_NAMES: Readonly<Record<ProcessBoundary, string>> = {
  entry: 'ENTRY',
  exit: 'EXIT',
  inProcess: 'IN_PROCESS',
}
const CATEGORY_NAMES = { datastore: 'datastore', external: 'http' } as const

export interface SpanInTrace {
  readonly span: Span
  readonly role: SpanRole
}

/** One event a span, in their order; all of them are of one resource and scope. */
export function spanEvents(spans: readonly SpanInTrace[], account: string): readonly FoundEvent[] {
  const json = Buffer.from(encodeNewRelicSpans(spans.map(({ span }) => span))).toString()
  const [block] = JSON.parse(json) as readonly NewRelicBlock[]
  const shared = Object.entries(block?.common?.attributes ?? {})
  return spans.map((span, i) => spanEvent(span, block!.spans[i]!, shared, account))
}

function spanEvent(
  { span, role }: SpanInTrace,
  { attributes, id, timestamp, 'trace.id': traceId }: NewRelicBlock['spans'][number],
  shared: readonly (readonly [string, NrqlValue])[],
  account: string,
): FoundEvent {
  const event = new Map<string, NrqlValue>([...shared, ...Object.entries(attributes)])
  event.set('id', id).set('trace.id', traceId)
  if (timestamp !== undefined) event.set('timestamp', timestamp)
  addAgentNames(event)
  addEntity(event, span.serviceName, account)
  addRole(event, role)
  if (span.status.code === 'error') addDefault(event, 'error', true)
  return event
}

function addAgentNames(event: Map<string, NrqlValue>): void {
  for (const [name, agentName] of Object.entries(AGENT_NAMES)) {
    const value = event.get(name)
    if (value !== undefined) addDefault(event, agentName, value)
  }
  const durationMs = event.get('duration.ms')
  if (typeof durationMs === 'number') addDefault(event, 'duration', durationMs / 1000)
}

/** The defaults of what New Relic reserves: https://docs.newrelic.com/docs/distributed-tracing/trace-api/report-new-relic-format-traces-trace-api/ */
function addEntity(event: Map<string, NrqlValue>, service: string, account: string): void {
  addDefault(event, 'service.name', service)
  addDefault(event, 'entity.name', service)
  addDefault(event, 'entity.type', 'service')
  addDefault(event, 'entity.guid', entityGuid(account, service))
}

function addRole(event: Map<string, NrqlValue>, { clientType, processBoundary }: SpanRole): void {
  addDefault(event, 'category', clientType === undefined ? 'generic' : CATEGORY_NAMES[clientType])
  addDefault(event, 'processBoundary', BOUNDARY_NAMES[processBoundary])
  if (clientType !== undefined) addDefault(event, 'clientType', clientType.toUpperCase())
  if (processBoundary === 'entry') addDefault(event, 'nr.entryPoint', true)
}

/** What its sender said goes before what is derived. */
function addDefault(event: Map<string, NrqlValue>, name: string, value: NrqlValue): void {
  if (!event.has(name)) event.set(name, value)
}

/** In the form of New Relic's, base64 of `account|EXT|SERVICE|number`; the number is one of the name alone. */
function entityGuid(account: string, service: string): string {
  const number = createHash('sha256').update(service).digest().readBigUInt64BE(0) >> 1n
  return Buffer.from(`${account}|EXT|SERVICE|${number}`).toString('base64').replace(/=+$/, '')
}
