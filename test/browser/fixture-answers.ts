// What the native API would say of a fixture trace: its summary and its columns.
import { findParents, SPAN_CATEGORIES, spanRoles } from '../../packages/analysis/src/index.ts'
import { readTypedId, SPAN_KINDS, STATUS_CODES } from '../../packages/model/src/index.ts'
import type { NamedTrace, TraceColumns, TraceSummary } from '../../packages/web/src/api/generated.ts'
import type { FixtureTrace } from './fixture-traces.ts'

export function summaryOf({ spans }: FixtureTrace): TraceSummary {
  const start = startOf(spans)
  const root = spans.find(({ parentSpanId }) => parentSpanId === null)
  const services = new Map<string, { name: string; spanCount: number; errorCount: number }>()
  for (const { service, status } of spans) {
    const share = services.get(service) ?? { name: service, spanCount: 0, errorCount: 0 }
    share.spanCount++
    if (status.code === 'error') share.errorCount++
    services.set(service, share)
  }
  return {
    traceId: spans[0]?.traceId ?? '',
    rootService: root?.service ?? null,
    rootName: root?.name ?? null,
    startUnixNano: String(start),
    durationNano: String(endOf(spans) - start),
    spanCount: spans.length,
    errorCount: spans.filter(({ status }) => status.code === 'error').length,
    services: [...services.values()],
    matchedSpans: spans.length,
    spans: [],
  }
}

/** The traces that a text means: by all digits, by fewer, or by the text of a sender. */
export function tracesNamed(traces: readonly FixtureTrace[], asked: string): FixtureTrace[] {
  const { whole, traceDigits } = readTypedId(asked)
  return traces.filter(({ idText, spans }) => {
    const padded = traceDigits?.padStart(traceDigits.length > 16 ? 32 : 16, '0')
    return idText === whole || (padded !== undefined && spans[0]?.traceId.endsWith(padded) === true)
  })
}

export function describeTrace(trace: FixtureTrace): NamedTrace {
  const { traceId, rootService, rootName, startUnixNano, spanCount } = summaryOf(trace)
  const named = { traceId, traceIdText: trace.idText ?? null, service: rootService ?? '', name: rootName ?? '' }
  return { ...named, startUnixNano, spanCount }
}

export function columnsOf(trace: FixtureTrace, asked: string): TraceColumns {
  const spans = trace.spans.toSorted((a, b) => Number(BigInt(a.startUnixNano) - BigInt(b.startUnixNano)))
  const summary = summaryOf(trace)
  const start = BigInt(summary.startUnixNano)
  const strings = [...new Set(spans.flatMap(({ name, service }) => [name, service]))]
  const indexOf = new Map(strings.map((text, index) => [text, index]))
  const parents = findParents(
    spans.map(({ spanId }) => spanId),
    spans.map(({ parentSpanId }) => parentSpanId ?? ''),
  )
  const service = spans.map((span) => span.service)
  const hasKey = (prefix: string) => spans.map(({ attributes }) => attributes.some(({ key }) => key.startsWith(prefix)))
  const roles = spanRoles({ ...parents, service, hasHttp: hasKey('http.'), hasDatabase: hasKey('db.') })
  const logs = new Map<string, number>()
  for (const { spanId } of trace.logs) logs.set(spanId, (logs.get(spanId) ?? 0) + 1)
  return {
    traceId: summary.traceId,
    traceIdText: trace.idText ?? null,
    askedSpanId: readTypedId(asked).spanId ?? null,
    startUnixNano: summary.startUnixNano,
    durationNano: summary.durationNano,
    spanCount: summary.spanCount,
    errorCount: summary.errorCount,
    repeatedSpans: 0,
    hasRoot: summary.rootName !== null,
    metSpanIds: 0,
    strings,
    spanId: spans.map(({ spanId }) => spanId),
    parentIndex: [...parents.parentIndex],
    parentMissing: [...parents.parentMissing],
    start: spans.map(({ startUnixNano }) => Number(BigInt(startUnixNano) - start)),
    duration: spans.map((span) => Number(BigInt(span.endUnixNano) - BigInt(span.startUnixNano))),
    service: spans.map(({ service }) => indexOf.get(service) ?? 0),
    name: spans.map(({ name }) => indexOf.get(name) ?? 0),
    kind: spans.map(({ kind }) => SPAN_KINDS.indexOf(kind)),
    status: spans.map(({ status }) => STATUS_CODES.indexOf(status.code)),
    events: spans.map(({ events }) => events.length),
    links: spans.map(({ links }) => links.length),
    logs: spans.map(({ spanId }) => logs.get(spanId) ?? 0),
    marks: spans.map(() => 0),
    category: roles.map(({ category }) => SPAN_CATEGORIES.indexOf(category)),
  }
}

function startOf(spans: FixtureTrace['spans']): bigint {
  return spans.reduce(
    (least, span) => {
      const start = BigInt(span.startUnixNano)
      return start < least ? start : least
    },
    BigInt(spans[0]?.startUnixNano ?? 0),
  )
}

function endOf(spans: FixtureTrace['spans']): bigint {
  return spans.reduce((most, span) => {
    const end = BigInt(span.endUnixNano)
    return end > most ? end : most
  }, 0n)
}
