// The spans of a stored trace as Jaeger shows them, or as they came (`raw`), in pieces. What the adjusters have to know of
// the whole trace they take from outlines; each span is decoded once, when its piece is due. Repeated spans are gone
// already: the query service gives each once.
import { ClewError, type Span } from '@clew/model'
import type { StoredTrace } from '../../query/query-service.ts'
import { decodeStored, inPieces, nextTurn, type TraceLine, traceLines } from '../read-trace.ts'
import { SpanAdjuster, type SpanChange } from './adjust/adjust-span.ts'
import { findClockSkews } from './adjust/clock-skew.ts'
import { separateSharedIds } from './adjust/shared-ids.ts'
import { spanShapes } from './adjust/span-shape.ts'

export interface SpanReading {
  /** Spans as they came. */
  readonly raw: boolean
  /** How far a span may be moved for the clock of its machine, in nanoseconds. */
  readonly maxClockSkewNanos: bigint
}

export interface ReadSpan {
  readonly span: Span
  /** MARK of the model. */
  readonly marks: number
}

interface PlacedLine {
  readonly line: TraceLine
  readonly change: SpanChange | undefined
}

/**
 * By start, then span id. A span that cannot be decoded is left out and said in `unreadable`. Throws INTERNAL where one
 * cannot even be outlined.
 */
export async function* readSpans(
  trace: StoredTrace,
  reading: SpanReading,
  unreadable: string[],
): AsyncGenerator<readonly ReadSpan[]> {
  const lines = await traceLines(trace)
  const changes = reading.raw ? undefined : await changesOf(lines, reading)
  const adjuster = new SpanAdjuster()
  const placed = lines.map((line, index): PlacedLine => ({ line, change: changes?.[index] }))
  for await (const piece of inPieces(placed, ({ line }) => line.stored))
    yield piece.flatMap(({ line: { stored }, change }) => {
      const span = decodeOr(() => decodeStored(stored), unreadable)
      if (span === undefined) return []
      return [{ span: change === undefined ? span : adjuster.adjust(span, change), marks: stored.marks }]
    })
}

async function changesOf(lines: readonly TraceLine[], { maxClockSkewNanos }: SpanReading): Promise<SpanChange[]> {
  const spans = separateSharedIds(spanShapes(lines))
  await nextTurn()
  const skews = findClockSkews(spans, maxClockSkewNanos)
  await nextTurn()
  return spans.map(({ spanId, parentSpanId }, index) => {
    const skew = skews.get(index)
    return {
      spanId,
      parentSpanId,
      shiftNanos: skew?.shiftNanos ?? 0n,
      warnings: skew === undefined ? [] : [skew.warning],
    }
  })
}

function decodeOr(decode: () => Span, unreadable: string[]): Span | undefined {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    unreadable.push(`A span is left out: ${error.message}.`)
    return undefined
  }
}
