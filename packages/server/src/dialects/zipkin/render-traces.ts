// Stored traces as Zipkin v2 JSON, in pieces: a trace of any size never holds up the process, and is never in memory as
// objects.
import { zipkinJsonV2 } from '@clew/codecs'
import { ClewError } from '@clew/model'
import type { StoredTrace } from '../../query/query-service.ts'
import { inPieces, type TraceLine, traceLines } from '../read-trace.ts'
import { keptSpan } from './kept-span.ts'

/** Hears of a span that cannot be read: it is left out, and Zipkin's answers have no place to say so. */
export type HearUnreadable = (error: ClewError) => void

/** The spans of traces with one id, each as one list: `[span,…]`. Throws INTERNAL when one of them cannot be read. */
export async function renderTrace(
  traces: readonly StoredTrace[],
  unreadable: HearUnreadable,
): Promise<AsyncGenerator<string>> {
  const lines: TraceLine[] = []
  for (const trace of traces) for (const line of await traceLines(trace)) lines.push(line)
  return spanList(lines, unreadable)
}

/** `[[span,…],…]`; what belongs together is one list. */
export async function* renderTraces(
  groups: readonly (readonly StoredTrace[])[],
  unreadable: HearUnreadable,
): AsyncGenerator<string> {
  yield '['
  for (const [index, traces] of groups.entries()) {
    if (index > 0) yield ','
    yield* await renderTrace(traces, unreadable)
  }
  yield ']'
}

async function* spanList(lines: readonly TraceLine[], unreadable: HearUnreadable): AsyncGenerator<string> {
  let separator = '['
  for await (const piece of inPieces(lines, ({ stored }) => stored)) {
    let text = ''
    for (const { stored } of piece) {
      try {
        text += separator + zipkinJsonV2(keptSpan(stored))
        separator = ','
      } catch (error) {
        if (!(error instanceof ClewError)) throw error
        unreadable(error)
      }
    }
    yield text
  }
  yield separator === '[' ? '[]' : ']'
}
