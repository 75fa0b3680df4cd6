// The search of Jaeger's third API: GET /api/v3/traces?query.serviceName=… and the summaries of the same traces. Names are
// those of the gateway, in camel case, or as the protobuf message has them.
// https://github.com/jaegertracing/jaeger-idl, proto/api_v3/query_service.proto.
import { ClewError, MAX_UINT64 } from '@clew/model'
import { parseGoDuration } from './go-duration.ts'
import { type Parameters, unparsable } from './parameters.ts'
import type { TraceSearch } from './to-query.ts'
import { tagMap } from './v1-search.ts'

export interface V3Search extends TraceSearch {
  readonly raw: boolean
  /** Pages were asked for, which only summaries have. */
  readonly isPaged: boolean
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.(\d{1,9})\d*)?(?:[Zz]|[+-]\d\d:\d\d)$/

/** Throws INVALID_ARGUMENT. */
export function readV3Search(parameters: Parameters): V3Search {
  const text = (camel: string, snake: string) => parameters.text(`query.${camel}`, `query.${snake}`)
  const duration = (camel: string, snake: string) => {
    const given = text(camel, snake)
    return given === undefined ? undefined : parseGoDuration(`query.${camel}`, given)
  }
  if (text('filter', 'filter') !== undefined)
    throw new ClewError('INVALID_ARGUMENT', 'query.filter: structured filters are not taken; use query.attributes')
  const from = requiredTime('query.startTimeMin', text('startTimeMin', 'start_time_min'))
  const to = requiredTime('query.startTimeMax', text('startTimeMax', 'start_time_max'))
  checkRange(from, to)
  const attributes = text('attributes', 'attributes')
  const depth = parameters.integer('query.searchDepth', 'query.search_depth', 'query.num_traces')
  const pageSize = parameters.integer('query.pagination.pageSize', 'query.pagination.page_size')
  const cursor = parameters.text('query.pagination.pageToken', 'query.pagination.page_token')
  if (depth !== undefined && (pageSize !== undefined || cursor !== undefined))
    throw new ClewError('INVALID_ARGUMENT', 'query.pagination: expected no query.searchDepth beside it')
  return {
    from,
    to,
    service: text('serviceName', 'service_name'),
    operation: text('operationName', 'operation_name'),
    tags: attributes === undefined ? [] : tagMap('query.attributes', attributes),
    minDuration: duration('durationMin', 'duration_min'),
    maxDuration: duration('durationMax', 'duration_max'),
    limit: pageSize ?? depth,
    cursor,
    raw: parameters.boolean('query.rawTraces', 'query.raw_traces'),
    isPaged: pageSize !== undefined || cursor !== undefined,
  }
}

/** Throws INVALID_ARGUMENT where no time lies between. */
export function checkRange(from: bigint, to: bigint): void {
  if (from >= to)
    throw new ClewError('INVALID_ARGUMENT', 'query.startTimeMax: expected a time after query.startTimeMin')
}

/** RFC 3339 in nanoseconds since 1970, moved to the times there are. Throws INVALID_ARGUMENT. */
export function parseRfc3339(name: string, text: string): bigint {
  const match = RFC3339.exec(text)
  const millis = match === null ? Number.NaN : Date.parse(text.replace(/\.\d+/, ''))
  if (Number.isNaN(millis)) throw unparsable(name, 'a time such as 2025-10-01T12:00:00.5Z', text)
  const nanos = BigInt(millis) * 1_000_000n + BigInt((match![1] ?? '').padEnd(9, '0'))
  return nanos < 0n ? 0n : nanos > MAX_UINT64 ? MAX_UINT64 : nanos
}

function requiredTime(name: string, text: string | undefined): bigint {
  if (text === undefined) throw new ClewError('INVALID_ARGUMENT', `${name} is required`)
  return parseRfc3339(name, text)
}
