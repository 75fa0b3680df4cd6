// A stored trace as JSON, in pieces: a trace of any size never holds up the process, and is never in memory as objects.
import type { SpanRole } from '@clew/analysis'
import { ClewError } from '@clew/model'
import type { StoredTrace } from '../../query/query-service.ts'
import type { StoredSpan } from '../../query/stored-span.ts'
import { decodeStored, inPieces } from '../read-trace.ts'
import type { ReadTrace } from './read-named.ts'
import { renderSpan } from './render.ts'
import { type TraceShape, traceShape } from './trace-shape.ts'

/** The text of a `Trace`. A span that cannot be read is left out, and said. */
export async function* renderTrace({ trace, lines, askedSpanId, traceIdText }: ReadTrace): AsyncGenerator<string> {
  const { roles, ...shape } = await traceShape(lines)
  const spans = lines.map(({ stored }, index) => ({ stored, role: roles[index]! }))
  const unreadable: string[] = []
  let isFirst = true
  const head = {
    traceId: trace.traceId,
    traceIdText: traceIdText ?? null,
    askedSpanId: askedSpanId ?? null,
    hasRoot: shape.hasRoot,
  }
  yield `${JSON.stringify(head).slice(0, -1)},"spans":[`
  for await (const piece of inPieces(spans, ({ stored }) => stored)) {
    const texts = piece.flatMap(({ stored, role }) => renderStored(stored, role, unreadable))
    if (texts.length > 0) yield (isFirst ? '' : ',') + texts.join(',')
    isFirst &&= texts.length === 0
  }
  yield `],"notices":${JSON.stringify([...noticesOf(trace, shape), ...unreadable])}}`
}

function renderStored(stored: StoredSpan, role: SpanRole, unreadable: string[]): string[] {
  try {
    return [JSON.stringify(renderSpan(decodeStored(stored), role, stored.marks))]
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    unreadable.push(`A span is left out: ${error.message}.`)
    return []
  }
}

function noticesOf({ repeatedSpans }: StoredTrace, shape: Pick<TraceShape, 'hasRoot' | 'metSpanIds'>): string[] {
  const notices: string[] = []
  if (repeatedSpans > 0) notices.push(`${repeatedSpans} spans of this trace came more than once; each is shown once.`)
  if (!shape.hasRoot) notices.push('The root of this trace has not come: each of its spans names a parent.')
  if (shape.metSpanIds > 0)
    notices.push(`Span ids that stand for several texts: ${shape.metSpanIds}; clew.span_id tells their spans apart.`)
  return notices
}
