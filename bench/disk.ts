// What the data folder weighs a span, and which columns weigh most. Needs the folder to itself: the server is stopped.
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Row } from './report.ts'
import { round } from './statistics.ts'

const GOAL_BYTES = 135
/** Not part of what is kept for good. */
const LEFT_OUT = new Set(['journal', 'logs', 'quarantine', 'blocks'])
const COLUMNS_SHOWN = 12
const POLL_MS = 2000
const SETTLED_MS = 40_000
const SETTLED_BYTES = 100_000

/**
 * The engine deletes the parts that merges left behind in a round of its own, half a minute or more after them: waits until
 * the folder has kept its size for longer than such a round.
 */
export async function untilSizeSettles(dataDir: string): Promise<void> {
  let size = -1
  for (let steady = 0; steady < SETTLED_MS; steady += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const now = await keptBytes(dataDir)
    if (Math.abs(now - size) > SETTLED_BYTES) steady = 0
    size = now
  }
}

/** All that is kept for good, in bytes. */
export async function keptBytes(dataDir: string): Promise<number> {
  const sizes = (await readdir(dataDir))
    .filter((entry) => !LEFT_OUT.has(entry))
    .map((entry) => weigh(join(dataDir, entry)))
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

export async function diskRows(dataDir: string, spans: number): Promise<Row[]> {
  const perSpan = (await keptBytes(dataDir)) / spans
  const rows: Row[] = [
    {
      what: 'disk after merges, all but journal and logs',
      measured: `${round(perSpan)} bytes a span`,
      goal: '≤ 135, towards 97',
      met: perSpan <= GOAL_BYTES,
      figures: { perSpan },
    },
  ]
  const columns = await columnShares(dataDir)
  for (const { table, bytes: size, columns: parts } of columns)
    rows.push({
      what: `  ${table}`,
      measured: `${round(size / spans)} bytes a span: ${parts
        .slice(0, COLUMNS_SHOWN)
        .map((part) => `${part.name} ${round(part.bytes / spans)}`)
        .join(', ')}`,
      goal: '',
    })
  return rows
}

interface TableShare {
  readonly table: string
  readonly bytes: number
  readonly columns: readonly { readonly name: string; readonly bytes: number }[]
}

/** Sizes on disk by table and column, from the engine's own catalogue. */
async function columnShares(dataDir: string): Promise<TableShare[]> {
  const { Session } = await import('chdb')
  const session = new Session(join(dataDir, 'store', 'db'))
  try {
    const read = <T>(sql: string): T[] =>
      session
        .query(sql, 'JSONEachRow')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T)
    const tables = read<{ table: string; bytes: string }>(
      "SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database NOT IN ('system') GROUP BY table ORDER BY bytes DESC",
    )
    const columns = read<{ table: string; name: string; bytes: string }>(
      "SELECT table, column AS name, sum(column_bytes_on_disk) AS bytes FROM system.parts_columns WHERE active AND database NOT IN ('system') GROUP BY table, name ORDER BY bytes DESC",
    )
    const indexes = read<{ table: string; bytes: string }>(
      "SELECT table, sum(secondary_indices_compressed_bytes) AS bytes FROM system.parts WHERE active AND database NOT IN ('system') GROUP BY table",
    )
    return tables.map(({ table, bytes }) => ({
      table,
      bytes: Number(bytes),
      columns: [
        ...columns.filter((each) => each.table === table).map(({ name, bytes }) => ({ name, bytes: Number(bytes) })),
        ...indexes
          .filter((each) => each.table === table && Number(each.bytes) > 0)
          .map((each) => ({ name: 'indexes', bytes: Number(each.bytes) })),
      ].sort((a, b) => b.bytes - a.bytes),
    }))
  } finally {
    session.close()
  }
}

/** Files may be deleted while this looks. Links are not followed: the engine links to every table from a second place. */
async function weigh(path: string): Promise<number> {
  const entry = await lstat(path).catch(() => undefined)
  if (entry === undefined) return 0
  if (!entry.isDirectory()) return entry.size
  const sizes = await Promise.all((await readdir(path).catch(() => [])).map((name) => weigh(join(path, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}
