import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EmbeddedEngine } from './embedded-engine.ts'
import { describeEngine } from './engine-contract.ts'
import { sql } from './sql.ts'

describeEngine('embedded', async (folder) => {
  const engine = await EmbeddedEngine.open({ folder })
  return { engine, stop: () => engine.stop() }
})

it('opens nothing for a question that still waits in line when it stops', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-engine-'))
  const engine = await EmbeddedEngine.open({ folder, readers: 1 })
  const running = engine.query(sql`SELECT sleep(0.2) AS one`).catch((error) => error)
  const waiting = expect(engine.query(sql`SELECT 1 AS one`)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  await engine.stop()
  await waiting
  await running
  await rm(folder, { recursive: true, force: true })
})

it('merges nothing while merges are paused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-engine-'))
  const engine = await EmbeddedEngine.open({ folder })
  await engine.execute(sql`CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n`)
  await engine.pauseMerges(true)
  for (const n of [1, 2, 3]) await engine.execute(sql`INSERT INTO t SELECT ${n}`)
  const parts = async () =>
    (await engine.query(sql`SELECT count() AS parts FROM system.parts WHERE table = 't' AND active`)).column('parts')
  await expect(engine.execute(sql`OPTIMIZE TABLE t FINAL`)).rejects.toThrow()
  expect((await parts()).number(0)).toBe(3)
  await engine.pauseMerges(false)
  await engine.execute(sql`OPTIMIZE TABLE t FINAL`)
  expect((await parts()).number(0)).toBe(1)
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

it('refuses a folder whose path the engine would read as a pattern', async () => {
  await expect(EmbeddedEngine.open({ folder: join(tmpdir(), 'traces-{1,2}') })).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    message: expect.stringContaining('traces-{1,2}'),
  })
})
