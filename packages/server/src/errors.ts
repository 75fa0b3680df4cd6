// One table: what each error code means for a client. Doors turn a ClewError into an answer by it,
// and errors-reference.ts into a page.
import { ClewError, DecodeError, type ErrorCode } from '@clew/model'

export interface ErrorMeaning {
  /** Short and the same for every occurrence: the `title` of a problem. */
  readonly title: string
  readonly httpStatus: number
  /** google.rpc.Code. */
  readonly grpcStatus: number
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** What to do about it. */
  readonly advice: string
}

/** google.rpc.Code by name: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
export const GRPC_STATUS = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

export const ERRORS: Readonly<Record<ErrorCode, ErrorMeaning>> = {
  DECODE_FAILED: {
    title: 'The body is not what its format says',
    httpStatus: 400,
    grpcStatus: GRPC_STATUS.invalidArgument,
    retryable: false,
    advice: 'Look at the place the message names; the sender encodes it wrongly.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    title: 'The content type is not taken here',
    httpStatus: 415,
    grpcStatus: GRPC_STATUS.invalidArgument,
    retryable: false,
    advice: 'Send one of the content types the message lists.',
  },
  UNSUPPORTED_ENCODING: {
    title: 'The content encoding is not taken here',
    httpStatus: 415,
    grpcStatus: GRPC_STATUS.unimplemented,
    retryable: false,
    advice: 'Send the body plain or compressed as gzip, deflate or br (gRPC: gzip or deflate).',
  },
  LENGTH_MISSING: {
    title: 'The length of the body is not said',
    httpStatus: 411,
    grpcStatus: GRPC_STATUS.invalidArgument,
    retryable: false,
    advice: 'Send `Content-Length`, or the body in chunks (`Transfer-Encoding: chunked`).',
  },
  BODY_TOO_LARGE: {
    title: 'The body is larger than the limit',
    httpStatus: 413,
    grpcStatus: GRPC_STATUS.resourceExhausted,
    retryable: false,
    advice:
      'Send smaller batches, or raise the setting that the message names: `max_body_bytes` bounds the decompressed body, ' +
      '`byte_budget` all memory that a request needs at once.',
  },
  OVERLOADED: {
    title: 'No room for more requests at the moment',
    httpStatus: 503,
    grpcStatus: GRPC_STATUS.unavailable,
    retryable: true,
    advice: 'Try again after the time given; when it lasts, raise `byte_budget` or add disk speed.',
  },
  TOO_MANY_QUERIES: {
    title: 'Too many questions at once',
    httpStatus: 429,
    grpcStatus: GRPC_STATUS.unavailable,
    retryable: true,
    advice: 'Try again after the time given.',
  },
  JOURNAL_UNAVAILABLE: {
    title: 'The journal cannot be written',
    httpStatus: 503,
    grpcStatus: GRPC_STATUS.unavailable,
    retryable: true,
    advice: 'Nothing was acknowledged. Look at the disk that holds `data_dir`; `/readyz` says what failed.',
  },
  DISK_FULL: {
    title: 'Too little free disk',
    httpStatus: 503,
    grpcStatus: GRPC_STATUS.unavailable,
    retryable: true,
    advice: 'Make room, shorten `retention`, or lower `disk_reserve_bytes`; Clew goes on by itself.',
  },
  STORE_UNAVAILABLE: {
    title: 'The store does not answer',
    httpStatus: 503,
    grpcStatus: GRPC_STATUS.unavailable,
    retryable: true,
    advice: 'Try again; `/readyz` says what the store reports.',
  },
  SHUTTING_DOWN: {
    title: 'Clew is stopping',
    httpStatus: 503,
    grpcStatus: GRPC_STATUS.unavailable,
    retryable: true,
    advice: 'Send again when it is back.',
  },
  INVALID_ARGUMENT: {
    title: 'An argument is wrong',
    httpStatus: 400,
    grpcStatus: GRPC_STATUS.invalidArgument,
    retryable: false,
    advice: 'The message names the argument, what was expected and what came.',
  },
  INVALID_CURSOR: {
    title: 'The cursor is not one of this search',
    httpStatus: 400,
    grpcStatus: GRPC_STATUS.invalidArgument,
    retryable: false,
    advice: 'Ask the first page again; a cursor belongs to one query.',
  },
  NOT_FOUND: {
    title: 'Not found',
    httpStatus: 404,
    grpcStatus: GRPC_STATUS.notFound,
    retryable: false,
    advice: 'Nothing is stored under this name, or the path does not exist on this port.',
  },
  TRACE_ID_AMBIGUOUS: {
    title: 'The id names several traces',
    httpStatus: 409,
    grpcStatus: GRPC_STATUS.failedPrecondition,
    retryable: false,
    advice: 'Ask for one of the traces that the answer lists, by all 32 digits of its id.',
  },
  METHOD_NOT_ALLOWED: {
    title: 'The path does not take this method',
    httpStatus: 405,
    grpcStatus: GRPC_STATUS.unimplemented,
    retryable: false,
    advice: 'Use one of the methods in the `Allow` header.',
  },
  URI_TOO_LONG: {
    title: 'The address is too long',
    httpStatus: 414,
    grpcStatus: GRPC_STATUS.invalidArgument,
    retryable: false,
    advice: 'Shorten the query.',
  },
  HEADERS_TOO_LARGE: {
    title: 'The headers are too large',
    httpStatus: 431,
    grpcStatus: GRPC_STATUS.resourceExhausted,
    retryable: false,
    advice: 'Send fewer or shorter headers; cookies of other programs on the same host count.',
  },
  REQUEST_MALFORMED: {
    title: 'The request is not HTTP as the standard says',
    httpStatus: 400,
    grpcStatus: GRPC_STATUS.invalidArgument,
    retryable: false,
    advice: 'Look at what sits between the sender and Clew: a TLS client on a plain port is the usual cause.',
  },
  REQUEST_TIMED_OUT: {
    title: 'The request took too long to arrive',
    httpStatus: 408,
    grpcStatus: GRPC_STATUS.deadlineExceeded,
    retryable: true,
    advice: 'Send again over a faster connection or in smaller batches.',
  },
  KEY_MISSING: {
    title: 'A key is needed',
    httpStatus: 401,
    grpcStatus: GRPC_STATUS.unauthenticated,
    retryable: false,
    advice: 'Send `Authorization: Bearer <key>` or `X-Clew-Key: <key>`.',
  },
  KEY_UNKNOWN: {
    title: 'The key is not known',
    httpStatus: 401,
    grpcStatus: GRPC_STATUS.unauthenticated,
    retryable: false,
    advice: 'Compare its sha256 with `keys` in the settings; `clew key` makes a new pair.',
  },
  KEY_FORBIDDEN: {
    title: 'The key does not allow this',
    httpStatus: 403,
    grpcStatus: GRPC_STATUS.permissionDenied,
    retryable: false,
    advice: 'Use a key with the right the message names: `write` to send, `read` to ask.',
  },
  HOST_FORBIDDEN: {
    title: 'The name in the Host header is not allowed here',
    httpStatus: 403,
    grpcStatus: GRPC_STATUS.permissionDenied,
    retryable: false,
    advice: 'A port on loopback answers only to localhost, 127.0.0.1 and [::1]; bind elsewhere, with keys, for others.',
  },
  QUERY_TOO_EXPENSIVE: {
    title: 'The question would read too much',
    httpStatus: 422,
    grpcStatus: GRPC_STATUS.resourceExhausted,
    retryable: false,
    advice: 'Narrow the time range or add a condition.',
  },
  QUERY_TIMED_OUT: {
    title: 'The question took too long',
    httpStatus: 504,
    grpcStatus: GRPC_STATUS.deadlineExceeded,
    retryable: true,
    advice: 'Narrow the time range, or try again when the machine is less busy.',
  },
  CANCELLED: {
    title: 'Nobody waits for the answer any more',
    httpStatus: 499,
    grpcStatus: GRPC_STATUS.cancelled,
    retryable: false,
    advice: 'The asker closed its connection; what ran for it was stopped.',
  },
  SETTING_INVALID: {
    title: 'A setting is wrong',
    httpStatus: 500,
    grpcStatus: GRPC_STATUS.failedPrecondition,
    retryable: false,
    advice: 'The message names the setting, what was expected and what came; Clew does not start until it is right.',
  },
  AGENT_RUN_UNKNOWN: {
    title: 'The run of the agent is not known here',
    httpStatus: 409,
    grpcStatus: GRPC_STATUS.failedPrecondition,
    retryable: false,
    advice:
      'Nothing to do: an agent that reads this connects anew. It was connected to another Clew or another data folder.',
  },
  DATA_FOLDER_LOCKED: {
    title: 'Another process uses the data folder',
    httpStatus: 500,
    grpcStatus: GRPC_STATUS.failedPrecondition,
    retryable: false,
    advice: 'Stop the other process or give this one its own `data_dir`.',
  },
  DATA_FOLDER_NEWER: {
    title: 'The data folder was written by a newer Clew',
    httpStatus: 500,
    grpcStatus: GRPC_STATUS.failedPrecondition,
    retryable: false,
    advice: 'Start the version the message names, or one after it.',
  },
  DOOR_TAKEN: {
    title: 'A port is taken',
    httpStatus: 500,
    grpcStatus: GRPC_STATUS.failedPrecondition,
    retryable: false,
    advice: 'Stop what listens there, or set the setting the message names to another port.',
  },
  INTERNAL: {
    title: 'An error inside Clew',
    httpStatus: 500,
    grpcStatus: GRPC_STATUS.internal,
    retryable: false,
    advice: 'The log has the stack under the request id; please report it.',
  },
}

/** Any thrown thing as a ClewError; what was not foreseen is INTERNAL and keeps its cause for the log alone. */
export function asClewError(error: unknown): ClewError {
  if (error instanceof ClewError) return error
  return new ClewError('INTERNAL', 'something went wrong inside Clew; its log says what', { cause: error })
}

/**
 * What `read` gives of a stored span. Throws INTERNAL where it throws DecodeError: the span was whole when it came, so
 * whoever asks for it has done nothing wrong.
 */
export function readStored<T>(span: { readonly traceId: string; readonly spanId: string }, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    const problem = `stored span ${span.spanId} of trace ${span.traceId} cannot be read: ${cause.message}`
    throw new ClewError('INTERNAL', problem, { cause })
  }
}

/** Seconds to wait before trying again, for an error that may be tried again. */
export function retryAfterSeconds(error: ClewError): number | undefined {
  if (!ERRORS[error.code].retryable) return undefined
  return Math.max(1, Math.ceil(error.retryAfterSeconds ?? 1))
}
