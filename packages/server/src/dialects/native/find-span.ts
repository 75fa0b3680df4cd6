// Which span of a trace people mean: by its digits, by fewer as Jaeger writes them, or by the text that its sender uses.
import { hexFromBytes, hexSpanId, type TextHash, textSpanId } from '@clew/model'
import type { TraceLine } from '../read-trace.ts'

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
