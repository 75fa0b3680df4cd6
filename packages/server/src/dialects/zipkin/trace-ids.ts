// Trace ids as Zipkin's API takes them (Span.normalizeTraceId): up to 32 lower-case hex digits, and its words for others.
import { ClewError } from '@clew/model'

const HALF = 16
const WHOLE = 32

/** 16 digits, or 32 where the high half is not zero. Throws INVALID_ARGUMENT. */
export function zipkinTraceId(text: string): string {
  if (text === '') throw refused('traceId is empty')
  if (text.length > WHOLE) throw refused('traceId.length > 32')
  if (!/^[0-9a-f]+$/.test(text)) throw refused(`${text} should be lower-hex encoded with no prefix`)
  if (/^0+$/.test(text)) throw refused('traceId is all zeros')
  const padded = text.padStart(text.length > HALF ? WHOLE : HALF, '0')
  return padded.replace(/^0{16}(?=.{16}$)/, '')
}

/**
 * What finds the spans of such an id. Loose ids are their low half: reports with 64 and with 128 bits of one trace then
 * are one trace (STRICT_TRACE_ID=false of Zipkin).
 */
export function lookUpId(traceId: string, strict: boolean): string {
  return strict ? traceId.padStart(WHOLE, '0') : traceId.slice(-HALF)
}

function refused(text: string): ClewError {
  return new ClewError('INVALID_ARGUMENT', text)
}
