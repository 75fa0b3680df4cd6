// Sinks for tests: one that keeps what it is given as the store would (tables that are each written at once, blocks in
// order), one that fails on demand, and one that throws everything away.
import type { FileLayer } from './file-layer.ts'
import { settled } from './journal-run-contract.ts'
import { parseSegment } from './segment-format.ts'
import type { SealedSegment, SegmentSink } from './segment-sink.ts'

const TABLES = ['resources', 'traces', 'logs', 'spans'] as const

/** Outlives a crash of the journal, as the tables of a store do. */
export class TableSink implements SegmentSink {
  readonly segments: SealedSegment[] = []
  /** Span ids by table, in hex, in the order they were stored. */
  readonly rows = new Map<string, string[]>(TABLES.map((table) => [table, []]))
  /** Runs before each table is written; throw in it to refuse or to crash between two tables. */
  beforeTable: (table: string, segment: SealedSegment) => void | Promise<void> = () => {}
  available = true
  readonly #highest = new Map<string, bigint>()
  readonly #files: FileLayer

  constructor(files: FileLayer) {
    this.#files = files
  }

  async write(segment: SealedSegment): Promise<void> {
    const { records } = parseSegment(await this.#files.read(segment.path))
    for (const [index, table] of TABLES.entries()) {
      if (index < segment.tablesDone) continue
      await this.beforeTable(table, segment)
      if (segment.block <= (this.#highest.get(table) ?? -1n)) continue
      this.#highest.set(table, segment.block)
      for (const { batch } of records)
        for (let i = 0; i < batch.count; i++)
          this.rows.get(table)!.push(Buffer.from(batch.spanId.subarray(8 * i, 8 * i + 8)).toString('hex'))
    }
    this.segments.push(segment)
  }

  async tablesHolding({ block, tablesDone }: SealedSegment): Promise<number> {
    const missing = TABLES.findIndex((table, index) => index >= tablesDone && block > (this.#highest.get(table) ?? -1n))
    return missing < 0 ? TABLES.length : missing
  }

  async isAvailable(): Promise<boolean> {
    return this.available
  }

  /** The same tables, seen by the next process. */
  survivor(files: FileLayer): TableSink {
    const sink = new TableSink(files)
    for (const [table, rows] of this.rows) sink.rows.set(table, [...rows])
    for (const [table, block] of this.#highest) sink.#highest.set(table, block)
    return sink
  }

  /** The rows of every table, which must be the same. */
  get stored(): readonly string[] {
    return this.rows.get('spans')!
  }
}

export const nopSink: SegmentSink = { write: async () => {} }

export function failingSink(message: string): SegmentSink {
  return { write: () => Promise.reject(new Error(message)) }
}

/** Keeps what it is given and stores it when told. */
export class SlowSink implements SegmentSink {
  readonly given: SealedSegment[] = []
  #finish: () => void = () => {}

  write(segment: SealedSegment): Promise<void> {
    this.given.push(segment)
    return new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  async finish(): Promise<void> {
    this.#finish()
    // The journal goes on in the turns after this one.
    await settled()
  }
}
