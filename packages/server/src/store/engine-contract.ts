// What every engine promises, as tests that each implementation calls.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ByteInterner } from './block/byte-interner.ts'
import { lowCardinalityColumn } from './block/spans-table.ts'
import type { Engine } from './engine.ts'
import { asBytes, type NativeFileColumn, stringData, writeNativeFile } from './native-writer.ts'
import { type Sql, sql } from './sql.ts'

export interface RunningEngine {
  readonly engine: Engine
  stop(): Promise<void>
}

export function describeEngine(name: string, start: (folder: string) => Promise<RunningEngine>): void {
  describe(`${name}: the engine contract`, () => {
    let folder: string
    let running: RunningEngine
    let engine: Engine

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'clew-engine-'))
      running = await start(folder)
      engine = running.engine
    })
    afterAll(async () => {
      await running.stop()
      await rm(folder, { recursive: true, force: true })
    })

    const table = async (statement: Sql): Promise<void> => engine.execute(statement)
    const file = async (rows: number, columns: NativeFileColumn[]): Promise<string> => {
      const path = join(folder, `block-${Math.random()}.native`)
      await writeNativeFile(path, rows, columns)
      return path
    }
    const numbers = (values: readonly bigint[]): NativeFileColumn => ({
      name: 'n',
      type: 'UInt64',
      chunks: [asBytes(BigUint64Array.from(values))],
    })
    const strings = (column: string, values: readonly Uint8Array[]): NativeFileColumn => ({
      name: column,
      type: 'String',
      chunks: [stringData(values)],
    })

    it('stores a block by column name, whatever their order in the file', async () => {
      await table(sql`CREATE TABLE named (n UInt64, s String, d UInt8 DEFAULT 7) ENGINE = MergeTree ORDER BY n`)
      await engine.insert(
        'named',
        await file(2, [strings('s', [Buffer.from('b'), Buffer.from('a')]), numbers([2n, 1n])]),
        't',
      )
      const answer = await engine.query(sql`SELECT n, s, d FROM named ORDER BY n`)
      expect(answer.rows).toBe(2)
      expect([0, 1].map((row) => answer.column('s').text(row))).toEqual(['a', 'b'])
      expect(answer.column('n').bigint(1)).toBe(2n)
      expect(answer.column('d').number(0)).toBe(7)
    })

    it('stores a token once and a large block as one part', async () => {
      await table(sql`CREATE TABLE once (n UInt64) ENGINE = MergeTree ORDER BY n
        SETTINGS non_replicated_deduplication_window = 100`)
      const path = await file(200_000, [numbers(Array.from({ length: 200_000 }, (_, i) => BigInt(i)))])
      await engine.insert('once', path, 'same')
      await engine.insert('once', path, 'same')
      const rows = await engine.query(sql`SELECT count() AS rows, uniqExact(_part) AS parts FROM once`)
      expect(rows.column('rows').number(0)).toBe(200_000)
      expect(rows.column('parts').number(0)).toBe(1)
      await engine.insert('once', path, 'other')
      expect((await engine.query(sql`SELECT count() AS rows FROM once`)).column('rows').number(0)).toBe(400_000)
    })

    it('stops a question whose asker goes away, and serves others meanwhile', async () => {
      const gone = new AbortController()
      const endless = sql`SELECT max(sipHash64(number)) AS most FROM numbers(1000000000000)`
      const stopped = expect(engine.query(endless, {}, { tenant: 'a', signal: gone.signal })).rejects.toMatchObject({
        code: 'CANCELLED',
      })
      const others = { tenant: 'b', signal: new AbortController().signal }
      expect((await engine.query(sql`SELECT 1 AS one`, {}, others)).column('one').number(0)).toBe(1)
      gone.abort()
      await stopped
      await expect(engine.query(endless, {}, { tenant: 'a', signal: gone.signal })).rejects.toMatchObject({
        code: 'CANCELLED',
      })
    })

    it('answers a ping while questions take every place there is', async () => {
      const endless = sql`SELECT max(sipHash64(number)) AS most FROM numbers(1000000000000)`
      const askers = Array.from({ length: 20 }, () => new AbortController())
      const busy = askers.map(({ signal }, i) =>
        engine.query(endless, {}, { tenant: `tenant ${i}`, signal }).catch((error) => error.code),
      )
      await engine.ping()
      for (const asker of askers) asker.abort()
      expect(new Set(await Promise.all(busy))).toEqual(new Set(['CANCELLED']))
    })

    it('refuses an answer of more bytes than it may have, rather than cutting it', async () => {
      const long = sql`SELECT repeat(toString(number), 1000) AS text FROM numbers(1000)`
      await expect(engine.query(long, { maxResultBytes: 100_000 })).rejects.toMatchObject({
        code: 'QUERY_TOO_EXPENSIVE',
      })
      expect((await engine.query(long, { maxResultBytes: 10_000_000 })).rows).toBe(1000)
    })

    it('stores nothing of a block that ends too early', async () => {
      await table(sql`CREATE TABLE whole (n UInt64) ENGINE = MergeTree ORDER BY n`)
      const torn = await file(5, [numbers([1n, 2n])])
      await expect(engine.insert('whole', torn, 'torn')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
      expect((await engine.query(sql`SELECT count() AS rows FROM whole`)).column('rows').number(0)).toBe(0)
    })

    it('keeps every byte of hostile strings', async () => {
      await table(sql`CREATE TABLE poison (n UInt64, s String, k LowCardinality(String)) ENGINE = MergeTree ORDER BY n`)
      const keys = new ByteInterner()
      const ids = Uint32Array.from(POISON, (bytes) => keys.intern(bytes, 0, bytes.length))
      const columns = [
        numbers(POISON.map((_, i) => BigInt(i))),
        strings('s', POISON),
        lowCardinalityColumn('k', keys, ids),
      ]
      await engine.insert('poison', await file(POISON.length, columns), 'poison')
      const answer = await engine.query(sql`SELECT s, k FROM poison ORDER BY n`)
      for (let row = 0; row < POISON.length; row++) {
        expect(Buffer.compare(answer.column('s').bytes(row), POISON[row]!)).toBe(0)
        expect(Buffer.compare(answer.column('k').bytes(row), POISON[row]!)).toBe(0)
      }
      for (const [row, bytes] of POISON.entries()) {
        const found = await engine.query(sql`SELECT min(n) AS n FROM poison WHERE s = ${bytes}`)
        expect(found.column('n').number(0)).toBe(row)
      }
    })

    it('gives back every value of a template as it was, and nothing leaves its literal', async () => {
      const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE_TEXTS))
      const bytes = fc.uint8Array({ maxLength: 64 })
      const unsigned = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn)
      const signed = fc.bigInt(-0x8000_0000_0000_0000n, -1n)
      await fc.assert(
        fc.asyncProperty(text, bytes, unsigned, signed, fc.double(), fc.boolean(), async (t, b, u, i, d, f) => {
          const answer = await engine.query(
            sql`SELECT ${t} AS t, ${b} AS b, ${u} AS u, ${i} AS i, toFloat64(${d}) AS d, ${f} AS f, 5 -${-1} AS m, 'end' AS e`,
          )
          expect(answer.rows).toBe(1)
          expect(Buffer.from(answer.column('t').bytes(0))).toEqual(Buffer.from(t))
          expect(Buffer.from(answer.column('b').bytes(0))).toEqual(Buffer.from(b))
          expect(answer.column('u').bigint(0)).toBe(u)
          expect(answer.column('i').bigint(0)).toBe(i)
          expect(answer.column('d').number(0)).toBe(Object.is(d, -0) ? -0 : d)
          expect(answer.column('f').number(0)).toBe(f ? 1 : 0)
          expect(answer.column('m').number(0)).toBe(6)
          expect(answer.column('e').text(0)).toBe('end')
        }),
        { numRuns: 150 },
      )
    })

    it('finds exactly the listed values', async () => {
      await table(sql`CREATE TABLE listed (n UInt64, s String) ENGINE = MergeTree ORDER BY n`)
      const values = HOSTILE_TEXTS.map((text) => Buffer.from(text))
      await engine.insert(
        'listed',
        await file(values.length, [numbers(values.map((_, i) => BigInt(i))), strings('s', values)]),
        'l',
      )
      const wanted = HOSTILE_TEXTS.filter((_, i) => i % 2 === 0)
      const answer = await engine.query(sql`SELECT s FROM listed WHERE s IN ${wanted} ORDER BY n`)
      expect(Array.from({ length: answer.rows }, (_, row) => answer.column('s').text(row))).toEqual(wanted)
    })

    it('reads every type a question selects', async () => {
      const answer = await engine.query(sql`SELECT
        toUInt8(200) AS u8, toUInt16(60000) AS u16, toUInt32(4000000000) AS u32, toInt64(-5) AS i64, toFloat32(0.5) AS f32,
        toDate(20000) AS day, true AS yes, toFixedString('abc', 5) AS fixed, toLowCardinality('low') AS low,
        CAST(NULL AS Nullable(String)) AS nothing, toNullable(3) AS something, NULL AS null,
        [toLowCardinality('x'), 'y', 'x'] AS lows, [[1, 2], []] AS nested, map('a', 1, 'b', 2) AS pairs,
        tuple(1, 'two', [3.5]) AS triple, CAST(tuple(7, 'n') AS Tuple(a UInt8, b String)) AS named,
        toLowCardinality(toNullable('lown')) AS lown, [] AS empty
        FROM numbers(2)`)
      const value = (column: string) => answer.column(column).value(1)
      expect(answer.rows).toBe(2)
      expect([value('u8'), value('u16'), value('u32'), value('i64'), value('f32')]).toEqual([200, 60000, 4e9, -5n, 0.5])
      expect([value('day'), value('yes'), value('fixed'), value('low')]).toEqual([20000, true, 'abc\0\0', 'low'])
      expect([value('nothing'), value('something'), value('null'), value('lown')]).toEqual([null, 3, null, 'lown'])
      expect([value('lows'), value('nested'), value('empty')]).toEqual([['x', 'y', 'x'], [[1, 2], []], []])
      expect([value('pairs'), value('triple'), value('named')]).toEqual([
        [
          ['a', 1],
          ['b', 2],
        ],
        [1, 'two', [3.5]],
        [7, 'n'],
      ])
    })

    it('joins an answer that comes in several blocks', async () => {
      const answer = await engine.query(sql`SELECT number AS n, toString(number) AS s FROM numbers(200000)`)
      expect(answer.rows).toBe(200_000)
      for (const row of [0, 65_408, 65_409, 131_000, 199_999]) {
        expect(answer.column('n').number(row)).toBe(row)
        expect(answer.column('s').text(row)).toBe(String(row))
      }
    })

    it('gives no rows for nothing found', async () => {
      const answer = await engine.query(sql`SELECT number AS n FROM numbers(5) WHERE number > 9`)
      expect(answer.rows).toBe(0)
      expect(answer.column('n').rows).toBe(0)
    })

    it('lets no question write, change settings or read files and addresses', async () => {
      await table(sql`CREATE TABLE guarded (n UInt64) ENGINE = MergeTree ORDER BY n`)
      const forbidden = [
        sql`INSERT INTO guarded SELECT 1`,
        sql`DROP TABLE guarded`,
        sql`SET max_execution_time = 0`,
        sql`SELECT * FROM file('/etc/hostname', 'RawBLOB')`,
        sql`SELECT * FROM url('http://127.0.0.1:9/', 'RawBLOB')`,
      ]
      for (const question of forbidden)
        await expect(engine.query(question)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
      expect((await engine.query(sql`SELECT count() AS rows FROM guarded`)).column('rows').number(0)).toBe(0)
    })

    it('keeps to the limits of a question and says which one bit', async () => {
      const endless = sql`SELECT sum(sipHash64(number)) AS s FROM numbers(1000000000000)`
      await expect(engine.query(endless, { maxSeconds: 0.2 })).rejects.toMatchObject({ code: 'QUERY_TIMED_OUT' })
      const many = sql`SELECT number FROM numbers(1000)`
      await expect(engine.query(many, { maxResultRows: 10 })).rejects.toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' })
      const large = sql`SELECT groupArray(number) AS a FROM numbers(10000000)`
      await expect(engine.query(large, { maxMemoryBytes: 5_000_000 })).rejects.toMatchObject({
        code: 'QUERY_TOO_EXPENSIVE',
      })
      expect((await engine.query(many)).rows).toBe(1000)
    })

    it('answers more questions at a time than it has readers', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => engine.query(sql`SELECT ${i} AS n, sleep(0.01) AS pause`)),
      )
      expect(answers.map((answer) => answer.column('n').number(0))).toEqual(Array.from({ length: 20 }, (_, i) => i))
    })

    it('says in the engine’s own words what it refuses', async () => {
      await expect(engine.execute(sql`CREATE TABLE broken (n Nonsense) ENGINE = MergeTree ORDER BY n`)).rejects.toThrow(
        /Nonsense/,
      )
      await expect(engine.query(sql`SELECT nonsense FROM numbers(1)`)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      })
    })
  })
}

const HOSTILE_TEXTS = [
  '',
  "'",
  "\\'",
  "'; DROP TABLE listed; --",
  '\\x27 OR 1 = 1',
  'a\n\nb',
  'tab\tnul\0end',
  '\u0024{x} {n:UInt8}',
  '/* */ -- #',
  '한글 🧵 \u2028',
  '\ufffd\u0000\u007f\u0080',
  'FORMAT Native',
  '\\N',
]

const POISON: readonly Uint8Array[] = [
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
  ...HOSTILE_TEXTS.map((text) => Buffer.from(text)),
  Buffer.from('\n\nDROP TABLE poison\n\n'),
  Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x0a]),
  Buffer.alloc(400_000, 'x\n\n'),
]
