// Store folders that released versions wrote, kept in fixtures/: this version opens each and finds all of it. The one of
// the current version is made by `CLEW_ACCEPT=1 npx vitest run packages/server/src/store/released-folders` if it is missing.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { decodeLogRecord, LogBatchBuilder, SpanBatchBuilder } from '@clew/codecs'
import type { LogRecord, Span } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { encodeRecord, encodeSegmentHeader } from '../pipeline/journal/segment-format.ts'
import { decodeStored } from '../query/stored-span.ts'
import { EmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'
import { migrate, SCHEMA_VERSION, schemaVersion } from './migrations.ts'
import { StoreReader } from './reader.ts'
import { sql } from './sql.ts'
import { StoreWriter } from './writer.ts'

const FIXTURES = fileURLToPath(new URL('../../src/store/fixtures/', import.meta.url))
const VERSION = '0.1.0'
const run = promisify(execFile)

const resource = {
  attributes: [{ key: 'service.name', value: { type: 'string', value: 'checkout' } }],
  droppedAttributesCount: 0,
  schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
} as const
const scope = { name: 'io.example', version: '1', attributes: [], droppedAttributesCount: 0, schemaUrl: '' } as const
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

const SPANS: readonly Span[] = [0, 1, 2].map((i) => ({
  traceId: TRACE_ID,
  spanId: `00000000000000a${i}`,
  parentSpanId: i === 0 ? '' : '00000000000000a0',
  traceState: 'vendor=1',
  flags: 257,
  name: i === 0 ? 'POST /checkout' : 'charge card',
  kind: i === 0 ? 'server' : 'client',
  startTimeUnixNano: 1_790_000_000_000_000_000n + BigInt(i) * 1_000_000n,
  endTimeUnixNano: 1_790_000_000_500_000_000n,
  attributes: [
    { key: 'order.id', value: { type: 'string', value: `order-${i}` } },
    { key: 'amount', value: { type: 'double', value: 12.5 * i } },
    { key: 'items', value: { type: 'int', value: BigInt(i) } },
    { key: 'express', value: { type: 'bool', value: i === 1 } },
  ],
  droppedAttributesCount: 0,
  events: [{ timeUnixNano: 1_790_000_000_200_000_000n, name: 'retry', attributes: [], droppedAttributesCount: 0 }],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  status: { code: i === 2 ? 'error' : 'unset', message: i === 2 ? 'declined' : '' },
  resource,
  scope,
  serviceName: 'checkout',
}))

const LOG: LogRecord = {
  timeUnixNano: 1_790_000_000_100_000_000n,
  observedTimeUnixNano: 0n,
  severityNumber: 17,
  severityText: 'ERROR',
  body: { type: 'string', value: 'card declined\n\n' },
  attributes: [],
  droppedAttributesCount: 0,
  flags: 0,
  traceId: TRACE_ID,
  spanId: '00000000000000a2',
  eventName: '',
  resource,
  scope,
  serviceName: 'checkout',
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-released-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeFixture(target: string): Promise<void> {
  await withFolder(async (folder) => {
    const engine = await EmbeddedEngine.open({ folder: join(folder, 'store') })
    await migrate(engine)
    await mkdir(join(folder, 'blocks'))
    const writer = new StoreWriter({ engine, directory: join(folder, 'blocks') })
    const block = (0x123456n << 40n) | 1n
    const request = {
      tenant: 'default',
      door: 'fixture',
      body: new Uint8Array(0),
      acceptedMs: 1_790_000_001_000,
      identity: new Uint8Array(16),
    }
    const spans = new SpanBatchBuilder()
    for (const span of SPANS) spans.add(span)
    const logs = new LogBatchBuilder()
    logs.add(LOG)
    const path = join(folder, 'segment')
    const storedDay = Math.floor(request.acceptedMs / 86_400_000)
    const chunks = [spans.build(), logs.build()].flatMap((batch) => encodeRecord([batch], request).chunks)
    await writeFile(path, Buffer.concat([encodeSegmentHeader({ block, storedDay }), ...chunks]))
    await writer.write({ block, storedDay, path, items: 4, tablesDone: 0 })
    await writer.stop()
    await engine.stop()
    await run('tar', ['-czf', target, '-C', folder, 'store'])
  })
}

async function expectEverything(engine: Engine): Promise<void> {
  const reader = new StoreReader(engine, { highestBlock: 2n ** 63n })
  const spans = await reader.readSpans('default', [BigInt(`0x${TRACE_ID.slice(16)}`)])
  expect(spans.map(decodeStored).toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1))).toEqual(SPANS)
  const logs = await engine.query(sql`SELECT otlp FROM logs WHERE tenant = 'default'`)
  const origin = spans[0]!.origin
  expect(decodeLogRecord(logs.column('otlp').bytes(0), origin)).toEqual(LOG)
  const counted = await engine.query(sql`SELECT
    (SELECT count() FROM spans WHERE has(string_values, 'order-1')) AS found,
    (SELECT sum(span_count) FROM trace_summaries) AS summed,
    (SELECT sum(span_count) FROM span_stats WHERE status = 2) AS errors,
    (SELECT count() FROM attribute_catalog WHERE key = 'order.id') AS listed`)
  expect(['found', 'summed', 'errors', 'listed'].map((name) => counted.column(name).number(0))).toEqual([1, 3, 1, 3])
}

const current = join(FIXTURES, `store-${VERSION}.tar.gz`)
if (process.env.CLEW_ACCEPT !== undefined && !existsSync(current)) {
  await mkdir(FIXTURES, { recursive: true })
  await writeFixture(current)
}

describe('folders of released versions', () => {
  it('are kept for this version', () => {
    expect(readdirSync(FIXTURES)).toContain(`store-${VERSION}.tar.gz`)
  })

  it.each(readdirSync(FIXTURES))('%s opens with all that was stored', async (archive) => {
    await withFolder(async (folder) => {
      await run('tar', ['-xzf', join(FIXTURES, archive), '-C', folder])
      const engine = await EmbeddedEngine.open({ folder: join(folder, 'store') })
      try {
        await migrate(engine)
        expect(await schemaVersion(engine)).toBe(SCHEMA_VERSION)
        await expectEverything(engine)
      } finally {
        await engine.stop()
      }
    })
  })

  it('names the version it is kept for', async () => {
    const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    expect(JSON.parse(manifest)).toMatchObject({ version: VERSION })
  })
})
