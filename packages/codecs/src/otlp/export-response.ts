// What a receiver answers: Export…ServiceResponse and google.rpc.Status, in the encoding of the request.
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { encodeUtf8 } from '../wire/utf8.ts'
import type { OtlpEncoding } from './decode-spans.ts'

export interface ExportOutcome {
  readonly rejected: number
  /** Why items were rejected, or a warning when none were; '' for a full success. */
  readonly message: string
}

export interface StatusAnswer {
  /** A gRPC status code. */
  readonly code: number
  readonly message: string
  /** With it the client may try again after that time; without, RESOURCE_EXHAUSTED means never (OTLP 1.11). */
  readonly retryDelaySeconds?: number | undefined
}

const RESPONSE = { partial_success: 1 } as const
const PARTIAL_SUCCESS = { rejected_items: 1, error_message: 2 } as const
const RPC_STATUS = { code: 1, message: 2, details: 3 } as const
const ANY = { type_url: 1, value: 2 } as const
const RETRY_INFO = { retry_delay: 1 } as const
const DURATION = { seconds: 1, nanos: 2 } as const
const RETRY_INFO_URL = 'type.googleapis.com/google.rpc.RetryInfo'

/** ExportTraceServiceResponse or ExportLogsServiceResponse; `partial_success` stays unset for a full success, as OTLP asks. */
export function encodeExportResponse(
  signal: 'spans' | 'logs',
  outcome: ExportOutcome,
  encoding: OtlpEncoding,
): Uint8Array {
  const isFull = outcome.rejected === 0 && outcome.message === ''
  if (encoding === 'json') {
    const rejected = signal === 'spans' ? 'rejectedSpans' : 'rejectedLogRecords'
    const partialSuccess = { [rejected]: String(outcome.rejected), errorMessage: outcome.message }
    return encodeUtf8(JSON.stringify(isFull ? {} : { partialSuccess }))
  }
  const writer = new ProtobufWriter(64 + outcome.message.length)
  if (!isFull) {
    const open = writer.open(RESPONSE.partial_success)
    if (outcome.rejected > 0) writer.int64Field(PARTIAL_SUCCESS.rejected_items, BigInt(outcome.rejected))
    if (outcome.message !== '') writer.stringField(PARTIAL_SUCCESS.error_message, outcome.message)
    writer.close(open)
  }
  return writer.copy()
}

/** google.rpc.Status: the body of an HTTP error, and in protobuf the `grpc-status-details-bin` of a gRPC one. */
export function encodeStatus(status: StatusAnswer, encoding: OtlpEncoding): Uint8Array {
  const { code, message, retryDelaySeconds } = status
  if (encoding === 'json') {
    const details =
      retryDelaySeconds === undefined ? [] : [{ '@type': RETRY_INFO_URL, retryDelay: `${retryDelaySeconds}s` }]
    return encodeUtf8(JSON.stringify(details.length === 0 ? { code, message } : { code, message, details }))
  }
  const writer = new ProtobufWriter(128 + message.length)
  if (code !== 0) writer.uint32Field(RPC_STATUS.code, code)
  if (message !== '') writer.stringField(RPC_STATUS.message, message)
  if (retryDelaySeconds !== undefined) {
    const details = writer.open(RPC_STATUS.details)
    writer.stringField(ANY.type_url, RETRY_INFO_URL)
    const retryInfo = writer.open(ANY.value)
    const delay = writer.open(RETRY_INFO.retry_delay)
    const seconds = Math.floor(retryDelaySeconds)
    const nanos = Math.round((retryDelaySeconds - seconds) * 1e9)
    if (seconds !== 0) writer.uint32Field(DURATION.seconds, seconds)
    if (nanos !== 0) writer.uint32Field(DURATION.nanos, nanos)
    writer.close(delay)
    writer.close(retryInfo)
    writer.close(details)
  }
  return writer.copy()
}
