// Spans and log records for tests: every field has a plain value, and a test says only what it is about.
import type { AnyValue, Attributes, LogRecord, Resource, Scope, Span } from '@clew/model'

export const NO_RESOURCE: Resource = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
export const NO_SCOPE: Scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' }

/** A span of the service `shop`, root, one second long, at 2025-10-01. */
export function exampleSpan(changes: Partial<Span> = {}): Span {
  const serviceName = changes.serviceName ?? 'shop'
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: 'GET /cart',
    kind: 'server',
    startTimeUnixNano: 1_759_276_800_000_000_000n,
    endTimeUnixNano: 1_759_276_801_000_000_000n,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: { ...NO_RESOURCE, attributes: attributesOf({ 'service.name': serviceName }) },
    scope: NO_SCOPE,
    serviceName,
    ...changes,
  }
}

/** `hello` of the service `shop`, at 2025-10-01, of no trace. */
export function exampleLog(changes: Partial<LogRecord> = {}): LogRecord {
  const { resource, scope, serviceName, startTimeUnixNano } = exampleSpan()
  return {
    timeUnixNano: startTimeUnixNano,
    observedTimeUnixNano: startTimeUnixNano,
    severityNumber: 9,
    severityText: 'INFO',
    body: { type: 'string', value: 'hello' },
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
    resource,
    scope,
    serviceName,
    ...changes,
  }
}

/** Plain JavaScript values as attributes. */
export function attributesOf(
  values: Readonly<Record<string, string | number | bigint | boolean | AnyValue>>,
): Attributes {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: string | number | bigint | boolean | AnyValue): AnyValue {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'number') return { type: 'double', value }
  if (typeof value === 'bigint') return { type: 'int', value }
  return typeof value === 'boolean' ? { type: 'bool', value } : value
}
