// What Clew has to say of a request after it was accepted: an NrIntegrationError in New Relic's words. It is kept as a log
// record of a scope of its own, so that it is as durable as the spans it came with, and is read back as one.
import { stringAttribute } from './attribute-value.ts'
import type { LogRecord } from './log-record.ts'
import { NANOS_PER_MILLI } from './time.ts'

export const INTEGRATION_ERROR_SCOPE = 'clew.integration_errors'
/** Service under which Clew's own records are kept. */
export const OWN_SERVICE = 'clew'

/** https://docs.newrelic.com/attribute-dictionary/?event=NrIntegrationError */
export interface IntegrationError {
  /** When the request came, in milliseconds since the Unix epoch. */
  readonly timestampMs: number
  /** Part of the product, for example `Distributed Tracing`. */
  readonly feature: string
  /** `BadRequest`, `RateLimit`. */
  readonly category: string
  /** What kind of error within the category. */
  readonly name: string
  /** What was wrong, where, what was expected and what came. */
  readonly message: string
  /** That of the answer to the request. */
  readonly requestId: string
  /** The first six characters of the key that was shown. */
  readonly apiKeyPrefix: string
}

const WARN = 13

export function integrationErrorRecord(error: IntegrationError): LogRecord {
  const text = (key: string, value: string) => ({ key, value: { type: 'string', value } as const })
  const time = BigInt(error.timestampMs) * NANOS_PER_MILLI
  return {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: WARN,
    severityText: 'WARN',
    body: { type: 'string', value: error.message },
    attributes: [
      text('newRelicFeature', error.feature),
      text('category', error.category),
      text('name', error.name),
      text('requestId', error.requestId),
      text('apiKeyPrefix', error.apiKeyPrefix),
    ],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: 'NrIntegrationError',
    resource: { attributes: [text('service.name', OWN_SERVICE)], droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: INTEGRATION_ERROR_SCOPE, version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    serviceName: OWN_SERVICE,
  }
}

/** The way back. Whoever may send logs may send such records too: what one does not say is ''. */
export function integrationErrorOf({ timeUnixNano, body, attributes }: LogRecord): IntegrationError {
  const text = (key: string) => stringAttribute(attributes, key) ?? ''
  return {
    timestampMs: Number(timeUnixNano / NANOS_PER_MILLI),
    feature: text('newRelicFeature'),
    category: text('category'),
    name: text('name'),
    message: body.type === 'string' ? body.value : '',
    requestId: text('requestId'),
    apiKeyPrefix: text('apiKeyPrefix'),
  }
}
