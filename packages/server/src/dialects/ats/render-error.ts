// Failures in ATS's envelope. Its own two codes are of the API (apm_04_0025); what a gateway in front of it refuses has a
// code that begins with APIGW, and so have keys, unknown paths, sizes and overload here.
import type { ClewError, ErrorCode } from '@clew/model'
import type { RenderedError } from '../../http/problem.ts'
import { ATS_CODE, envelope } from './envelope.ts'

const BAD_PARAMETERS: readonly ErrorCode[] = [
  'INVALID_ARGUMENT',
  'INVALID_CURSOR',
  'DECODE_FAILED',
  'REQUEST_MALFORMED',
]

const GATEWAY_CODES: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'APIGW.0101',
  METHOD_NOT_ALLOWED: 'APIGW.0101',
  BODY_TOO_LARGE: 'APIGW.0201',
  URI_TOO_LONG: 'APIGW.0201',
  HEADERS_TOO_LARGE: 'APIGW.0201',
  KEY_MISSING: 'APIGW.0301',
  KEY_UNKNOWN: 'APIGW.0301',
  KEY_FORBIDDEN: 'APIGW.0302',
  HOST_FORBIDDEN: 'APIGW.0302',
  TOO_MANY_QUERIES: 'APIGW.0308',
}
const BACKEND_UNAVAILABLE = 'APIGW.0202'

/** `with200`: failures of the API itself, not of the gateway, have the status 200. */
export function renderAtsError({ code, message }: ClewError, with200: boolean): RenderedError {
  const isBad = BAD_PARAMETERS.includes(code)
  const errorCode = isBad ? ATS_CODE.badParameters : (GATEWAY_CODES[code] ?? BACKEND_UNAVAILABLE)
  return {
    type: 'application/json',
    body: Buffer.from(envelope(errorCode, message, null)),
    ...(isBad && with200 ? { status: 200 } : {}),
  }
}
