// A stored trace as JSON, in pieces: a trace of any size never holds up the process, and is never in memory as objects.
import { ClewError } from '@clew/model'
import type { StoredTrace } from '../../query/query-service.ts'
import type { StoredSpan } from '../../query/stored-span.ts'
import { decodeStored, inPieces, type TraceLine, traceIdText } from '../read-trace.ts'
import type { NamedTrace } from './find-trace.ts'
import { renderSpan } from './render.ts'

/** The text of a `Trace`; `lines` are all its spans in their order. A span that cannot be read is left out, and said. */
export async function* renderTrace(
  { trace, askedSpanId }: NamedTrace,
  lines: readonly TraceLine[],
): AsyncGenerator<string> {
  const unreadable: string[] = []
  let isFirst = true
  const head = { traceId: trace.traceId, traceIdText: traceIdText(lines) ?? null, askedSpanId: askedSpanId ?? null }
  yield `${JSON.stringify(head).slice(0, -1)},"spans":[`
  for await (const piece of inPieces(lines, (line) => line.stored)) {
    const texts = piece.flatMap(({ stored }) => renderStored(stored, unreadable))
    if (texts.length > 0) yield (isFirst ? '' : ',') + texts.join(',')
    isFirst &&= texts.length === 0
  }
  yield `],"notices":${JSON.stringify([...repeatNotices(trace), ...unreadable])}}`
}

function renderStored(stored: StoredSpan, unreadable: string[]): string[] {
  try {
    return [JSON.stringify(renderSpan(decodeStored(stored), stored.marks))]
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    unreadable.push(`A span is left out: ${error.message}.`)
    return []
  }
}

function repeatNotices({ repeatedSpans }: StoredTrace): string[] {
  if (repeatedSpans === 0) return []
  return [`${repeatedSpans} spans of this trace came more than once; each is shown once.`]
}
