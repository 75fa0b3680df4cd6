// From ids to indexes: finds the parent of each span among the spans of its trace. First step of every analysis.
import type { SpanKind } from '@clew/model'

export interface ParentIndex {
  /** Index of the parent, -1 for roots and for spans whose parent is not here. */
  readonly parentIndex: Int32Array
  /** Indexes, ascending, of the spans that name a parent which is not here. */
  readonly parentMissing: readonly number[]
}

/** What tells the spans of one id apart, one entry a span. */
export interface SharedIdColumns {
  readonly kind: readonly SpanKind[]
  readonly service: readonly string[]
}

/**
 * `parentSpanIds[i]` is '' for a root span. Where a span id occurs more than once (a request that was sent again), the
 * first span with it is the parent of all that name it; a span is never its own parent, so a repeated id that names
 * itself hangs below the first one.
 *
 * Clients of Zipkin, and Jaeger's if told to, let both ends of a call share one span id. With `shared` the server's half
 * hangs below the client's, whatever parent it names (none, when its caller's header told of none), and a span that
 * names the id hangs below the half of its own service.
 * https://zipkin.io/pages/instrumenting.html (Shared spans)
 */
export function findParents(
  spanIds: readonly string[],
  parentSpanIds: readonly string[],
  shared?: SharedIdColumns,
): ParentIndex {
  const first = new Map<string, number>()
  for (let i = 0; i < spanIds.length; i++) if (!first.has(spanIds[i]!)) first.set(spanIds[i]!, i)
  const calls = shared === undefined || first.size === spanIds.length ? NO_CALLS : findCalls(spanIds, shared)
  const parentOf = (i: number): number | undefined => {
    const call = calls.get(spanIds[i]!)
    if (call !== undefined && isCalled(shared?.kind[i])) return call.client
    const parentId = parentSpanIds[i]!
    if (parentId === '') return -1
    const half = shared === undefined ? undefined : calls.get(parentId)?.halfOf.get(shared.service[i]!)
    return half === undefined || half === i ? first.get(parentId) : half
  }
  const parentIndex = new Int32Array(spanIds.length).fill(-1)
  const parentMissing: number[] = []
  for (let i = 0; i < spanIds.length; i++) {
    const parent = parentOf(i)
    if (parent === undefined) parentMissing.push(i)
    else if (parent !== i) parentIndex[i] = parent
  }
  return { parentIndex, parentMissing }
}

/** A call whose two ends have one span id. */
interface SharedCall {
  /** The first span of the client. */
  readonly client: number
  /** By service; of one that calls itself the server's, which is what runs meanwhile. */
  readonly halfOf: ReadonlyMap<string, number>
}

const NO_CALLS: ReadonlyMap<string, SharedCall> = new Map()

function findCalls(spanIds: readonly string[], { kind, service }: SharedIdColumns): ReadonlyMap<string, SharedCall> {
  const clients = new Map<string, number>()
  for (let i = 0; i < spanIds.length; i++)
    if (isCaller(kind[i]) && !clients.has(spanIds[i]!)) clients.set(spanIds[i]!, i)
  const calls = new Map<string, { client: number; halfOf: Map<string, number> }>()
  for (let i = 0; i < spanIds.length; i++) {
    const spanId = spanIds[i]!
    const client = clients.get(spanId)
    if (client === undefined || !isCalled(kind[i])) continue
    const call = calls.get(spanId) ?? { client, halfOf: new Map([[service[client]!, client]]) }
    const half = call.halfOf.get(service[i]!)
    if (half === undefined || half === client) call.halfOf.set(service[i]!, i)
    calls.set(spanId, call)
  }
  return calls
}

/** Of messages too: the first version of Zipkin shares their ids likewise. */
function isCaller(kind: SpanKind | undefined): boolean {
  return kind === 'client' || kind === 'producer'
}

function isCalled(kind: SpanKind | undefined): boolean {
  return kind === 'server' || kind === 'consumer'
}
