import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClewError } from '@clew/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'
import { hasOlderSchema, migrate, SCHEMA_VERSION, schemaVersion } from './migrations.ts'
import { sql } from './sql.ts'
import { TABLES } from './tables.ts'

let folder: string
let engine: EmbeddedEngine

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-migrations-'))
  engine = await EmbeddedEngine.open({ folder })
})
afterEach(async () => {
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

async function tables(): Promise<string[]> {
  const answer = await engine.query(sql`SELECT name FROM system.tables WHERE database = currentDatabase()`)
  return Array.from({ length: answer.rows }, (_, row) => answer.column('name').text(row))
}

/** An engine whose process ends after so many statements. */
function killedAfter(statements: number): Engine {
  let left = statements
  return {
    execute: async (statement) => {
      if (left-- === 0) throw new ClewError('STORE_UNAVAILABLE', 'killed')
      await engine.execute(statement)
    },
    insert: (table, path, token) => engine.insert(table, path, token),
    query: (question, limits) => engine.query(question, limits),
    ping: () => engine.ping(),
    stop: async () => undefined,
  }
}

describe('migrate', () => {
  it('makes every table and says which version it made', async () => {
    await migrate(engine)
    expect(await schemaVersion(engine)).toBe(SCHEMA_VERSION)
    expect(await tables()).toEqual(expect.arrayContaining([...TABLES]))
  })

  it('knows tables of an earlier version, whose journal is stored before they change', async () => {
    expect(await hasOlderSchema(engine)).toBe(false)
    await migrate(engine)
    expect(await hasOlderSchema(engine)).toBe(false)
    expect(await hasOlderSchema(engine, SCHEMA_VERSION + 1)).toBe(true)
  })

  it('goes on where a kill between any two statements left it', async () => {
    let killed = 0
    for (let statements = 0; ; statements++) {
      try {
        await migrate(killedAfter(statements))
        break
      } catch (error) {
        expect(error).toMatchObject({ message: 'killed' })
        killed++
      }
    }
    expect(killed).toBeGreaterThan(TABLES.length)
    await migrate(engine)
    expect(await schemaVersion(engine)).toBe(SCHEMA_VERSION)
    expect(await tables()).toEqual(expect.arrayContaining([...TABLES]))
  })

  it('refuses a folder that a later version wrote, in words of its own, and changes nothing', async () => {
    await migrate(engine)
    await engine.execute(sql`INSERT INTO schema_version SELECT ${SCHEMA_VERSION + 3}`)
    await expect(migrate(engine)).rejects.toMatchObject({
      code: 'DATA_FOLDER_NEWER',
      message: expect.stringContaining(
        `schema version ${SCHEMA_VERSION + 3}, this program knows up to ${SCHEMA_VERSION}`,
      ),
    })
    expect(await schemaVersion(engine)).toBe(SCHEMA_VERSION + 3)
  })
})
