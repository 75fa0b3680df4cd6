// Ids as people have them: copied out of a header, a log line or another tool. What a person types is read here; which
// trace it means, a look-up decides. Formats: W3C Trace Context, B3 (openzipkin/b3-propagation), Jaeger's uber-trace-id.

export interface TypedId {
  /** The text without the blanks around it: it may be an id itself, since some senders' ids are any text. */
  readonly whole: string
  /** 1 to 32 hex digits, lower-case, of a trace id; undefined where the text holds none. */
  readonly traceDigits: string | undefined
  /** The span that a header names beside the trace, 16 digits. */
  readonly spanId: string | undefined
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/i
const B3_SINGLE = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-[01d](?:-[0-9a-f]{16})?)?$/i
/** Jaeger leaves out zeros in front; the colons may be percent-encoded. */
const UBER_TRACE_ID = /^([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{1,16}:[0-9a-f]{1,2}$/i
const B3_TRACE = /x-b3-traceid["']?\s*[:=]\s*["']?([0-9a-f]{32}|[0-9a-f]{16})\b/i
const B3_SPAN = /x-b3-spanid["']?\s*[:=]\s*["']?([0-9a-f]{16})\b/i
const HEADER_NAME = /^["']?(?:traceparent|b3|uber-trace-id)["']?\s*[:=]\s*/i
const DIGITS = /^(?:0x)?([0-9a-f]{1,32})$/i

export function readTypedId(text: string): TypedId {
  const whole = text.trim()
  const value = whole
    .replace(HEADER_NAME, '')
    .replaceAll(/["',;]+$/g, '')
    .replace(/^["']/, '')
  const header =
    TRACEPARENT.exec(value) ??
    B3_SINGLE.exec(value) ??
    UBER_TRACE_ID.exec(value.replaceAll(/%3a/gi, ':')) ??
    DIGITS.exec(value)
  const trace = header?.[1] ?? B3_TRACE.exec(whole)?.[1]
  const span = header?.[2] ?? B3_SPAN.exec(whole)?.[1]
  return {
    whole,
    traceDigits: trace?.toLowerCase(),
    spanId: span === undefined || /^0+$/.test(span) ? undefined : span.toLowerCase().padStart(16, '0'),
  }
}
