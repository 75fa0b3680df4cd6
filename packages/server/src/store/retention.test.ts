import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EmbeddedEngine } from './embedded-engine.ts'
import { migrate } from './migrations.ts'
import { diskUsage, dropExpired } from './retention.ts'
import { Sql, sql } from './sql.ts'
import { TABLES } from './tables.ts'

const TODAY = 20_600

let folder: string
let engine: EmbeddedEngine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-retention-'))
  engine = await EmbeddedEngine.open({ folder })
  await migrate(engine)
})
afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

async function days(table: string): Promise<number[]> {
  const answer = await engine.query(
    sql`SELECT DISTINCT toUInt16(stored_day) AS day FROM ${Sql.trusted(table)} ORDER BY day`,
  )
  return Array.from({ length: answer.rows }, (_, row) => answer.column('day').number(row))
}

describe('retention', () => {
  it('drops the days before the kept ones from every table, by acceptance and not by event time', async () => {
    for (const table of TABLES)
      for (const day of [TODAY - 40, TODAY - 31, TODAY - 30, TODAY])
        await engine.execute(
          sql`INSERT INTO ${Sql.trusted(table)} (tenant, stored_day, block) SELECT 'default', toDate(${day}), ${day}`,
        )
    // The last millisecond of the day: its own day counts as none.
    const clock = { nowMs: () => (TODAY + 1) * 86_400_000 - 1 }
    const dropped = await dropExpired({ engine, days: 30, clock })
    expect(dropped).toHaveLength(2 * TABLES.length)
    expect(dropped[0]).toEqual({ table: 'spans', storedDay: TODAY - 40 })
    for (const table of TABLES) expect(await days(table)).toEqual([TODAY - 30, TODAY])
    expect(await dropExpired({ engine, days: 30, clock })).toEqual([])
  })

  it('tells what each column takes on disk', async () => {
    const usage = await diskUsage(engine)
    expect(usage.map(({ table, column }) => `${table}.${column}`)).toContain('spans.start')
    expect(usage.some(({ column }) => column === '(string_value)')).toBe(true)
  })
})
