// Errors of the Trace API and of the query API as JSON; New Relic documents their status codes but not their bodies.
// Senders act on the status alone: they drop what was answered 400 to 411, split at 413, and send again after `Retry-After` at 429.
import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '@clew/model'
import type { ErrorRenderer } from '../../http/problem.ts'

type Statuses = Partial<Record<ErrorCode, number>>

/** Where New Relic has another status than other doors. */
const QUERY_STATUS: Statuses = { KEY_MISSING: 403, KEY_UNKNOWN: 403, KEY_FORBIDDEN: 403 }
const TRACE_API_STATUS: Statuses = {
  ...QUERY_STATUS,
  // "Request rate quota exceeded": its clients keep what they have and wait as long as they are told, which not all do at 503.
  OVERLOADED: 429,
}

export const renderTraceApiError: ErrorRenderer = ({ code, message }) => {
  const status = TRACE_API_STATUS[code]
  return {
    type: 'application/json',
    body: Buffer.from(JSON.stringify({ requestId: randomUUID(), error: { code, message } })),
    ...(status === undefined ? {} : { status }),
  }
}

/** Of the query API: clients read `error`. */
export const renderQueryError: ErrorRenderer = ({ code, message }) => {
  const status = QUERY_STATUS[code]
  return {
    type: 'application/json',
    body: Buffer.from(JSON.stringify({ error: message, code })),
    ...(status === undefined ? {} : { status }),
  }
}
