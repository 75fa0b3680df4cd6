// An embedded store in a temporary folder, filled from spans as the writer would fill it: for tests of what reads it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogBatchBuilder, SpanBatchBuilder } from '@clew/codecs'
import type { LogRecord, Span, TelemetryBatch } from '@clew/model'
import { EmbeddedEngine } from '../store/embedded-engine.ts'
import { migrate } from '../store/migrations.ts'
import { BlockBuilder } from '../store/native-block.ts'
import { StoreReader } from '../store/reader.ts'

export class FilledStore {
  readonly engine: EmbeddedEngine
  readonly reader: StoreReader
  readonly #folder: string
  readonly #builder = new BlockBuilder()
  readonly #watermark = { highestBlock: 0n }
  #storing: Promise<void> = Promise.resolve()

  private constructor(engine: EmbeddedEngine, folder: string) {
    this.engine = engine
    this.#folder = folder
    this.reader = new StoreReader(engine, this.#watermark)
  }

  static async open(): Promise<FilledStore> {
    const folder = await mkdtemp(join(tmpdir(), 'clew-store-'))
    const engine = await EmbeddedEngine.open({ folder })
    await migrate(engine)
    return new FilledStore(engine, folder)
  }

  get highestBlock(): bigint {
    return this.#watermark.highestBlock
  }

  /** Stores one block of one tenant and makes it visible. */
  async addSpans(tenant: string, spans: readonly Span[]): Promise<void> {
    const batch = new SpanBatchBuilder()
    for (const span of spans) batch.add(span)
    await this.#store(tenant, batch.build())
  }

  async addLogs(tenant: string, records: readonly LogRecord[]): Promise<void> {
    const batch = new LogBatchBuilder()
    for (const record of records) batch.add(record)
    await this.#store(tenant, batch.build())
  }

  async close(): Promise<void> {
    await this.engine.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** One block after the other, as the writer stores them. */
  #store(tenant: string, batch: TelemetryBatch): Promise<void> {
    const stored = this.#storing.then(() => this.#storeBlock(tenant, batch))
    this.#storing = stored.catch(() => undefined)
    return stored
  }

  async #storeBlock(tenant: string, batch: TelemetryBatch): Promise<void> {
    const block = this.#watermark.highestBlock + 1n
    const built = await this.#builder.build([{ tenant, acceptedMs: 0, batch }], {
      block,
      storedDay: 20_000,
      directory: this.#folder,
    })
    for (const file of built.files) {
      await this.engine.insert(file.table, file.path, `${block}-${file.table}`)
      await rm(file.path)
    }
    this.#watermark.highestBlock = block
  }
}
