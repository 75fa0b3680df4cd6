// Errors of the Trace API as JSON; New Relic documents their status codes but not their bodies. Clients act on the status
// alone: they drop what was answered 400 to 411, split at 413, and send again after `Retry-After` at 429.
import { randomUUID } from 'node:crypto'
import type { ErrorCode } from '@clew/model'
import type { ErrorRenderer } from '../../http/problem.ts'

/** Where New Relic has another status than other doors. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  KEY_MISSING: 403,
  KEY_UNKNOWN: 403,
  KEY_FORBIDDEN: 403,
  // "Request rate quota exceeded": its clients keep what they have and wait as long as they are told, which not all do at 503.
  OVERLOADED: 429,
}

export const renderTraceApiError: ErrorRenderer = ({ code, message }) => {
  const status = STATUS[code]
  return {
    type: 'application/json',
    body: Buffer.from(JSON.stringify({ requestId: randomUUID(), error: { code, message } })),
    ...(status === undefined ? {} : { status }),
  }
}
