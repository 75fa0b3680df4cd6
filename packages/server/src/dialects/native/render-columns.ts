// A trace as columns for the page: numbers and one table of strings instead of an object a span.
import { findParents } from '@clew/analysis'
import { durationNano, SPAN_KINDS, STATUS_CODES } from '@clew/model'
import type { StoredTrace } from '../../query/query-service.ts'
import { decodeTrace } from './render-trace.ts'
import type { TraceColumnsJson } from './schemas.ts'

export async function renderColumns(
  trace: StoredTrace,
  logCounts: ReadonlyMap<string, number>,
): Promise<TraceColumnsJson> {
  const decoded = await decodeTrace(trace)
  const spans = decoded.map(({ span }) => span)
  const strings = new Map<string, number>()
  const intern = (text: string): number => {
    const known = strings.get(text)
    if (known !== undefined) return known
    strings.set(text, strings.size)
    return strings.size - 1
  }
  const traceStart = spans[0]?.startTimeUnixNano ?? 0n
  let traceEnd = traceStart
  for (const { startTimeUnixNano: start, endTimeUnixNano: end } of spans) {
    if (start > traceEnd) traceEnd = start
    if (end > traceEnd) traceEnd = end
  }
  const spanId = spans.map((span) => span.spanId)
  const { parentIndex, parentMissing } = findParents(
    spanId,
    spans.map((span) => span.parentSpanId),
  )
  const service = spans.map((span) => intern(span.serviceName))
  const name = spans.map((span) => intern(span.name))
  return {
    traceId: trace.traceId,
    startUnixNano: String(traceStart),
    durationNano: String(traceEnd - traceStart),
    spanCount: spans.length,
    errorCount: spans.filter((span) => span.status.code === 'error').length,
    repeatedSpans: trace.repeatedSpans,
    strings: [...strings.keys()],
    spanId,
    parentIndex: [...parentIndex],
    parentMissing: [...parentMissing],
    start: spans.map((span) => Number(span.startTimeUnixNano - traceStart)),
    duration: spans.map((span) => Number(durationNano(span.startTimeUnixNano, span.endTimeUnixNano))),
    service,
    name,
    kind: spans.map((span) => SPAN_KINDS.indexOf(span.kind)),
    status: spans.map((span) => STATUS_CODES.indexOf(span.status.code)),
    events: spans.map((span) => span.events.length),
    links: spans.map((span) => span.links.length),
    logs: spanId.map((id) => logCounts.get(id) ?? 0),
    marks: decoded.map(({ marks }) => marks),
  }
}
