// A segment's records to one Native file a table: the write waist (columns and OTLP bytes) as ClickHouse takes it.
// Runs in a worker (block-worker.ts); nothing here knows of engines or journals.
import { join } from 'node:path'
import type { TelemetryBatch } from '@clew/model'
import { AttributeCatalog, type StoredSeries } from './block/attribute-catalog.ts'
import { catalogColumns } from './block/catalog-table.ts'
import { LogRows } from './block/log-rows.ts'
import { logColumns } from './block/logs-table.ts'
import { type NewestTraces, newestTraces } from './block/newest-traces.ts'
import { OriginTable } from './block/origin-table.ts'
import { PieceDictionaries } from './block/piece-dictionaries.ts'
import { pieceColumns } from './block/pieces-table.ts'
import { resourceColumns } from './block/resources-table.ts'
import { sortRows } from './block/row-order.ts'
import { SpanRows } from './block/span-rows.ts'
import { SpanScan } from './block/span-scan.ts'
import { spanColumns } from './block/spans-table.ts'
import { statsColumns } from './block/stats-table.ts'
import { summaryColumns, TraceRuns } from './block/summaries-table.ts'
import { traceColumns, traceOrder } from './block/traces-table.ts'
import { type NativeFileColumn, writeNativeFile } from './native-writer.ts'
import type { TableName } from './tables.ts'

/** One request as the journal kept it. */
export interface BlockRecord {
  readonly tenant: string
  readonly acceptedMs: number
  readonly batch: TelemetryBatch
}

export interface BlockOptions {
  readonly block: bigint
  /** Days since 1970 (UTC) on which the segment was accepted. */
  readonly storedDay: number
  /** Where the files go; must exist. */
  readonly directory: string
}

export interface BlockFile {
  readonly table: TableName
  readonly path: string
  readonly rows: number
  /** Two inserts with the same one are the same insert. */
  readonly token: string
}

export interface BuiltBlock {
  /** In the order they are to be inserted; tables without rows are left out. */
  readonly files: readonly BlockFile[]
  readonly spans: number
  readonly logs: number
  readonly newestTraces: readonly NewestTraces[]
}

export class BlockBuilder {
  readonly #scan = new SpanScan()
  #catalog = new AttributeCatalog()
  #dictionaries = new PieceDictionaries()
  #rows = new SpanRows(0)

  /** Goes on from what the table holds of a day's catalog: the blocks that follow are of that day and add what is new. */
  startDay(stored: readonly StoredSeries[]): void {
    this.#catalog = new AttributeCatalog()
    this.#catalog.remember(stored)
    this.#dictionaries = new PieceDictionaries()
  }

  /** Writes `<directory>/<block>-<table>.native` for every table that has rows. */
  async build(records: readonly BlockRecord[], options: BlockOptions): Promise<BuiltBlock> {
    const files: BlockFile[] = []
    const dictionaries = this.#dictionaries
    const write = async (table: TableName, rows: number, columns: readonly NativeFileColumn[]): Promise<void> => {
      if (rows === 0) return
      const path = join(options.directory, `${options.block}-${table}.native`)
      await writeNativeFile(path, rows, columns)
      const token = `${options.block}-${table}${table === 'span_pieces' ? `-${dictionaries.id}` : ''}`
      files.push({ table, path, rows, token })
    }
    const catalog = this.#catalog
    const origins = new OriginTable()
    const rows = this.#gatherSpans(records, origins)
    const logs = gatherLogs(records, origins)
    const hashes = origins.hashWords()
    await write('resources', origins.entries.length, resourceColumns(origins, options, catalog))
    this.#scan.scan(rows, catalog, dictionaries)
    const pieces = pieceColumns(dictionaries, options)
    await write('span_pieces', pieces.rows, pieces.columns)
    await write(
      'traces',
      rows.count,
      traceColumns(rows, hashes, this.#scan.pieces, { ...options, dictionary: dictionaries.id }),
    )
    const byTrace = sortRows(rows.count, traceOrder(rows))
    const runs = new TraceRuns(rows, byTrace)
    await write('trace_summaries', runs.count, summaryColumns(rows, byTrace, runs, options))
    if (logs.count > 0) await write('logs', logs.count, logColumns(logs, hashes, options))
    const stats = statsColumns(rows, options)
    await write('span_stats', stats.rows, stats.columns)
    await write('spans', rows.count, spanColumns(rows, hashes, this.#scan.attributes, options))
    const news = catalog.takeNews()
    await write('attribute_catalog', news.length, catalogColumns(news, options))
    const newest = newestTraces(rows, byTrace, runs)
    return { files, spans: rows.count, logs: logs.count, newestTraces: newest }
  }

  /** The columns serve block after block; they are as large as the largest block so far. */
  #gatherSpans(records: readonly BlockRecord[], origins: OriginTable): SpanRows {
    let count = 0
    for (const { batch } of records) if (batch.signal === 'spans') count += batch.count
    if (count > this.#rows.capacity) this.#rows = new SpanRows(count)
    this.#rows.clear(origins)
    for (const { tenant, batch } of records) if (batch.signal === 'spans') this.#rows.add({ tenant, batch })
    return this.#rows
  }
}

function gatherLogs(records: readonly BlockRecord[], origins: OriginTable): LogRows {
  let count = 0
  for (const { batch } of records) if (batch.signal === 'logs') count += batch.count
  const rows = new LogRows(count, origins)
  for (const { tenant, acceptedMs, batch } of records)
    if (batch.signal === 'logs') rows.add({ tenant, acceptedMs, batch })
  return rows
}
