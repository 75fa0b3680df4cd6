// What every dialect does with a stored trace: puts its spans in the order in which they are shown, and reads them in pieces.
// Between pieces others get their turn on the event loop, and only one at a time is held as objects, however large the trace.
import { decodeSpan, outlineSpan, type SpanOutline } from '@clew/codecs'
import type { Span } from '@clew/model'
import { readStored } from '../errors.ts'
import type { StoredTrace } from '../query/query-service.ts'
import type { StoredSpan } from '../query/stored-span.ts'

export interface TraceLine {
  readonly stored: StoredSpan
  readonly outline: SpanOutline
}

/** Outlines made in one go: some milliseconds. */
const OUTLINES_AT_ONCE = 2_000
/** Spans decoded or rendered in one go, and their bytes: some milliseconds too. */
const PIECE_SPANS = 100
const PIECE_BYTES = 128 * 1024

/** All spans, by start, then span id. Throws INTERNAL when one of them cannot be read. */
export async function traceLines(trace: StoredTrace): Promise<readonly TraceLine[]> {
  const lines: TraceLine[] = []
  for (const stored of trace.spans) {
    lines.push({ stored, outline: readStored(stored, () => outlineSpan(stored.bytes)) })
    if (lines.length % OUTLINES_AT_ONCE === 0) await nextTurn()
  }
  return lines.sort(byStart)
}

/** Spans in their order, a piece at a time; `storedOf` gives the span of an item. */
export async function* inPieces<T>(
  items: readonly T[],
  storedOf: (item: T) => StoredSpan,
): AsyncGenerator<readonly T[]> {
  let start = 0
  let bytes = 0
  for (let end = 1; end <= items.length; end++) {
    bytes += storedOf(items[end - 1]!).bytes.length
    if (end - start < PIECE_SPANS && bytes < PIECE_BYTES && end < items.length) continue
    yield items.slice(start, end)
    start = end
    bytes = 0
    await nextTurn()
  }
}

/** Throws INTERNAL when the span cannot be read. */
export function decodeStored(stored: StoredSpan): Span {
  return readStored(stored, () => decodeSpan(stored.bytes, stored.origin))
}

/** Resolves when others had their turn. */
export function nextTurn(): Promise<void> {
  return new Promise(setImmediate)
}

function byStart(a: TraceLine, b: TraceLine): number {
  const [first, second] = [a.outline.startTimeUnixNano, b.outline.startTimeUnixNano]
  if (first !== second) return first < second ? -1 : 1
  if (a.stored.spanId !== b.stored.spanId) return a.stored.spanId < b.stored.spanId ? -1 : 1
  // Spans of one id, in whatever order they were read: people name them by their place.
  return Buffer.compare(a.stored.bytes, b.stored.bytes)
}
