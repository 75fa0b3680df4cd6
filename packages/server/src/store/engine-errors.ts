// What a ClickHouse said, as one of our codes. Its own words are kept: they name the table, column or limit.
import { ClewError, type ErrorCode } from '@clew/model'

/** Numbers of src/Common/ErrorCodes.cpp. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  158: 'QUERY_TOO_EXPENSIVE', // TOO_MANY_ROWS
  159: 'QUERY_TIMED_OUT', // TIMEOUT_EXCEEDED
  160: 'QUERY_TIMED_OUT', // TOO_SLOW
  202: 'OVERLOADED', // TOO_MANY_SIMULTANEOUS_QUERIES
  241: 'QUERY_TOO_EXPENSIVE', // MEMORY_LIMIT_EXCEEDED
  243: 'DISK_FULL', // NOT_ENOUGH_SPACE
  252: 'OVERLOADED', // TOO_MANY_PARTS: merges are behind
  307: 'QUERY_TOO_EXPENSIVE', // TOO_MANY_BYTES
  394: 'CANCELLED', // QUERY_WAS_CANCELLED
  396: 'QUERY_TOO_EXPENSIVE', // TOO_MANY_ROWS_OR_BYTES
}

/** An engine repeats the statement it could not read, which may be megabytes. */
const QUOTED_WORDS = 1000

export function engineError(cause: unknown): ClewError {
  if (cause instanceof ClewError) return cause
  const words = cause instanceof Error ? cause.message : String(cause)
  // chDB names the number in its message; the HTTP client gives it apart and takes it out of the message.
  const apart = cause instanceof Error && 'code' in cause ? Number(cause.code) : Number.NaN
  const code = Number.isNaN(apart) ? Number(/Code: (\d+)/.exec(words)?.[1] ?? 0) : apart
  // A write that finds no room fails under several numbers, always with the words of the system.
  const fallback = words.includes('No space left on device') ? 'DISK_FULL' : 'STORE_UNAVAILABLE'
  return new ClewError(CODES[code] ?? fallback, `store: ${words.slice(0, QUOTED_WORDS)}`, { cause })
}
