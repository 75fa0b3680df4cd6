// Which span of a trace people mean: by its digits, by fewer as Jaeger writes them, or by the text that its sender uses;
// and which others must be read to tell what part it plays, so that one span of a large trace costs little.
import { outlineParent } from '@clew/codecs'
import { hexFromBytes, hexSpanId, type TextHash, textSpanId } from '@clew/model'
import { readStored } from '../../errors.ts'
import type { StoredSpan } from '../../query/stored-span.ts'
import { nextTurn, type TraceLine } from '../read-trace.ts'

/** Parents looked at in one go: some milliseconds. */
const PARENTS_AT_ONCE = 20_000

/** One way to read a text. */
export interface SpanReading {
  /** 16 digits. */
  readonly id: string
  /** Of a reading as text: another text may have become the same id. */
  readonly text: string | undefined
}

/** The likeliest reading first. */
export function spanReadings(hash: TextHash, traceId: string, text: string): readonly SpanReading[] {
  const hex = hexSpanId(text)
  if (hex !== undefined) return [{ id: hex, text: undefined }]
  const asText = { id: hexFromBytes(textSpanId(hash, traceId, text), 0, 8), text }
  if (!/^[0-9a-f]{1,16}$/i.test(text)) return [asText]
  return [asText, { id: text.toLowerCase().padStart(16, '0'), text: undefined }]
}

/** Index of the `nth` (from 1) of the lines that the first reading with any means; -1 where there is none. */
export function findSpan(lines: readonly TraceLine[], readings: readonly SpanReading[], nth: number): number {
  for (const { id, text } of readings) {
    const isMeant = ({ stored, outline }: TraceLine) =>
      stored.spanId === id && (text === undefined || outline.noted.spanIdText === text)
    const found = [...lines.keys()].filter((index) => isMeant(lines[index]!))
    if (found.length > 0) return found[nth - 1] ?? -1
  }
  return -1
}

/**
 * The spans with any of the ids, their parents and their children, in the order of `spans`: the roles of the first are in
 * them what they are in the whole trace. Throws INTERNAL when a span cannot be read.
 */
export async function familyOf(
  spans: readonly StoredSpan[],
  readings: readonly SpanReading[],
): Promise<readonly StoredSpan[]> {
  const ids = new Set(readings.map(({ id }) => id))
  const family = new Set(ids)
  for (const [index, span] of spans.entries()) {
    const parent = readStored(span, () => outlineParent(span.bytes))
    if (ids.has(span.spanId)) family.add(parent)
    if (ids.has(parent)) family.add(span.spanId)
    if (index % PARENTS_AT_ONCE === PARENTS_AT_ONCE - 1) await nextTurn()
  }
  return spans.filter(({ spanId }) => family.has(spanId))
}
