// Traces that share an id, each described so that a person can tell which one is meant.
import type { TextHash } from '@clew/model'
import type { StoredTrace } from '../../query/query-service.ts'
import { traceLines } from '../read-trace.ts'
import { traceIdText } from './read-named.ts'
import type { NamedTraceJson } from './schemas.ts'

/** By id. Throws INTERNAL when a span cannot be read. */
export async function describeTraces(
  traces: readonly StoredTrace[],
  hash: TextHash,
): Promise<readonly NamedTraceJson[]> {
  const described: NamedTraceJson[] = []
  for (const trace of traces.toSorted((a, b) => (a.traceId < b.traceId ? -1 : 1))) {
    const lines = await traceLines(trace)
    const first = lines.find(({ outline }) => outline.parentSpanId === '') ?? lines[0]!
    described.push({
      traceId: trace.traceId,
      traceIdText: traceIdText(trace.traceId, lines, hash) ?? null,
      service: first.stored.origin.serviceName,
      name: first.outline.name,
      startUnixNano: String(lines[0]!.outline.startTimeUnixNano),
      spanCount: lines.length,
    })
  }
  return described
}
