// Brings the schema of a data folder to this program's version: numbered steps that only add, each statement repeatable,
// so that a kill at any point is mended by running again.
import { readFile } from 'node:fs/promises'
import { ClewError } from '@clew/model'
import type { Engine } from './engine.ts'
import { Sql, sql } from './sql.ts'

interface Migration {
  readonly version: number
  /** Files of schema/, one statement each, in order. */
  readonly files: readonly string[]
}

/** Released steps never change; a new one is added at the end. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    files: [
      '001-resources.sql',
      '002-traces.sql',
      '003-trace-summaries.sql',
      '004-span-stats.sql',
      '005-attribute-catalog.sql',
      '006-logs.sql',
      '007-spans.sql',
      '008-span-pieces.sql',
    ],
  },
]

export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version

/** Throws DATA_FOLDER_NEWER when the tables were made by a later version of this program. */
export async function migrate(engine: Engine): Promise<void> {
  await engine.execute(sql`
    CREATE TABLE IF NOT EXISTS schema_version (version UInt32) ENGINE = MergeTree ORDER BY version`)
  const present = await schemaVersion(engine)
  if (present > SCHEMA_VERSION)
    throw new ClewError(
      'DATA_FOLDER_NEWER',
      `store: the data has schema version ${present}, this program knows up to ${SCHEMA_VERSION}; start the version of Clew that wrote it, or a later one`,
    )
  for (const migration of MIGRATIONS) {
    if (migration.version <= present) continue
    for (const file of migration.files) await engine.execute(await statement(file))
    await engine.execute(sql`INSERT INTO schema_version SELECT ${migration.version}`)
  }
}

/** Whether an earlier version of this program made the tables: what its journal still holds is for them as they are. */
export async function hasOlderSchema(engine: Engine, current = SCHEMA_VERSION): Promise<boolean> {
  const known = await engine.query(sql`EXISTS TABLE schema_version`)
  if (known.column('result').number(0) === 0) return false
  const present = await schemaVersion(engine)
  return present > 0 && present < current
}

export async function schemaVersion(engine: Engine): Promise<number> {
  const answer = await engine.query(sql`SELECT max(version) AS version FROM schema_version`)
  return answer.rows === 0 ? 0 : answer.column('version').number(0)
}

async function statement(file: string): Promise<Sql> {
  // The compiler copies no .sql: from dist/store as from src/store this is src/store/schema.
  return Sql.trusted(await readFile(new URL(`../../src/store/schema/${file}`, import.meta.url), 'utf8'))
}
