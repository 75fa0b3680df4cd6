import { DecodeError } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from './engine.ts'
import { PieceCache } from './piece-cache.ts'
import { Sql, sql } from './sql.ts'
import { WriterRun } from './writer-run-contract.ts'

const OWN = { tenant: 'pieces', storedDay: 20_000, dictionary: 7n }

describe('PieceCache', () => {
  let run: WriterRun
  let asked: string[] = []
  let counting: Engine
  beforeAll(async () => {
    run = await WriterRun.open()
    counting = {
      execute: (statement) => run.engine.execute(statement),
      insert: (table, path, token) => run.engine.insert(table, path, token),
      query: (question, limits) => {
        asked.push(question.text)
        return run.engine.query(question, limits)
      },
      ping: () => run.engine.ping(),
      stop: async () => undefined,
    }
  })
  afterAll(() => run.stop())

  async function add(number: number, piece: string, { tenant, storedDay, dictionary } = OWN): Promise<void> {
    const row = sql`SELECT ${tenant}, toDate(${storedDay}), 1, ${dictionary}, ${number}, ${piece}`
    await run.engine.execute(sql`INSERT INTO span_pieces ${Sql.trusted(row.text)}`)
  }

  it('reads pieces once, and later only what came after them', async () => {
    await add(1, 'first')
    await add(2, 'second')
    await add(2, 'second')
    await add(1, 'of another dictionary', { ...OWN, dictionary: 8n })
    await add(1, 'of another tenant', { ...OWN, tenant: 'other' })
    const cache = new PieceCache(counting)
    const pieces = await cache.read(OWN, 2)
    expect(pieces.count).toBe(3)
    expect(Buffer.from(pieces.bytes).toString()).toBe('firstsecond')
    expect([...pieces.ends.subarray(0, 3)]).toEqual([0, 5, 11])
    asked = []
    expect(await cache.read(OWN, 1)).toBe(pieces)
    expect(asked).toEqual([])
    await add(3, 'third')
    expect(Buffer.from((await cache.read(OWN, 3)).bytes).toString()).toBe('firstsecondthird')
    expect(asked).toHaveLength(1)
    expect(asked[0]).toContain('number >= 3')
  })

  it('says which piece is missing', async () => {
    const cache = new PieceCache(counting)
    await expect(cache.read({ ...OWN, dictionary: 99n }, 4)).rejects.toThrow(DecodeError)
    await expect(cache.read({ ...OWN, dictionary: 99n }, 4)).rejects.toThrow(/piece 4.*dictionary 99/)
  })
})
