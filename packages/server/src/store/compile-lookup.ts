// The statements that look something up: spans of a trace, summaries, origins, logs, services, operations, attributes.
import type { CatalogFilter, StatsRange } from '../query/trace-reader.ts'
import { joinSql, type Sql, sql } from './sql.ts'

const MINUTE_NANOS = 60_000_000_000n
/** Completion shows no more; the answer says that there are. */
export const VALUE_LIMIT = 1000

export function compileSpans(tenant: string, traceLows: readonly bigint[], block: bigint | undefined): Sql {
  return sql`SELECT stored_day, trace_low, trace_high, start, elapsed, origin, marks, dictionary, pieces, values
FROM traces
WHERE tenant = ${tenant} AND trace_low IN ${traceLows}${block === undefined ? sql`` : sql` AND block <= ${block}`}`
}

/** The pieces of a dictionary from a number on; each once, in order. */
export function compilePieces(tenant: string, storedDay: number, dictionary: bigint, from: number): Sql {
  return sql`SELECT number, piece
FROM span_pieces
WHERE tenant = ${tenant} AND stored_day = toDate(${storedDay}) AND dictionary = ${dictionary} AND number >= ${from}
ORDER BY number`
}

export function compileOrigins(tenant: string, origins: readonly bigint[]): Sql {
  return sql`SELECT origin, service, resource, resource_schema_url, scope, scope_schema_url
FROM resources
WHERE tenant = ${tenant} AND origin IN ${origins}
LIMIT 1 BY origin`
}

/** One row a trace and part of the table: merges fold them in their own time. */
export function compileSummaries(tenant: string, traceLows: readonly bigint[]): Sql {
  return sql`SELECT
    trace_low,
    trace_high,
    block AS last_block,
    blocks AS block_count,
    first_start AS trace_start,
    last_end AS trace_end,
    root AS trace_root,
    services AS trace_services
FROM trace_summaries
PREWHERE trace_low IN ${traceLows}
WHERE tenant = ${tenant}`
}

/**
 * How many spans the look-up copy holds as of a block, and how many of them differ in start or duration: where all do,
 * none came twice.
 */
export function compileStoredCounts(tenant: string, traceLows: readonly bigint[], block: bigint): Sql {
  return sql`SELECT trace_low, trace_high, count() AS stored, uniqExact(start, if(start + elapsed > start, elapsed, 0)) AS distinct_times
FROM traces
WHERE tenant = ${tenant} AND trace_low IN ${traceLows} AND block <= ${block}
GROUP BY trace_low, trace_high`
}

/** The same with their span ids, which cost more to read: for the traces in which times alone do not tell. */
export function compileDistinctSpans(tenant: string, traceLows: readonly bigint[], block: bigint): Sql {
  return sql`SELECT trace_low, trace_high, uniqExact(span_id, start, if(start + elapsed > start, elapsed, 0)) AS distinct_spans
FROM traces
WHERE tenant = ${tenant} AND trace_low IN ${traceLows} AND block <= ${block}
GROUP BY trace_low, trace_high`
}

export function compileServices(tenant: string, range: StatsRange): Sql {
  return sql`SELECT service, sum(span_count) AS spans, sumIf(span_count, status = 2) AS errors
FROM span_stats
WHERE ${statsCondition(tenant, range)}
GROUP BY service
ORDER BY service`
}

export function compileOperations(tenant: string, service: string, range: StatsRange): Sql {
  return sql`SELECT name, kind, sum(span_count) AS spans
FROM span_stats
WHERE ${statsCondition(tenant, range)} AND service = ${service}
GROUP BY name, kind
ORDER BY name, kind`
}

export function compileAttributeKeys(tenant: string, filter: CatalogFilter): Sql {
  return sql`SELECT scope, key, groupUniqArray(type) AS types
FROM attribute_catalog
WHERE ${catalogCondition(tenant, filter)}
GROUP BY scope, key
ORDER BY scope, key`
}

export function compileAttributeValues(tenant: string, key: string, filter: CatalogFilter): Sql {
  return sql`SELECT type, value, max(many) AS is_many
FROM attribute_catalog
WHERE ${catalogCondition(tenant, filter)} AND key = ${key}
GROUP BY type, value
ORDER BY is_many DESC, type, value
LIMIT ${VALUE_LIMIT + 1}`
}

export function compileServiceValues(tenant: string, key: string, limit: number): Sql {
  return sql`SELECT service, value
FROM attribute_catalog
WHERE ${catalogCondition(tenant, { service: undefined, scope: 'resource' })} AND key = ${key} AND type = 'string' AND many = 0
GROUP BY service, value
ORDER BY service, value
LIMIT ${limit}`
}

export function compileLogs(tenant: string, traceId: string, spanId: string | undefined, limit: number): Sql {
  return sql`SELECT origin, otlp
FROM logs
WHERE ${logCondition(tenant, traceId)}${spanId === undefined ? sql`` : sql` AND span_id = ${idNumber(spanId)}`}
ORDER BY time
LIMIT ${limit}`
}

export function compileLogCounts(tenant: string, traceId: string): Sql {
  return sql`SELECT span_id, count() AS records
FROM logs
WHERE ${logCondition(tenant, traceId)}
GROUP BY span_id`
}

/** An id in hex as the number its columns hold. */
export function idNumber(hex: string): bigint {
  return BigInt(`0x${hex}`)
}

function logCondition(tenant: string, traceId: string): Sql {
  return sql`tenant = ${tenant} AND trace_low = ${idNumber(traceId.slice(16))} AND trace_high = ${idNumber(traceId.slice(0, 16))}`
}

function statsCondition(tenant: string, { from, to }: StatsRange): Sql {
  const parts = [sql`tenant = ${tenant}`]
  if (from !== undefined) parts.push(sql`minute >= ${from / MINUTE_NANOS}`)
  if (to !== undefined) parts.push(sql`minute <= ${to / MINUTE_NANOS}`)
  return joinSql(parts, ' AND ')
}

function catalogCondition(tenant: string, { service, scope }: CatalogFilter): Sql {
  const parts = [sql`tenant = ${tenant}`]
  if (scope !== undefined) parts.push(sql`scope = ${scope}`)
  if (service !== undefined) parts.push(sql`service = ${service}`)
  return joinSql(parts, ' AND ')
}
