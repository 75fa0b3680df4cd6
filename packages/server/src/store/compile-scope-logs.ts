// The statement for log records of one instrumentation scope, newest first: how Clew reads back what it wrote itself.
import type { ScopeLogs } from '../query/trace-reader.ts'
import { attributeKeyNumber } from './block/attribute-keys.ts'
import { originSubquery } from './compile-predicate.ts'
import { joinSql, type Sql, sql } from './sql.ts'

/** Width of the `bucket` column of `logs`. */
const BUCKET_NANOS = 300_000_000_000n
const END_OF_TIME = 2n ** 64n
const SCOPE_NAME = attributeKeyNumber('@scope.name')

/** A record has no number of its own: the hash of its bytes gives those of one instant an order. */
export function compileScopeLogs(tenant: string, question: ScopeLogs): Sql {
  return sql`SELECT time, cityHash64(otlp) AS record, origin, otlp
FROM logs
WHERE ${condition(tenant, question)}
ORDER BY time DESC, record DESC
LIMIT ${question.limit}`
}

function condition(tenant: string, { service, scope, from, to, block, text, after }: ScopeLogs): Sql {
  const ofScope = sql`arrayExists((k, v) -> k = ${SCOPE_NAME} AND v = ${scope}, string_keys, string_values)`
  const parts = [sql`tenant = ${tenant}`, sql`service = ${service}`, originSubquery(tenant)(ofScope)]
  if (from > 0n) parts.push(sql`bucket >= ${from / BUCKET_NANOS}`, sql`time >= ${from}`)
  if (to < END_OF_TIME) parts.push(sql`bucket <= ${to / BUCKET_NANOS}`, sql`time < ${to}`)
  parts.push(sql`block <= ${block}`)
  if (text !== undefined) parts.push(sql`position(otlp, ${text}) > 0`)
  if (after !== undefined)
    parts.push(
      sql`bucket <= ${after.time / BUCKET_NANOS}`,
      sql`(time < ${after.time} OR time = ${after.time} AND record < ${after.record})`,
    )
  return joinSql(parts, '\n    AND ')
}
