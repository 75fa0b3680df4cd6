// Headers and trailers of gRPC over HTTP/2: timeouts, messages and statuses as
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md writes them.
import { encodeStatus } from '@clew/codecs'
import type { ClewError } from '@clew/model'
import { ERRORS, retryAfterSeconds } from '../errors.ts'

const TIMEOUT_UNITS_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 }
/** Longest delay of a Node timer; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Milliseconds of a `grpc-timeout` header such as `10S`; undefined when it is none. */
export function parseTimeout(header: string): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(header)
  return match ? Math.min(Math.ceil(Number(match[1]) * TIMEOUT_UNITS_MS[match[2]!]!), MAX_TIMER_MS) : undefined
}

/** `grpc-message`: UTF-8, with everything but printable ASCII and with `%` percent-encoded. */
export function encodeGrpcMessage(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8'))
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  return encoded
}

/**
 * `grpc-status-details-bin`: a google.rpc.Status with RetryInfo for what may be tried again. Without it an OTLP client
 * never sends RESOURCE_EXHAUSTED again, which is right for a body beyond the limit.
 */
export function encodeRetryDetails(error: ClewError): Uint8Array | undefined {
  const retryDelaySeconds = retryAfterSeconds(error)
  if (retryDelaySeconds === undefined) return undefined
  const { grpcStatus } = ERRORS[error.code]
  return encodeStatus({ code: grpcStatus, message: `${error.code}: ${error.message}`, retryDelaySeconds }, 'protobuf')
}

/** A message with its five-byte prefix, uncompressed. */
export function frameMessage(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, 5)
  return frame
}

/** An answer with a gRPC status that no ClewError has. */
export class GrpcRefusal extends Error {
  readonly grpcStatus: number

  constructor(grpcStatus: number, message: string) {
    super(message)
    this.name = 'GrpcRefusal'
    this.grpcStatus = grpcStatus
  }
}
