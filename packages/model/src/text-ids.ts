// Ids that their sender wrote as text, as New Relic allows ("123456", "ABC", "test-zipkin-trace-id-1"), made into ids of
// 16 and 8 bytes. Decoders of such formats call this; the text stays beside the id, so that it can be given back.
//
//   "463AC35C9F6413AD"  16 or 32 hex digits in any case, not all zero: that id itself, a trace id of 16 padded left
//   "ABC"               any other text: the start of a keyed hash of it
//
// The hash is keyed so that nobody who may send can choose a text that meets the id of somebody else's trace.
import { bytesFromHex } from './ids.ts'

/** Span attributes that keep the text of an id that is no hex; encoders put them back in the place of the id. */
export const ID_TEXT = {
  trace: 'clew.trace_id',
  span: 'clew.span_id',
  parentSpan: 'clew.parent_span_id',
} as const

/** HMAC-SHA-256 of the UTF-8 of a text, or at least its first 16 bytes; the server injects it with the key of its data folder. */
export type TextHash = (text: string) => Uint8Array

/** The 32 lower-case digits of a text that is a trace id already, else undefined. */
export function hexTraceId(text: string): string | undefined {
  const hex = hexId(text, 32) ?? hexId(text, 16)
  return hex?.padStart(32, '0')
}

/** The 16 lower-case digits of a text that is a span id already, else undefined. */
export function hexSpanId(text: string): string | undefined {
  return hexId(text, 16)
}

/** The 16 bytes that stand for the text of a trace id. */
export function textTraceId(hash: TextHash, text: string): Uint8Array {
  return hash(`trace:${text}`).slice(0, 16)
}

/**
 * The 8 bytes that stand for the text of a span id. They depend on the trace, since such texts are often unique only
 * within it; `traceId` is the trace's 32 lower-case digits, so that every spelling of one trace id gives the same.
 */
export function textSpanId(hash: TextHash, traceId: string, text: string): Uint8Array {
  return hash(`span:${traceId}:${text}`).slice(0, 8)
}

/** The trace id of any text that is not empty, as bytes. */
export function traceIdBytes(hash: TextHash, text: string): Uint8Array {
  const hex = hexTraceId(text)
  return hex === undefined ? textTraceId(hash, text) : bytesFromHex(hex)!
}

function hexId(text: string, digits: number): string | undefined {
  return text.length === digits && /^[0-9a-f]+$/i.test(text) && /[^0]/.test(text) ? text.toLowerCase() : undefined
}
