// Stable error codes. What each one means for a client (HTTP and gRPC status, retry or not) is one table in the server.

export type ErrorCode =
  | 'DECODE_FAILED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNSUPPORTED_ENCODING'
  | 'LENGTH_MISSING'
  | 'BODY_TOO_LARGE'
  | 'OVERLOADED'
  | 'TOO_MANY_QUERIES'
  | 'JOURNAL_UNAVAILABLE'
  | 'DISK_FULL'
  | 'STORE_UNAVAILABLE'
  | 'SHUTTING_DOWN'
  | 'INVALID_ARGUMENT'
  | 'INVALID_CURSOR'
  | 'NOT_FOUND'
  | 'TRACE_ID_AMBIGUOUS'
  | 'METHOD_NOT_ALLOWED'
  | 'URI_TOO_LONG'
  | 'HEADERS_TOO_LARGE'
  | 'REQUEST_MALFORMED'
  | 'REQUEST_TIMED_OUT'
  | 'KEY_MISSING'
  | 'KEY_UNKNOWN'
  | 'KEY_FORBIDDEN'
  | 'HOST_FORBIDDEN'
  | 'QUERY_TOO_EXPENSIVE'
  | 'QUERY_TIMED_OUT'
  | 'CANCELLED'
  | 'SETTING_INVALID'
  | 'AGENT_RUN_UNKNOWN'
  | 'DATA_FOLDER_LOCKED'
  | 'DATA_FOLDER_NEWER'
  | 'DOOR_TAKEN'
  | 'INTERNAL'

/** Every failure Clew reports on purpose. The message says what was wrong, where, what was expected and what came. */
export class ClewError extends Error {
  readonly code: ErrorCode
  /** Seconds after which the sender may try again, where the code is retryable and a time is known. */
  readonly retryAfterSeconds: number | undefined
  /** What programs are told beside the message, where the answer has a place for it: by name, as plain JSON. */
  readonly members: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options?: { cause?: unknown; retryAfterSeconds?: number; members?: Readonly<Record<string, unknown>> },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ClewError'
    this.code = code
    this.retryAfterSeconds = options?.retryAfterSeconds
    this.members = options?.members
  }
}

/** Bytes that are not what their format says. `at` is a byte offset (`byte 17`) or a path (`resourceSpans[0].scopeSpans`). */
export class DecodeError extends ClewError {
  readonly format: string
  readonly at: string

  constructor(format: string, at: string, problem: string) {
    super('DECODE_FAILED', `${format}: ${at}: ${problem}`)
    this.name = 'DecodeError'
    this.format = format
    this.at = at
  }
}
