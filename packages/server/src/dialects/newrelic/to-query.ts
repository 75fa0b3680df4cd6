// From NRQL to what is asked of the query service: integration errors, or the spans of named traces. What the service
// cannot decide is left to the condition, which is evaluated on each event.
import { ClewError, MAX_UINT64, NANOS_PER_MILLI, type UnixNano } from '@clew/model'
import type { NrqlQuery } from '../../query/languages/nrql/ast.ts'
import { requiredValues } from '../../query/languages/nrql/evaluate.ts'
import { parseNrql } from '../../query/languages/nrql/parse.ts'

export interface AskedErrors {
  readonly kind: 'errors'
  readonly query: NrqlQuery
  readonly from: UnixNano
  readonly to: bigint
  /** Undefined for all. */
  readonly requestId: string | undefined
}

export interface AskedSpans {
  readonly kind: 'spans'
  readonly query: NrqlQuery
  /** As they are written in the question. */
  readonly traceIds: readonly string[]
}

export type AskedEvents = AskedErrors | AskedSpans

/** Names of a trace id: of the Trace API, and of agents. */
export const TRACE_ID_NAMES: readonly string[] = ['trace.id', 'traceId']

/** Traces of one question. */
const MAX_TRACES = 100

/** Throws INVALID_ARGUMENT. */
export function toQuery(nrql: string, nowMs: number): AskedEvents {
  const query = parseNrql(nrql, nowMs)
  if (query.eventType === 'NrIntegrationError') return askedErrors(query)
  if (query.eventType === 'Span') return { kind: 'spans', query, traceIds: askedTraces(query) }
  throw new ClewError('INVALID_ARGUMENT', `NRQL: expected FROM NrIntegrationError or FROM Span, got ${query.eventType}`)
}

function askedErrors(query: NrqlQuery): AskedErrors {
  const ids = requiredValues(query.where, ['requestId'])
  const [requestId] = ids?.length === 1 ? ids : []
  return {
    kind: 'errors',
    query,
    from: query.fromMs === undefined ? 0n : unixNano(query.fromMs),
    to: query.toMs === undefined ? MAX_UINT64 + 1n : unixNano(query.toMs),
    requestId: typeof requestId === 'string' ? requestId : undefined,
  }
}

/** A question about spans names its traces: the store is not looked through for an attribute here. */
function askedTraces({ where }: NrqlQuery): readonly string[] {
  const ids = new Set(requiredValues(where, TRACE_ID_NAMES))
  if (ids.size === 0)
    throw new ClewError(
      'INVALID_ARGUMENT',
      "NRQL: FROM Span: expected WHERE trace.id = '…' or trace.id IN ('…'), got neither",
    )
  if (ids.size > MAX_TRACES)
    throw new ClewError('INVALID_ARGUMENT', `NRQL: trace.id: expected at most ${MAX_TRACES} ids, got ${ids.size}`)
  return [...ids].map((id) => {
    if (typeof id === 'string' && id !== '') return id
    throw new ClewError('INVALID_ARGUMENT', `NRQL: trace.id: expected an id in quotes, got ${JSON.stringify(id)}`)
  })
}

/** Clamped to the times there are. */
function unixNano(ms: number): UnixNano {
  const nanos = BigInt(ms) * NANOS_PER_MILLI
  return nanos < 0n ? 0n : nanos > MAX_UINT64 ? MAX_UINT64 : nanos
}
