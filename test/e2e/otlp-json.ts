// OTLP JSON by hand (opentelemetry-proto, docs/specification.md "JSON Protobuf Encoding"): what end-to-end tests send when
// they must control every field.
import { randomBytes } from 'node:crypto'

export type JsonValue = Record<string, unknown>

export interface JsonSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind?: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly { key: string; value: JsonValue }[]
  readonly events?: readonly JsonValue[]
  readonly links?: readonly JsonValue[]
  readonly status?: JsonValue
  readonly [field: string]: unknown
}

export function newTraceId(): string {
  return randomBytes(16).toString('hex')
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex')
}

/** A moment `secondsAgo` before now, in nanoseconds. */
export function nanosAgo(secondsAgo: number): string {
  return String((BigInt(Date.now()) - BigInt(Math.round(secondsAgo * 1000))) * 1_000_000n)
}

export function text(key: string, value: string): { key: string; value: JsonValue } {
  return { key, value: { stringValue: value } }
}

/** A span of 100 ms that began a minute ago, with what `fields` says instead. */
export function jsonSpan(fields: Partial<JsonSpan> = {}): JsonSpan {
  const start = BigInt(nanosAgo(60))
  return {
    traceId: newTraceId(),
    spanId: newSpanId(),
    name: 'step',
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 100_000_000n),
    ...fields,
  }
}

export function tracesBody(service: string, spans: readonly JsonSpan[]): JsonValue {
  return {
    resourceSpans: [
      { resource: { attributes: [text('service.name', service)] }, scopeSpans: [{ scope: { name: 'test' }, spans }] },
    ],
  }
}
