import { decodeLogRecord } from '@clew/codecs'
import { MAX_UINT64 } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeStored } from '../query/stored-span.ts'
import { attributeKeyNumber } from './block/attribute-keys.ts'
import { durationBucketSql } from './block/duration-bucket.ts'
import { StoreReader } from './reader.ts'
import { Sql, sql } from './sql.ts'
import { log, SECOND, span, string, T0, variedSpans, WriterRun } from './writer-run-contract.ts'

let run: WriterRun
beforeAll(async () => {
  run = await WriterRun.open()
})
afterAll(() => run.stop())

describe('StoreWriter', () => {
  it('stores every field of a span so that it reads back as it came', async () => {
    const original = span({
      attributes: [
        { key: 'http.route', value: string('/cart') },
        { key: 'retries', value: { type: 'int', value: -3n } },
        { key: 'ratio', value: { type: 'double', value: 0.25 } },
        { key: 'cached', value: { type: 'bool', value: false } },
        { key: 'huge', value: { type: 'int', value: 9_007_199_254_740_993n } },
        { key: 'list', value: { type: 'array', values: [string('a'), string('b'), { type: 'int', value: 7n }] } },
        { key: 'map', value: { type: 'kvlist', values: [{ key: 'x', value: string('y') }] } },
        { key: 'raw', value: { type: 'bytes', value: Uint8Array.of(0, 255, 10, 10) } },
        { key: 'none', value: { type: 'empty' } },
        { key: 'long', value: string('é'.repeat(2000)) },
        { key: '@event.name', value: string('not an event') },
        { key: "'; DROP TABLE spans; --\n\n", value: string('\0\n\n\'"\\;') },
      ],
      events: [
        {
          timeUnixNano: T0,
          name: 'exception',
          attributes: [{ key: 'exception.message', value: string('boom') }],
          droppedAttributesCount: 2,
        },
      ],
      links: [
        {
          traceId: 'ff'.repeat(16),
          spanId: 'ee'.repeat(8),
          traceState: 'a=b',
          flags: 1,
          attributes: [{ key: 'reason', value: string('batch') }],
          droppedAttributesCount: 0,
        },
      ],
      status: { code: 'error', message: 'no backend' },
      traceState: 'vendor=1',
      flags: 257,
    })
    const writer = await run.openWriter()
    const sealed = await run.segment([{ tenant: 'fields', spans: [original] }])
    await writer.write(sealed)
    await writer.stop()

    const [stored] = await new StoreReader(run.engine, { highestBlock: sealed.block }).readSpans('fields', [
      0x8448eb211c80319cn,
    ])
    expect(stored).toMatchObject({ traceId: original.traceId, spanId: original.spanId })
    expect(decodeStored(stored!)).toEqual(original)

    const [searched] =
      await run.rows(sql`SELECT service, name, start, duration, kind, status, root, trace_low, span_id, bucket,
        arrayZip(string_keys, string_values) AS strings, arrayZip(number_keys, number_values) AS numbers,
        arrayZip(bool_keys, bool_values) AS bools
      FROM spans WHERE tenant = 'fields'`)
    expect(searched).toMatchObject({
      service: 'cart',
      name: 'GET /cart',
      start: T0,
      duration: SECOND,
      kind: 2,
      status: 2,
      root: 1,
      trace_low: 0x8448eb211c80319cn,
      span_id: 0xb7ad6b7169203331n,
      bucket: Number(T0 / 300_000_000_000n),
    })
    const withNumbers = (items: readonly (readonly [string, unknown])[]) =>
      items.map(([key, value]) => [attributeKeyNumber(key), value])
    const strings: [string, string][] = [
      ['http.route', '/cart'],
      ['list', 'a'],
      ['list', 'b'],
      ['map', ''],
      ['raw', ''],
      ['none', ''],
      ['long', 'é'.repeat(512)],
      ['@span:@event.name', 'not an event'],
      ["'; DROP TABLE spans; --\n\n", '\0\n\n\'"\\;'],
      ['@event.name', 'exception'],
      ['@event:exception.message', 'boom'],
      ['@link.trace_id', 'ff'.repeat(16)],
      ['@link.span_id', 'ee'.repeat(8)],
      ['@link:reason', 'batch'],
      ['@status.message', 'no backend'],
    ]
    expect(searched!.strings).toEqual(withNumbers(strings))
    const numbers: [string, number][] = [
      ['retries', -3],
      ['ratio', 0.25],
      ['huge', 9_007_199_254_740_992],
      ['list', 7],
    ]
    expect(searched!.numbers).toEqual(withNumbers(numbers))
    expect(searched!.bools).toEqual(withNumbers([['cached', false]]))

    const [described] = await run.rows(sql`SELECT service, arrayZip(string_keys, string_values) AS strings,
        arrayZip(number_keys, number_values) AS numbers, arrayZip(bool_keys, bool_values) AS bools
      FROM resources WHERE tenant = 'fields'`)
    expect(described).toEqual({
      service: 'cart',
      strings: withNumbers([
        ['service.name', 'cart'],
        ['@resource:@odd', 'resource'],
        ['@scope.name', 'io.example.http'],
        ['@scope.version', '2.0'],
      ]),
      numbers: withNumbers([['host.cpus', 8]]),
      bools: withNumbers([['@scope:short', true]]),
    })
  })

  it('stores log records with the best time they have', async () => {
    const writer = await run.openWriter()
    const plain = log({ body: { type: 'kvlist', values: [{ key: 'a', value: string('\n\n') }] } })
    const requests = [
      plain,
      log({ timeUnixNano: 0n, observedTimeUnixNano: T0 + 5n }),
      log({ timeUnixNano: 0n, observedTimeUnixNano: 0n, traceId: '', spanId: '' }),
    ]
    await writer.write(await run.segment([{ tenant: 'logs', logs: requests }]))
    await writer.stop()
    const stored = await run.engine.query(sql`SELECT * FROM logs WHERE tenant = 'logs' ORDER BY time`)
    expect(Array.from({ length: 3 }, (_, row) => stored.column('time').bigint(row))).toEqual([T0, T0, T0 + 5n])
    const { resource, scope } = plain
    const read = [0, 1].map((row) =>
      decodeLogRecord(stored.column('otlp').bytes(row), { resource, scope, serviceName: 'cart' }),
    )
    expect(read).toContainEqual(plain)
    expect(stored.column('severity').number(0)).toBe(17)
    expect(stored.column('trace_low').bigint(2)).toBe(0x8448eb211c80319cn)
  })

  it('keeps odd times and finds their neighbours unharmed', async () => {
    const writer = await run.openWriter()
    const times = [0n, 1n, 9_223_372_036_854_775_807n, MAX_UINT64, T0]
    const spans = times.map((time, i) =>
      span({ spanId: `000000000000000${i + 1}`, startTimeUnixNano: time, endTimeUnixNano: i === 4 ? T0 - 5n : time }),
    )
    await writer.write(await run.segment([{ tenant: 'times', spans }]))
    await writer.stop()
    expect(
      await run.rows(sql`SELECT start, duration, bucket FROM spans WHERE tenant = 'times' ORDER BY span_id`),
    ).toEqual(times.map((time) => ({ start: time, duration: 0n, bucket: Number(time / 300_000_000_000n) })))
    expect(
      await run.rows(sql`SELECT first_start, last_end, span_count FROM trace_summaries WHERE tenant = 'times'`),
    ).toEqual([{ first_start: 0n, last_end: MAX_UINT64, span_count: 5n }])
  })

  it('counts in every rollup what a recount of the raw spans gives', async () => {
    const writer = await run.openWriter()
    await writer.write(
      await run.segment([
        { tenant: 'roll', spans: variedSpans(900, 1) },
        { tenant: 'up', spans: variedSpans(300, 2) },
      ]),
    )
    await writer.write(
      await run.segment([
        { tenant: 'roll', spans: variedSpans(500, 1).map((s) => ({ ...s, spanId: `${s.spanId.slice(0, 15)}f` })) },
      ]),
    )
    await writer.stop()
    const summaries =
      await run.rows(sql`SELECT tenant, trace_high, trace_low, min(first_start) AS first, max(last_end) AS last,
        sum(span_count) AS spans, sum(error_count) AS errors, min(root) AS top
      FROM trace_summaries WHERE tenant IN ('roll', 'up') GROUP BY ALL ORDER BY ALL`)
    const recount =
      await run.rows(sql`SELECT tenant, trace_high, trace_low, min(start) AS first, max(start + duration) AS last,
        count() AS spans, countIf(status = 2) AS errors,
        min(concat(char(1 - root), reverse(reinterpretAsFixedString(start)), service, '\\0\\0', name)) AS top
      FROM spans INNER JOIN (SELECT DISTINCT tenant, trace_low, trace_high FROM traces) AS t USING (tenant, trace_low)
      WHERE tenant IN ('roll', 'up') GROUP BY ALL ORDER BY ALL`)
    expect(summaries.length).toBe(240)
    expect(summaries).toEqual(recount)

    const bucket = durationBucketSql(sql`duration`)
    const stats = await run.rows(sql`SELECT tenant, minute, service, name, kind, status, sum(span_count) AS spans,
        sum(duration_sum) AS durations, sumMap(buckets) AS histogram
      FROM span_stats WHERE tenant IN ('roll', 'up') GROUP BY tenant, minute, service, name, kind, status ORDER BY ALL`)
    const recounted =
      await run.rows(sql`SELECT tenant, toUInt32(intDiv(start, 60000000000)) AS minute, service, name, kind, status,
        count() AS spans, sum(duration) AS durations, sumMap(map(toUInt16(${bucket}), toUInt64(1))) AS histogram
      FROM spans WHERE tenant IN ('roll', 'up') GROUP BY tenant, minute, service, name, kind, status ORDER BY ALL`)
    expect(stats).toEqual(recounted)
  })

  it('writes every table in the order of its key, so that the engine need not sort', async () => {
    const order: Record<string, Sql> = {
      spans: sql`tuple(tenant, bucket, service, name, start)`,
      traces: sql`tuple(tenant, trace_low, trace_high)`,
    }
    for (const [table, key] of Object.entries(order)) {
      // A part keeps the order it was written in; _part_offset says it.
      const [answer] = await run.rows(sql`SELECT count() AS wrong FROM (
        SELECT ${key} AS key, lagInFrame(key) OVER (PARTITION BY _part ORDER BY _part_offset) AS before, _part_offset AS at
        FROM ${Sql.trusted(table)}) WHERE at > 0 AND before > key`)
      expect(answer).toEqual({ wrong: 0n })
    }
  })
})
