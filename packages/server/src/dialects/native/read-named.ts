// A named trace with its spans in the order in which they are shown, and its id as its sender wrote it.
import { hexFromBytes, type TextHash, textTraceId } from '@clew/model'
import { type TraceLine, traceLines } from '../read-trace.ts'
import type { NamedTrace } from './find-trace.ts'

export interface ReadTrace extends NamedTrace {
  /** All its spans. */
  readonly lines: readonly TraceLine[]
  readonly traceIdText: string | undefined
}

/** Throws INTERNAL when a span cannot be read. */
export async function readNamed(named: NamedTrace, hash: TextHash): Promise<ReadTrace> {
  const lines = await traceLines(named.trace)
  return { ...named, lines, traceIdText: traceIdText(named.trace.traceId, lines, hash) }
}

/**
 * The text that became the id of a trace. What spans say of it counts only where it is true, here and with this key: any
 * sender can write such an attribute, and what is given as the id must find the trace again.
 */
export function traceIdText(traceId: string, lines: readonly TraceLine[], hash: TextHash): string | undefined {
  const texts = new Set(lines.map(({ outline }) => outline.noted.traceIdText))
  texts.delete('')
  return [...texts].find((text) => hexFromBytes(textTraceId(hash, text), 0, 16) === traceId)
}
