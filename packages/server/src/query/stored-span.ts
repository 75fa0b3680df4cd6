// A span as the look-up copy holds it: its OTLP bytes and who emitted it, decoded only where somebody looks inside.
import { decodeSpan } from '@clew/codecs'
import type { Resource, Scope, Span } from '@clew/model'

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

export function decodeStored(stored: StoredSpan): Span {
  return decodeSpan(stored.bytes, stored.origin)
}
