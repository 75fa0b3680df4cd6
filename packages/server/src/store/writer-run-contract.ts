// A store under test: an engine in a folder of its own, segments made of spans and logs, and what the tables then hold.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogBatchBuilder, SpanBatchBuilder } from '@clew/codecs'
import { type AnyValue, type LogRecord, MAX_UINT64, type Span } from '@clew/model'
import { encodeRecord, encodeSegmentHeader } from '../pipeline/journal/segment-format.ts'
import type { SealedSegment } from '../pipeline/journal/segment-sink.ts'
import { EmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'
import { migrate } from './migrations.ts'
import { Sql, sql } from './sql.ts'
import { TABLES } from './tables.ts'
import { StoreWriter } from './writer.ts'

export const DAY = 20_000
export const STORE = 0x123456n << 40n
export const T0 = 1_790_000_000_000_000_000n
export const SECOND = 1_000_000_000n

export const string = (value: string): AnyValue => ({ type: 'string', value })

export function span(part: Partial<Span>): Span {
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

export function log(part: Partial<LogRecord>): LogRecord {
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

export interface Request {
  readonly tenant?: string
  readonly spans?: readonly Span[]
  readonly logs?: readonly LogRecord[]
}

export class WriterRun {
  readonly folder: string
  readonly engine: Engine
  #counter = 0n

  private constructor(folder: string, engine: Engine) {
    this.folder = folder
    this.engine = engine
  }

  static async open(): Promise<WriterRun> {
    const folder = await mkdtemp(join(tmpdir(), 'clew-writer-'))
    const engine = await EmbeddedEngine.open({ folder: join(folder, 'store') })
    await migrate(engine)
    return new WriterRun(folder, engine)
  }

  /** Of the newest segment made. */
  get lastBlock(): bigint {
    return STORE | this.#counter
  }

  async stop(): Promise<void> {
    await this.engine.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async segment(requests: readonly Request[], storedDay = DAY): Promise<SealedSegment> {
    const block = STORE | ++this.#counter
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
        chunks.push(...encodeRecord([builder.build()], request).chunks)
      }
      if (logs.length > 0) {
        const builder = new LogBatchBuilder()
        for (const item of logs) builder.add(item)
        chunks.push(...encodeRecord([builder.build()], request).chunks)
      }
      items += spans.length + logs.length
    }
    const path = join(this.folder, `${block}.segment`)
    await writeFile(path, Buffer.concat(chunks))
    return { block, storedDay, path, items, tablesDone: 0 }
  }

  async openWriter(on: Engine = this.engine): Promise<StoreWriter> {
    const directory = join(this.folder, 'blocks')
    await mkdir(directory, { recursive: true })
    return new StoreWriter({ engine: on, directory })
  }

  async rows(question: Sql): Promise<Record<string, unknown>[]> {
    const answer = await this.engine.query(question)
    return Array.from({ length: answer.rows }, (_, row) =>
      Object.fromEntries(answer.names.map((name) => [name, answer.column(name).value(row)])),
    )
  }

  /** Rows of a block, but those of `span_pieces`: a builder that starts again writes its pieces under another name. */
  async countsOf(block: bigint): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const table of TABLES.filter((name) => name !== 'span_pieces')) {
      const answer = await this.engine.query(sql`SELECT count() AS n FROM ${Sql.trusted(table)} WHERE block = ${block}`)
      counts[table] = answer.column('n').number(0)
    }
    return counts
  }
}

/** Spans of many shapes: traces of several spans in several services, errors, odd times. */
export function variedSpans(count: number, seed: number): Span[] {
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
