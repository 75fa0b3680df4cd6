// A log record as an object, for readers; the write path uses LogBatch (span-batch.ts).
import type { AnyValue, Attributes } from './attribute-value.ts'
import type { Resource, Scope } from './span.ts'
import type { UnixNano } from './time.ts'

export interface LogRecord {
  /** Own time of the record; 0 when the sender gave none. */
  readonly timeUnixNano: UnixNano
  readonly observedTimeUnixNano: UnixNano
  /** 1 to 24 (TRACE to FATAL4), 0 when not given. */
  readonly severityNumber: number
  readonly severityText: string
  readonly body: AnyValue
  readonly attributes: Attributes
  readonly droppedAttributesCount: number
  readonly flags: number
  /** Hex, or '' when the record belongs to no trace or span. */
  readonly traceId: string
  readonly spanId: string
  readonly eventName: string
  readonly resource: Resource
  readonly scope: Scope
  readonly serviceName: string
}
