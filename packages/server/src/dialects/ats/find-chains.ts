// GET /ats/traces: the traces with a matching call, newest first, each told by the first of its calls that match.
import type { QueryService } from '../../query/query-service.ts'
import type { Asker, MatchedSpan } from '../../query/trace-reader.ts'
import type { TracesParameters } from './parameters.ts'
import { callType, shortId } from './render-span.ts'
import type { ResourceCondition } from './service-filter.ts'
import { atsName } from './span-name.ts'
import { toQuery } from './to-query.ts'

/** TraceChainBase of apm_04_0015. Times in microseconds. */
export interface TraceChain {
  readonly traceId: string
  readonly type: string
  /** 1: the call failed, else 0. */
  readonly status: number
  readonly duration: number
  readonly application: string
  readonly instance: string
  readonly transaction: string
  readonly startTime: number
  readonly endTime: number
}

export interface FoundChains {
  readonly chains: readonly TraceChain[]
  /** What the answer leaves out. */
  readonly notices: readonly string[]
}

export interface TracesQuestion {
  readonly parameters: TracesParameters
  readonly services: readonly string[]
  readonly conditions: readonly ResourceCondition[]
}

/** An instance is an attribute of the resource, for which a trace has to be read: so many spans of all traces together. */
const MAX_READ_SPANS = 20_000

export async function findChains(
  { parameters, services, conditions }: TracesQuestion,
  { tenant, signal }: Required<Asker>,
  queries: QueryService,
): Promise<FoundChains> {
  const query = toQuery(parameters, services, conditions)
  const { traces, complete, notices } = await queries.findTraces(tenant, query, signal)
  const read: string[] = []
  let spans = 0
  for (const { traceId, spanCount } of traces) {
    spans += spanCount
    if (spans > MAX_READ_SPANS) break
    read.push(traceId)
  }
  const stored = read.length === 0 ? [] : await queries.traces(tenant, read, signal)
  const resources = new Map(
    stored.flatMap((trace) =>
      trace.spans.map((span) => [`${trace.traceId} ${span.spanId}`, span.origin.resource.attributes] as const),
    ),
  )
  const chains = traces.map(({ traceId, spans: [span] }) =>
    renderChain(traceId, span!, resources.get(`${traceId} ${span!.spanId}`) ?? []),
  )
  const unread =
    read.length < traces.length ? [`The instances of ${traces.length - read.length} traces are left out.`] : []
  return { chains, notices: [...(complete ? [] : notices), ...unread] }
}

function renderChain(traceId: string, span: MatchedSpan, resource: Parameters<typeof atsName>[1]): TraceChain {
  const { instance, transaction } = atsName(span.service, resource, span.name)
  const end = span.startUnixNano + span.durationNano
  return {
    traceId: shortId(traceId),
    type: callType(span.kind),
    status: span.status === 'error' ? 1 : 0,
    duration: micros(span.durationNano),
    application: span.service,
    instance,
    transaction,
    startTime: micros(span.startUnixNano),
    endTime: micros(end),
  }
}

function micros(nanos: bigint): number {
  return Number(nanos / 1000n)
}
