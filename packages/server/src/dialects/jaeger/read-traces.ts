// Whole traces by their ids, some at a time: an answer of many large traces never holds them all. The first are read
// before anything is answered, so that what goes wrong there still has its status.
import type { QueryService, StoredTrace } from '../../query/query-service.ts'

export interface TraceAsker {
  readonly tenant: string
  readonly signal: AbortSignal
}

/** An id and how many spans its trace has, as far as that is known. */
export interface SizedTrace {
  readonly traceId: string
  readonly spanCount: number
}

/** Spans read at once, unless one trace has more, and traces. */
const SPANS_AT_ONCE = 10_000
const TRACES_AT_ONCE = 100

/** In the order of the ids; those that are not there are left out. Each group is given up before the next is read. */
export async function readTraces(
  queries: QueryService,
  asked: readonly SizedTrace[],
  { tenant, signal }: TraceAsker,
): Promise<AsyncIterable<StoredTrace>> {
  const [first, ...others] = groups(asked)
  const read = async (group: readonly string[] = []) => {
    const traces = group.length === 0 ? [] : await queries.traces(tenant, group, signal)
    const byId = new Map(traces.map((trace) => [trace.traceId, trace]))
    return group.flatMap((id) => byId.get(id) ?? [])
  }
  const found = await read(first)
  async function* inTurn() {
    yield* found
    for (const group of others) yield* await read(group)
  }
  return inTurn()
}

function groups(asked: readonly SizedTrace[]): string[][] {
  const made: string[][] = []
  let spans = SPANS_AT_ONCE
  for (const { traceId, spanCount } of asked) {
    const last = made.at(-1)
    spans += spanCount
    if (last === undefined || spans > SPANS_AT_ONCE || last.length === TRACES_AT_ONCE) {
      made.push([traceId])
      spans = spanCount
    } else last.push(traceId)
  }
  return made
}
