// What only a whole trace says of its spans: who hangs below whom, which part each plays between the services, and whether
// a root has come. Computed whenever a trace is read, from outlines, and never stored: the next span may change it.
import { findParents, identifySpans, type ParentIndex, type SpanRole, spanRoles } from '@clew/analysis'
import { nextTurn, type TraceLine } from '../read-trace.ts'

export interface TraceShape {
  readonly parents: ParentIndex
  /** One a line. */
  readonly roles: readonly SpanRole[]
  /** Whether a span without a parent has come. */
  readonly hasRoot: boolean
  /** How many span ids stand for several texts of senders, whose spans are told apart. */
  readonly metSpanIds: number
}

/** `lines` are all spans of the trace. */
export async function traceShape(lines: readonly TraceLine[]): Promise<TraceShape> {
  const { spanIds, parentSpanIds, metIds } = identifySpans(
    lines.map(({ stored: { spanId }, outline: { parentSpanId, noted } }) => ({
      ...{ spanId, spanIdText: noted.spanIdText, parentSpanId, parentSpanIdText: noted.parentSpanIdText },
    })),
  )
  await nextTurn()
  const service = lines.map(({ stored }) => stored.origin.serviceName)
  const parents = findParents(spanIds, parentSpanIds, { kind: lines.map(({ outline }) => outline.kind), service })
  await nextTurn()
  const { parentIndex, parentMissing } = parents
  return {
    parents,
    roles: spanRoles({
      ...{ parentIndex, parentMissing, service },
      hasHttp: lines.map(({ outline }) => outline.noted.hasHttp),
      hasDatabase: lines.map(({ outline }) => outline.noted.hasDatabase),
    }),
    hasRoot: parentIndex.filter((parent) => parent < 0).length > parentMissing.length,
    metSpanIds: metIds,
  }
}
