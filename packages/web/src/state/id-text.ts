// Ids as people see them: texts of senders in place of the digits that stand for them, and what a typed text names.
import { ID_TEXT, readTypedId } from '@clew/model'
import type { Span } from '../api/generated.ts'

/** What the sender wrote in place of an id of a span; undefined where that was the id itself. */
export function idText(span: Span | undefined, id: keyof typeof ID_TEXT): string | undefined {
  const value = span?.attributes.findLast(({ key }) => key === ID_TEXT[id])?.value
  return value?.type === 'string' ? String(value.value) : undefined
}

/** Digits of a usual length, or a header that carries them: anything else may as well be words to search for. */
export function namesTrace(text: string): boolean {
  const { traceDigits, spanId } = readTypedId(text)
  return traceDigits !== undefined && (spanId !== undefined || traceDigits.length === 16 || traceDigits.length === 32)
}

/** A text of several lines, such as headers are pasted in, as one line. */
export function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s*[\r\n]+\s*/g, ', ')
}
