// A span as the look-up copy holds it: its OTLP bytes and who emitted it, decoded only where somebody looks inside.
import { decodeSpan, outlineSpan } from '@clew/codecs'
import { durationNano, ID_TEXT, type Resource, type Scope, type Span, stringAttribute } from '@clew/model'
import { readStored } from '../errors.ts'

/** Who emitted spans, decoded once and shared by all its spans. */
export interface StoredOrigin {
  readonly serviceName: string
  readonly resource: Resource
  readonly scope: Scope
  /** The OTLP messages as they came. */
  readonly resourceBytes: Uint8Array
  readonly scopeBytes: Uint8Array
}

export interface StoredSpan {
  readonly traceId: string
  readonly spanId: string
  readonly origin: StoredOrigin
  readonly marks: number
  /** OTLP `Span` message. */
  readonly bytes: Uint8Array
}

/** Each span once; only spans that share their span id are looked into. */
export function withoutRepeats(stored: readonly StoredSpan[]): readonly StoredSpan[] {
  const bySpanId = new Map<string, number>()
  for (const { spanId } of stored) bySpanId.set(spanId, (bySpanId.get(spanId) ?? 0) + 1)
  if (bySpanId.size === stored.length) return stored
  const seen = new Map<string, StoredSpan[]>()
  return stored.filter((span) => {
    if (bySpanId.get(span.spanId) === 1) return true
    const outline = readStored(span, () => outlineSpan(span.bytes))
    const key = repeatKey({ spanId: span.spanId, ...outline })
    const same = seen.get(key)
    if (same?.some((other) => textOfId(other) === textOfId(span))) return false
    if (same === undefined) seen.set(key, [span])
    else same.push(span)
    return true
  })
}

/** Texts that became the same id are two spans, however alike. */
function textOfId(stored: StoredSpan): string | undefined {
  return stringAttribute(decodeStored(stored).attributes, ID_TEXT.span)
}

/**
 * Spans of one trace with the same key are one that was sent again. The duration stands for the end: of spans that end
 * before they start only the start is shown.
 */
export function repeatKey(span: Pick<Span, 'spanId' | 'kind' | 'startTimeUnixNano' | 'endTimeUnixNano'>): string {
  const { spanId, kind, startTimeUnixNano, endTimeUnixNano } = span
  return `${spanId} ${kind} ${startTimeUnixNano} ${durationNano(startTimeUnixNano, endTimeUnixNano)}`
}

/** Throws INTERNAL when the span cannot be read. */
export function decodeStored(stored: StoredSpan): Span {
  return readStored(stored, () => decodeSpan(stored.bytes, stored.origin))
}
