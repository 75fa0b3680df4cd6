import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ClewError, type Span } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SealedSegment } from '../pipeline/journal/segment-sink.ts'
import type { Engine } from './engine.ts'
import { sql } from './sql.ts'
import { TABLES } from './tables.ts'
import type { StoredBlock, StoreWriter } from './writer.ts'
import { DAY, log, span, string, variedSpans, WriterRun } from './writer-run-contract.ts'

let run: WriterRun
beforeAll(async () => {
  run = await WriterRun.open()
})
afterAll(() => run.stop())

/** As the journal does it with a segment that was refused: others go on, then it comes back under a number of its own. */
async function setAsideBy(writer: StoreWriter, refused: SealedSegment): Promise<SealedSegment> {
  const tablesDone = await writer.tablesHolding(refused)
  await writer.write(await run.segment([{ tenant: 'others', spans: variedSpans(30, 6) }]))
  return { ...refused, block: (await run.segment([])).block, tablesDone }
}

describe('StoreWriter, block by block', () => {
  it('tells listeners of a block once every table holds it', async () => {
    const writer = await run.openWriter()
    const told: StoredBlock[] = []
    const end = writer.onBlock((stored) => told.push(stored))
    const sealed = await run.segment([{ tenant: 'told', spans: variedSpans(20, 3), logs: [log({})] }])
    await writer.write(sealed)
    end()
    await writer.write(await run.segment([{ spans: variedSpans(5, 4) }]))
    await writer.stop()
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ block: sealed.block, storedDay: DAY, spans: 20, logs: 1 })
    expect(told[0]!.newestTraces).toMatchObject([{ tenant: 'told', traces: 4 }])
    expect(new Set(told[0]!.newestTraces[0]!.traceIds)).toEqual(
      new Set(variedSpans(20, 3).map(({ traceId }) => traceId)),
    )
    expect(writer.highestBlock).toBe(run.lastBlock)
  })

  it('stores a segment once however often it comes, also after a restart', async () => {
    const writer = await run.openWriter()
    const sealed = await run.segment([{ tenant: 'again', spans: variedSpans(40, 5) }])
    await writer.write(sealed)
    const counts = await run.countsOf(sealed.block)
    await writer.write(sealed)
    await writer.stop()
    const restarted = await run.openWriter()
    await restarted.write(sealed)
    await restarted.stop()
    expect(await run.countsOf(sealed.block)).toEqual(counts)
    expect(counts.spans).toBe(40)
    expect(await readdir(join(run.folder, 'blocks'))).toEqual([])
  })

  it.each(TABLES.map((table) => [table]))(
    'completes a segment that was stored up to %s and no further, each way the answer can be lost',
    async (failing) => {
      const ways = ['traces', 'span_stats', 'spans'].includes(failing)
        ? (['before', 'after', 'refused'] as const)
        : (['before', 'after'] as const)
      for (const lost of ways) {
        let failed = false
        const flaky: Engine = {
          execute: (statement) => run.engine.execute(statement),
          query: (question, limits) => run.engine.query(question, limits),
          ping: () => run.engine.ping(),
          stop: async () => undefined,
          insert: async (table, path, token) => {
            if (table !== failing || failed) return run.engine.insert(table, path, token)
            failed = true
            if (lost === 'after') await run.engine.insert(table, path, token)
            throw new ClewError('STORE_UNAVAILABLE', 'the answer was lost')
          },
        }
        const tenant = `lost-${failing}-${lost}`
        const sealed = await run.segment([{ tenant, spans: variedSpans(30, 6), logs: [log({})] }])
        const writer = await run.openWriter(flaky)
        await expect(writer.write(sealed)).rejects.toThrow('the answer was lost')
        // Half of the time by the same process, half by the next one.
        const next = lost === 'before' ? writer : await run.openWriter()
        await next.write(lost === 'refused' ? await setAsideBy(next, sealed) : sealed)
        await writer.stop()
        await next.stop()
        expect(failed).toBe(true)
        const [stored] = await run.rows(sql`SELECT
          (SELECT count() FROM spans WHERE tenant = ${tenant}) AS spans,
          (SELECT count() FROM traces WHERE tenant = ${tenant}) AS traces,
          (SELECT count() FROM logs WHERE tenant = ${tenant}) AS logs,
          (SELECT sum(span_count) FROM trace_summaries WHERE tenant = ${tenant}) AS summed,
          (SELECT sum(span_count) FROM span_stats WHERE tenant = ${tenant}) AS counted,
          (SELECT count() FROM resources FINAL WHERE tenant = ${tenant}) AS resources,
          (SELECT count() FROM attribute_catalog WHERE tenant = ${tenant}) AS listed`)
        expect(stored).toEqual({
          spans: 30n,
          traces: 30n,
          logs: 1n,
          summed: 30n,
          counted: 30n,
          resources: 5n,
          listed: 12n,
        })
      }
    },
    60_000,
  )

  it('builds the next block while one is inserted, and drops it when that one fails', async () => {
    let failing = false
    const flaky: Engine = {
      execute: (statement) => run.engine.execute(statement),
      query: (question, limits) => run.engine.query(question, limits),
      ping: () => run.engine.ping(),
      stop: async () => undefined,
      insert: async (table, path, token) => {
        if (failing && table === 'attribute_catalog') throw new ClewError('STORE_UNAVAILABLE', 'not now')
        await run.engine.insert(table, path, token)
      },
    }
    const writer = await run.openWriter(flaky)
    const tenants = ['next-0', 'next-1', 'next-2', 'next-3']
    const segments: SealedSegment[] = []
    for (const tenant of tenants) segments.push(await run.segment([{ tenant, spans: variedSpans(30, 7) }]))
    await writer.write(segments[0]!)
    writer.prepare(segments[1]!)
    await writer.write(segments[1]!)
    failing = true
    writer.prepare(segments[3]!)
    await expect(writer.write(segments[2]!)).rejects.toThrow('not now')
    failing = false
    await writer.write(segments[2]!)
    writer.prepare(segments[3]!)
    await writer.write(segments[3]!)
    await writer.stop()
    for (const tenant of tenants)
      expect(
        await run.rows(sql`SELECT (SELECT count() FROM spans WHERE tenant = ${tenant}) AS spans,
          (SELECT sum(span_count) FROM trace_summaries WHERE tenant = ${tenant}) AS summed,
          (SELECT count() FROM attribute_catalog WHERE tenant = ${tenant}) AS listed`),
      ).toEqual([{ spans: 30n, summed: 30n, listed: 8n }])
    expect(await readdir(join(run.folder, 'blocks'))).toEqual([])
  })

  it('lists each attribute value once a day and says `many` beyond a thousand', async () => {
    const numbered = (from: number, count: number): Span[] =>
      Array.from({ length: count }, (_, i) =>
        span({
          attributes: [
            { key: 'request.id', value: string(`id-${from + i}`) },
            { key: 'shard', value: { type: 'int', value: BigInt(-(i % 3)) } },
            { key: 'raw', value: { type: 'bytes', value: Uint8Array.of(i) } },
          ],
        }),
      )
    const first = await run.openWriter()
    await first.write(await run.segment([{ tenant: 'catalog', spans: numbered(0, 600) }]))
    await first.stop()
    const second = await run.openWriter()
    await second.write(await run.segment([{ tenant: 'catalog', spans: numbered(300, 900) }]))
    await second.write(await run.segment([{ tenant: 'catalog', spans: numbered(0, 50) }]))
    const repeated = await run.countsOf(run.lastBlock)
    await second.write(await run.segment([{ tenant: 'catalog', spans: numbered(0, 2) }], DAY + 1))
    await second.stop()
    expect(repeated.attribute_catalog).toBe(0)
    const listed =
      await run.rows(sql`SELECT stored_day AS day, scope, key, type, service, count() AS rows, uniqExact(value) AS values, max(many) AS many
      FROM attribute_catalog WHERE tenant = 'catalog' AND key IN ('request.id', 'shard', 'raw', 'host.cpus') GROUP BY ALL ORDER BY ALL`)
    const row = (
      day: number,
      scope: string,
      key: string,
      type: string,
      count: number,
      values: number,
      many: number,
    ) => ({
      day,
      scope,
      key,
      type,
      service: 'cart',
      rows: BigInt(count),
      values: BigInt(values),
      many,
    })
    expect(listed).toEqual([
      row(DAY, 'resource', 'host.cpus', 'int', 1, 1, 0),
      row(DAY, 'span', 'raw', 'bytes', 1, 1, 1),
      row(DAY, 'span', 'request.id', 'string', 1001, 1001, 1),
      row(DAY, 'span', 'shard', 'int', 3, 3, 0),
      row(DAY + 1, 'resource', 'host.cpus', 'int', 1, 1, 0),
      row(DAY + 1, 'span', 'raw', 'bytes', 1, 1, 1),
      row(DAY + 1, 'span', 'request.id', 'string', 2, 2, 0),
      row(DAY + 1, 'span', 'shard', 'int', 2, 2, 0),
    ])
  })
})
