// A stored trace as JSON, in pieces: between them other requests get their turn, so that a trace of any size never holds
// up the process.
import { decodeSpan } from '@clew/codecs'
import type { Span } from '@clew/model'
import type { StoredTrace } from '../../query/query-service.ts'
import { renderSpan } from './render.ts'

/** Spans decoded or rendered in one go: some milliseconds. */
const SPANS_AT_ONCE = 100

export interface DecodedSpan {
  readonly span: Span
  readonly marks: number
}

/** All spans, by start, then span id. */
export async function decodeTrace(trace: StoredTrace): Promise<DecodedSpan[]> {
  const decoded: DecodedSpan[] = []
  for (const stored of trace.spans) {
    decoded.push({ span: decodeSpan(stored.bytes, stored.origin), marks: stored.marks })
    if (decoded.length % SPANS_AT_ONCE === 0) await new Promise(setImmediate)
  }
  return decoded.sort(({ span: a }, { span: b }) => {
    if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1
    return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0
  })
}

/** The text of a `Trace`. */
export async function* renderTrace(trace: StoredTrace, notices: readonly string[]): AsyncGenerator<string> {
  const decoded = await decodeTrace(trace)
  yield `{"traceId":${JSON.stringify(trace.traceId)},"spans":[`
  for (let i = 0; i < decoded.length; i += SPANS_AT_ONCE) {
    const part = decoded.slice(i, i + SPANS_AT_ONCE).map(({ span, marks }) => JSON.stringify(renderSpan(span, marks)))
    yield (i === 0 ? '' : ',') + part.join(',')
    await new Promise(setImmediate)
  }
  yield `],"notices":${JSON.stringify(notices)}}`
}

export function repeatNotices({ repeatedSpans }: StoredTrace): string[] {
  if (repeatedSpans === 0) return []
  return [`${repeatedSpans} spans of this trace came more than once; each is shown once.`]
}
