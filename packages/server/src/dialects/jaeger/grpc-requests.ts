// Requests of Jaeger's query services, both versions: their messages have the same fields, but for the trace id, which is
// bytes in one and digits in the other.
import { ProtobufReader } from '@clew/codecs'
import { ClewError, hexFromBytes, MAX_UINT64 } from '@clew/model'
import type { TraceSearch } from './to-query.ts'
import { parseTraceId } from './trace-id.ts'

export type QueryVersion = 'v2' | 'v3'

/** Field numbers of query_service.proto and query.proto under their names. */
const GET_TRACE = { trace_id: 1, raw_traces: 4 } as const
const FIND_TRACES = { query: 1 } as const
const QUERY = {
  service_name: 1,
  operation_name: 2,
  attributes: 3,
  start_time_min: 4,
  start_time_max: 5,
  duration_min: 6,
  duration_max: 7,
  search_depth: 8,
  raw_traces: 9,
  filter: 10,
} as const
const MAP_ENTRY = { key: 1, value: 2 } as const
const TIME = { seconds: 1, nanos: 2 } as const
const GET_OPERATIONS = { service: 1, span_kind: 2 } as const

const FORMAT = 'jaeger query'
const NANOS_PER_SECOND = 1_000_000_000n

export interface AskedTrace {
  /** 32 digits. */
  readonly traceId: string
  readonly raw: boolean
}

/** Throws INVALID_ARGUMENT and DECODE_FAILED; so do the others. */
export function decodeGetTrace(message: Uint8Array, version: QueryVersion): AskedTrace {
  const reader = new ProtobufReader(FORMAT, message)
  let traceId: string | undefined
  let raw = false
  while (reader.next())
    if (reader.field === GET_TRACE.trace_id)
      traceId = version === 'v3' ? parseTraceId(reader.text()) : idOfBytes(reader)
    else if (reader.field === GET_TRACE.raw_traces) raw = reader.bool()
  if (traceId === undefined) throw new ClewError('INVALID_ARGUMENT', 'trace_id: expected one, got none')
  return { traceId, raw }
}

export interface AskedSearch extends Omit<TraceSearch, 'from' | 'to'> {
  /** As they are in the message: undefined where they are not. */
  readonly from: bigint | undefined
  readonly to: bigint | undefined
  readonly raw: boolean
}

export function decodeFindTraces(message: Uint8Array): AskedSearch {
  const reader = new ProtobufReader(FORMAT, message)
  let search: AskedSearch | undefined
  while (reader.next())
    if (reader.field === FIND_TRACES.query) search = decodeQuery(message, reader.valueStart, reader.valueEnd)
  if (search === undefined) throw new ClewError('INVALID_ARGUMENT', 'query: expected one, got none')
  return search
}

function decodeQuery(message: Uint8Array, start: number, end: number): AskedSearch {
  const reader = new ProtobufReader(FORMAT, message, start, end)
  const tags: [string, string][] = []
  let [service, operation]: (string | undefined)[] = []
  let [from, to, minDuration, maxDuration]: (bigint | undefined)[] = []
  let limit: number | undefined
  let raw = false
  while (reader.next())
    switch (reader.field) {
      case QUERY.service_name:
        service = reader.text() || undefined
        break
      case QUERY.operation_name:
        operation = reader.text() || undefined
        break
      case QUERY.attributes:
        tags.push(decodeEntry(reader))
        break
      case QUERY.start_time_min:
        from = decodeTime(reader)
        break
      case QUERY.start_time_max:
        to = decodeTime(reader)
        break
      case QUERY.duration_min:
        minDuration = decodeTime(reader) || undefined
        break
      case QUERY.duration_max:
        maxDuration = decodeTime(reader) || undefined
        break
      case QUERY.search_depth:
        limit = reader.low | 0
        break
      case QUERY.raw_traces:
        raw = reader.bool()
        break
      case QUERY.filter:
        throw new ClewError('INVALID_ARGUMENT', 'query.filter: structured filters are not taken; use query.attributes')
    }
  return { service, operation, tags, from, to, minDuration, maxDuration, limit, raw, cursor: undefined }
}

export function decodeGetOperations(message: Uint8Array): { service: string; spanKind: string | undefined } {
  const reader = new ProtobufReader(FORMAT, message)
  let [service, spanKind] = ['', '']
  while (reader.next())
    if (reader.field === GET_OPERATIONS.service) service = reader.text()
    else if (reader.field === GET_OPERATIONS.span_kind) spanKind = reader.text()
  if (service === '') throw new ClewError('INVALID_ARGUMENT', 'service: expected one, got none')
  return { service, spanKind: spanKind || undefined }
}

function idOfBytes({ bytes, valueStart, valueEnd }: ProtobufReader): string {
  const length = valueEnd - valueStart
  if (length !== 16 && length !== 8)
    throw new ClewError('INVALID_ARGUMENT', `trace_id: expected 16 bytes, got ${length}`)
  return hexFromBytes(bytes, valueStart, length).padStart(32, '0')
}

function decodeEntry({ bytes, valueStart, valueEnd }: ProtobufReader): [string, string] {
  const reader = new ProtobufReader(FORMAT, bytes, valueStart, valueEnd)
  let [key, value] = ['', '']
  while (reader.next())
    if (reader.field === MAP_ENTRY.key) key = reader.text()
    else if (reader.field === MAP_ENTRY.value) value = reader.text()
  return [key, value]
}

/** Timestamp and Duration are alike: nanoseconds. Moved to the times there are, and no duration is below 0. */
function decodeTime({ bytes, valueStart, valueEnd }: ProtobufReader): bigint {
  const reader = new ProtobufReader(FORMAT, bytes, valueStart, valueEnd)
  let [seconds, nanos] = [0n, 0n]
  while (reader.next())
    if (reader.field === TIME.seconds) seconds = reader.int64()
    else if (reader.field === TIME.nanos) nanos = reader.int64()
  const time = seconds * NANOS_PER_SECOND + nanos
  return time < 0n ? 0n : time > MAX_UINT64 ? MAX_UINT64 : time
}
