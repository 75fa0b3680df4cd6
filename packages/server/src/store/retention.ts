// Forgets what is older than the setting says, by the day of acceptance: whole partitions are dropped, nothing is rewritten.
// Also tells what each column takes on disk.
import type { Clock } from '@clew/model'
import type { Engine } from './engine.ts'
import { Sql, sql } from './sql.ts'
import { TABLES, type TableName } from './tables.ts'

const DAY_MS = 86_400_000

export interface RetentionOptions {
  readonly engine: Engine
  /** Whole days that are kept after the day of acceptance. */
  readonly days: number
  readonly clock: Clock
}

export interface DroppedPartition {
  readonly table: TableName
  /** Days since 1970, UTC. */
  readonly storedDay: number
}

/**
 * Drops every partition whose day ended more than `days` ago. Repeatable: what a kill leaves is dropped the next time.
 * Spans go first, so that nothing is found whose look-up copy is gone.
 */
export async function dropExpired({ engine, days, clock }: RetentionOptions): Promise<DroppedPartition[]> {
  const oldestKept = Math.floor(clock.nowMs() / DAY_MS) - days
  const answer = await engine.query(sql`
    SELECT DISTINCT table, partition, toUInt16(toDate(partition)) AS day
    FROM system.parts
    WHERE database = currentDatabase() AND active AND table IN ${[...TABLES]} AND day < ${oldestKept}`)
  const expired = Array.from({ length: answer.rows }, (_, row) => ({
    table: answer.column('table').text(row) as TableName,
    partition: answer.column('partition').text(row),
    storedDay: answer.column('day').number(row),
  }))
  expired.sort((a, b) => a.storedDay - b.storedDay || TABLES.indexOf(b.table) - TABLES.indexOf(a.table))
  for (const { table, partition } of expired)
    await engine.execute(sql`ALTER TABLE ${Sql.trusted(table)} DROP PARTITION ${partition}`)
  return expired.map(({ table, storedDay }) => ({ table, storedDay }))
}

export interface ColumnUsage {
  readonly table: string
  /** Name of a column, or of an index in parentheses. */
  readonly column: string
  readonly bytesOnDisk: number
  readonly uncompressedBytes: number
}

/** Largest first; rows of parts that merges have replaced are not counted. */
export async function diskUsage(engine: Engine): Promise<ColumnUsage[]> {
  const answer = await engine.query(sql`
    SELECT table, column, sum(column_bytes_on_disk) AS on_disk, sum(column_data_uncompressed_bytes) AS uncompressed
    FROM system.parts_columns WHERE database = currentDatabase() AND active
    GROUP BY table, column
    UNION ALL
    SELECT table, concat('(', name, ')') AS column, sum(data_compressed_bytes + marks_bytes) AS on_disk,
      sum(data_uncompressed_bytes) AS uncompressed
    FROM system.data_skipping_indices WHERE database = currentDatabase()
    GROUP BY table, name
    ORDER BY on_disk DESC`)
  return Array.from({ length: answer.rows }, (_, row) => ({
    table: answer.column('table').text(row),
    column: answer.column('column').text(row),
    bytesOnDisk: answer.column('on_disk').number(row),
    uncompressedBytes: answer.column('uncompressed').number(row),
  }))
}
