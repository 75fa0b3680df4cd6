// What a ClickHouse said, as one of our codes. Its own words are kept: they name the table, column or limit.
import { ClewError, type ErrorCode } from '@clew/model'

/** Numbers of src/Common/ErrorCodes.cpp. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  158: 'QUERY_TOO_EXPENSIVE', // TOO_MANY_ROWS
  159: 'QUERY_TIMED_OUT', // TIMEOUT_EXCEEDED
  160: 'QUERY_TIMED_OUT', // TOO_SLOW
  241: 'QUERY_TOO_EXPENSIVE', // MEMORY_LIMIT_EXCEEDED
  243: 'DISK_FULL', // NOT_ENOUGH_SPACE
  307: 'QUERY_TOO_EXPENSIVE', // TOO_MANY_BYTES
  396: 'QUERY_TOO_EXPENSIVE', // TOO_MANY_ROWS_OR_BYTES
}

export function engineError(cause: unknown): ClewError {
  if (cause instanceof ClewError) return cause
  const words = cause instanceof Error ? cause.message : String(cause)
  const code = Number(/Code: (\d+)/.exec(words)?.[1] ?? 0)
  return new ClewError(CODES[code] ?? 'STORE_UNAVAILABLE', `store: ${words}`, { cause })
}
