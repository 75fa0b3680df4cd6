import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodeLogRecord,
  decodeResource,
  decodeScope,
  decodeSpan,
  LogBatchBuilder,
  SpanBatchBuilder,
} from '@clew/codecs'
import { type AnyValue, ClewError, type LogRecord, MAX_UINT64, type Span } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeRecord, encodeSegmentHeader } from '../pipeline/journal/segment-format.ts'
import type { SealedSegment } from '../pipeline/journal/segment-sink.ts'
import { durationBucketSql } from './block/duration-bucket.ts'
import { EmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'
import { migrate } from './migrations.ts'
import { Sql, sql } from './sql.ts'
import { TABLES } from './tables.ts'
import { type StoredBlock, StoreWriter } from './writer.ts'

const DAY = 20_000
const STORE = 0x123456n << 40n
const T0 = 1_790_000_000_000_000_000n
const SECOND = 1_000_000_000n

let folder: string
let engine: Engine
let counter = 0n

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-writer-'))
  engine = await EmbeddedEngine.open({ folder: join(folder, 'store') })
  await migrate(engine)
})
afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true, force: true })
})

const string = (value: string): AnyValue => ({ type: 'string', value })

function span(part: Partial<Span>): Span {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: 'GET /cart',
    kind: 'server',
    startTimeUnixNano: T0,
    endTimeUnixNano: T0 + SECOND,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'unset', message: '' },
    resource: {
      attributes: [
        { key: 'service.name', value: string('cart') },
        { key: 'host.cpus', value: { type: 'int', value: 8n } },
        { key: '@odd', value: string('resource') },
      ],
      droppedAttributesCount: 0,
      schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
    },
    scope: {
      name: 'io.example.http',
      version: '2.0',
      attributes: [{ key: 'short', value: { type: 'bool', value: true } }],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    serviceName: 'cart',
    ...part,
  }
}

function log(part: Partial<LogRecord>): LogRecord {
  const { resource, scope } = span({})
  return {
    timeUnixNano: T0,
    observedTimeUnixNano: 0n,
    severityNumber: 17,
    severityText: 'ERROR',
    body: string('it broke'),
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    eventName: '',
    resource,
    scope,
    serviceName: 'cart',
    ...part,
  }
}

interface Request {
  readonly tenant?: string
  readonly spans?: readonly Span[]
  readonly logs?: readonly LogRecord[]
}

async function segment(requests: readonly Request[], storedDay = DAY): Promise<SealedSegment> {
  const block = STORE | ++counter
  const chunks: Uint8Array[] = [encodeSegmentHeader({ block, storedDay })]
  let items = 0
  for (const { tenant = 'default', spans = [], logs = [] } of requests) {
    const request = {
      tenant,
      door: 'test',
      body: new Uint8Array(0),
      acceptedMs: 1_790_000_000_000,
      identity: new Uint8Array(16),
    }
    if (spans.length > 0) {
      const builder = new SpanBatchBuilder()
      for (const item of spans) builder.add(item)
      chunks.push(...encodeRecord(builder.build(), request).chunks)
    }
    if (logs.length > 0) {
      const builder = new LogBatchBuilder()
      for (const item of logs) builder.add(item)
      chunks.push(...encodeRecord(builder.build(), request).chunks)
    }
    items += spans.length + logs.length
  }
  const path = join(folder, `${block}.segment`)
  await writeFile(path, Buffer.concat(chunks))
  return { block, storedDay, path, items }
}

async function openWriter(on: Engine = engine): Promise<StoreWriter> {
  const directory = join(folder, 'blocks')
  await mkdir(directory, { recursive: true })
  return new StoreWriter({ engine: on, directory })
}

async function rows(question: Sql): Promise<Record<string, unknown>[]> {
  const answer = await engine.query(question)
  return Array.from({ length: answer.rows }, (_, row) =>
    Object.fromEntries(answer.names.map((name) => [name, answer.column(name).value(row)])),
  )
}

async function countsOf(block: bigint): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of TABLES) {
    const answer = await engine.query(sql`SELECT count() AS n FROM ${Sql.trusted(table)} WHERE block = ${block}`)
    counts[table] = answer.column('n').number(0)
  }
  return counts
}

/** Spans of many shapes: traces of several spans in several services, errors, odd times. */
function variedSpans(count: number, seed: number): Span[] {
  return Array.from({ length: count }, (_, i) => {
    const trace = Math.floor(i / 5) + seed * 1000
    const service = `service-${(i * 7 + seed) % 4}`
    return span({
      traceId:
        (0xabcdef0000n + BigInt(trace)).toString(16).padStart(16, '1') +
        ((BigInt(trace) * 0x9e3779b97f4a7c15n) % MAX_UINT64).toString(16).padStart(16, '0'),
      spanId: ((BigInt(i + 1 + seed * 100_000) * 0x2545f4914f6cdd1dn) % MAX_UINT64).toString(16).padStart(16, '0'),
      parentSpanId: i % 5 === 0 ? '' : '00000000000000aa',
      name: `operation ${(i * 3) % 11}`,
      kind: (['internal', 'server', 'client'] as const)[i % 3]!,
      startTimeUnixNano: T0 + BigInt((i * 7919) % 900_000) * 1_000_001n,
      endTimeUnixNano: T0 + BigInt((i * 7919) % 900_000) * 1_000_001n + BigInt(i) ** 3n,
      status: { code: i % 13 === 0 ? 'error' : 'unset', message: '' },
      serviceName: service,
      resource: { ...span({}).resource, attributes: [{ key: 'service.name', value: string(service) }] },
    })
  })
}

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
    const writer = await openWriter()
    const sealed = await segment([{ tenant: 'fields', spans: [original] }])
    await writer.write(sealed)
    await writer.stop()

    const stored =
      await engine.query(sql`SELECT trace_low, trace_high, span_id, otlp, resource, resource_schema_url, scope, scope_schema_url
      FROM traces INNER JOIN resources USING (tenant, origin) WHERE tenant = 'fields'`)
    expect(stored.rows).toBe(1)
    expect(stored.column('trace_high').bigint(0)).toBe(0x0af7651916cd43ddn)
    expect(stored.column('trace_low').bigint(0)).toBe(0x8448eb211c80319cn)
    expect(stored.column('span_id').bigint(0)).toBe(0xb7ad6b7169203331n)
    const resource = decodeResource(stored.column('resource').bytes(0), stored.column('resource_schema_url').text(0))
    const scope = decodeScope(stored.column('scope').bytes(0), stored.column('scope_schema_url').text(0))
    const origin = { resource, scope, serviceName: 'cart' }
    expect(decodeSpan(stored.column('otlp').bytes(0), origin)).toEqual(original)

    const [searched] =
      await rows(sql`SELECT service, name, start, duration, kind, status, root, trace_low, span_id, bucket,
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
    expect(searched!.strings).toEqual([
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
    ])
    expect(searched!.numbers).toEqual([
      ['retries', -3],
      ['ratio', 0.25],
      ['huge', 9_007_199_254_740_992],
      ['list', 7],
    ])
    expect(searched!.bools).toEqual([['cached', false]])

    const [described] = await rows(sql`SELECT service, arrayZip(string_keys, string_values) AS strings,
        arrayZip(number_keys, number_values) AS numbers, arrayZip(bool_keys, bool_values) AS bools
      FROM resources WHERE tenant = 'fields'`)
    expect(described).toEqual({
      service: 'cart',
      strings: [
        ['service.name', 'cart'],
        ['@resource:@odd', 'resource'],
        ['@scope.name', 'io.example.http'],
        ['@scope.version', '2.0'],
      ],
      numbers: [['host.cpus', 8]],
      bools: [['@scope:short', true]],
    })
  })

  it('stores log records with the best time they have', async () => {
    const writer = await openWriter()
    const plain = log({ body: { type: 'kvlist', values: [{ key: 'a', value: string('\n\n') }] } })
    const requests = [
      plain,
      log({ timeUnixNano: 0n, observedTimeUnixNano: T0 + 5n }),
      log({ timeUnixNano: 0n, observedTimeUnixNano: 0n, traceId: '', spanId: '' }),
    ]
    await writer.write(await segment([{ tenant: 'logs', logs: requests }]))
    await writer.stop()
    const stored = await engine.query(sql`SELECT * FROM logs WHERE tenant = 'logs' ORDER BY time`)
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
    const writer = await openWriter()
    const times = [0n, 1n, 9_223_372_036_854_775_807n, MAX_UINT64, T0]
    const spans = times.map((time, i) =>
      span({ spanId: `000000000000000${i + 1}`, startTimeUnixNano: time, endTimeUnixNano: i === 4 ? T0 - 5n : time }),
    )
    await writer.write(await segment([{ tenant: 'times', spans }]))
    await writer.stop()
    expect(await rows(sql`SELECT start, duration, bucket FROM spans WHERE tenant = 'times' ORDER BY span_id`)).toEqual(
      times.map((time) => ({ start: time, duration: 0n, bucket: Number(time / 300_000_000_000n) })),
    )
    expect(
      await rows(sql`SELECT first_start, last_end, span_count FROM trace_summaries WHERE tenant = 'times'`),
    ).toEqual([{ first_start: 0n, last_end: MAX_UINT64, span_count: 5n }])
  })

  it('counts in every rollup what a recount of the raw spans gives', async () => {
    const writer = await openWriter()
    await writer.write(
      await segment([
        { tenant: 'roll', spans: variedSpans(900, 1) },
        { tenant: 'up', spans: variedSpans(300, 2) },
      ]),
    )
    await writer.write(
      await segment([
        { tenant: 'roll', spans: variedSpans(500, 1).map((s) => ({ ...s, spanId: `${s.spanId.slice(0, 15)}f` })) },
      ]),
    )
    await writer.stop()
    const summaries =
      await rows(sql`SELECT tenant, trace_high, trace_low, min(first_start) AS first, max(last_end) AS last,
        sum(span_count) AS spans, sum(error_count) AS errors, min(root) AS top
      FROM trace_summaries WHERE tenant IN ('roll', 'up') GROUP BY ALL ORDER BY ALL`)
    const recount =
      await rows(sql`SELECT tenant, trace_high, trace_low, min(start) AS first, max(start + duration) AS last,
        count() AS spans, countIf(status = 2) AS errors,
        min(tuple(toUInt8(1 - root), start, toString(service), toString(name))) AS top
      FROM spans INNER JOIN (SELECT DISTINCT tenant, trace_low, trace_high FROM traces) AS t USING (tenant, trace_low)
      WHERE tenant IN ('roll', 'up') GROUP BY ALL ORDER BY ALL`)
    expect(summaries.length).toBe(240)
    expect(summaries).toEqual(recount)

    const bucket = durationBucketSql(sql`duration`)
    const stats = await rows(sql`SELECT tenant, minute, service, name, kind, status, sum(span_count) AS spans,
        sum(duration_sum) AS durations, sumMap(buckets) AS histogram
      FROM span_stats WHERE tenant IN ('roll', 'up') GROUP BY tenant, minute, service, name, kind, status ORDER BY ALL`)
    const recounted =
      await rows(sql`SELECT tenant, toUInt32(intDiv(start, 60000000000)) AS minute, service, name, kind, status,
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
      const [answer] = await rows(sql`SELECT count() AS wrong FROM (
        SELECT ${key} AS key, lagInFrame(key) OVER (PARTITION BY _part ORDER BY _part_offset) AS before, _part_offset AS at
        FROM ${Sql.trusted(table)}) WHERE at > 0 AND before > key`)
      expect(answer).toEqual({ wrong: 0n })
    }
  })

  it('tells listeners of a block once every table holds it', async () => {
    const writer = await openWriter()
    const told: StoredBlock[] = []
    const end = writer.onBlock((stored) => told.push(stored))
    const sealed = await segment([{ tenant: 'told', spans: variedSpans(20, 3), logs: [log({})] }])
    await writer.write(sealed)
    end()
    await writer.write(await segment([{ spans: variedSpans(5, 4) }]))
    await writer.stop()
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ block: sealed.block, storedDay: DAY, spans: 20, logs: 1 })
    expect(told[0]!.newestTraces).toMatchObject([{ tenant: 'told', traces: 4 }])
    expect(new Set(told[0]!.newestTraces[0]!.traceIds)).toEqual(
      new Set(variedSpans(20, 3).map(({ traceId }) => traceId)),
    )
    expect(writer.highestBlock).toBe(STORE | counter)
  })

  it('stores a segment once however often it comes, also after a restart', async () => {
    const writer = await openWriter()
    const sealed = await segment([{ tenant: 'again', spans: variedSpans(40, 5) }])
    await writer.write(sealed)
    const counts = await countsOf(sealed.block)
    await writer.write(sealed)
    await writer.stop()
    const restarted = await openWriter()
    await restarted.write(sealed)
    await restarted.stop()
    expect(await countsOf(sealed.block)).toEqual(counts)
    expect(counts.spans).toBe(40)
    expect(await readdir(join(folder, 'blocks'))).toEqual([])
  })

  it.each(TABLES.map((table) => [table]))(
    'completes a segment that was stored up to %s and no further, each way the answer can be lost',
    async (failing) => {
      for (const lost of ['before', 'after'] as const) {
        let failed = false
        const flaky: Engine = {
          execute: (statement) => engine.execute(statement),
          query: (question, limits) => engine.query(question, limits),
          stop: async () => undefined,
          insert: async (table, path, token) => {
            if (table !== failing || failed) return engine.insert(table, path, token)
            failed = true
            if (lost === 'after') await engine.insert(table, path, token)
            throw new ClewError('STORE_UNAVAILABLE', 'the answer was lost')
          },
        }
        const tenant = `lost-${failing}-${lost}`
        const sealed = await segment([{ tenant, spans: variedSpans(30, 6), logs: [log({})] }])
        const writer = await openWriter(flaky)
        await expect(writer.write(sealed)).rejects.toThrow('the answer was lost')
        // Half of the time by the same process, half by the next one.
        const next = lost === 'before' ? writer : await openWriter()
        await next.write(sealed)
        await writer.stop()
        await next.stop()
        expect(failed).toBe(true)
        const [stored] = await rows(sql`SELECT
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
      execute: (statement) => engine.execute(statement),
      query: (question, limits) => engine.query(question, limits),
      stop: async () => undefined,
      insert: async (table, path, token) => {
        if (failing && table === 'attribute_catalog') throw new ClewError('STORE_UNAVAILABLE', 'not now')
        await engine.insert(table, path, token)
      },
    }
    const writer = await openWriter(flaky)
    const tenants = ['next-0', 'next-1', 'next-2', 'next-3']
    const segments: SealedSegment[] = []
    for (const tenant of tenants) segments.push(await segment([{ tenant, spans: variedSpans(30, 7) }]))
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
        await rows(sql`SELECT (SELECT count() FROM spans WHERE tenant = ${tenant}) AS spans,
          (SELECT sum(span_count) FROM trace_summaries WHERE tenant = ${tenant}) AS summed,
          (SELECT count() FROM attribute_catalog WHERE tenant = ${tenant}) AS listed`),
      ).toEqual([{ spans: 30n, summed: 30n, listed: 8n }])
    expect(await readdir(join(folder, 'blocks'))).toEqual([])
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
    const first = await openWriter()
    await first.write(await segment([{ tenant: 'catalog', spans: numbered(0, 600) }]))
    await first.stop()
    const second = await openWriter()
    await second.write(await segment([{ tenant: 'catalog', spans: numbered(300, 900) }]))
    await second.write(await segment([{ tenant: 'catalog', spans: numbered(0, 50) }]))
    const repeated = await countsOf(STORE | counter)
    await second.write(await segment([{ tenant: 'catalog', spans: numbered(0, 2) }], DAY + 1))
    await second.stop()
    expect(repeated.attribute_catalog).toBe(0)
    const listed =
      await rows(sql`SELECT stored_day AS day, scope, key, type, service, count() AS rows, uniqExact(value) AS values, max(many) AS many
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
