// Sealed segments into the tables, each exactly once. The tables are their own ledger: blocks come in order, each table
// takes a block as one part or not at all, so a table holds block N when it holds N or anything later of this data folder.
import { rm } from 'node:fs/promises'
import { ClewError } from '@clew/model'
import type { SealedSegment, SegmentSink } from '../pipeline/journal/segment-sink.ts'
import type { NewestTraces } from './block/newest-traces.ts'
import { BlockBuilderThread } from './block-builder.ts'
import type { Engine } from './engine.ts'
import { MergePause } from './merge-pause.ts'
import type { BuiltBlock } from './native-block.ts'
import { Sql, sql } from './sql.ts'
import { storedCatalog } from './stored-catalog.ts'
import { TABLES, type TableName } from './tables.ts'

export interface StoredBlock {
  readonly block: bigint
  readonly storedDay: number
  readonly spans: number
  readonly logs: number
  readonly newestTraces: readonly NewestTraces[]
}

export interface StoreWriterOptions {
  readonly engine: Engine
  /** Where block files lie between building and inserting; emptied at start. */
  readonly directory: string
}

/** High bits of a block id that name the data folder it was made in; the rest counts up. */
const STORE_BITS = 40n

export class StoreWriter implements SegmentSink {
  readonly #engine: Engine
  readonly #directory: string
  readonly #builder = new BlockBuilderThread()
  readonly #listeners = new Set<(stored: StoredBlock) => void>()
  /** Highest block each table is known to hold, per data folder id; asked again after a failed insert. */
  readonly #held = new Map<TableName, bigint>()
  #heldOf: bigint | undefined
  readonly #merges: MergePause
  #highestBlock = 0n
  /** A block that is built while the one before it is inserted. */
  #prepared: { readonly block: bigint; readonly built: Promise<BuiltBlock> } | undefined

  constructor(options: StoreWriterOptions) {
    this.#engine = options.engine
    this.#merges = new MergePause(options.engine)
    this.#directory = options.directory
  }

  /** The highest block that all tables hold, as far as this process knows; 0 before the first. */
  get highestBlock(): bigint {
    return this.#highestBlock
  }

  /**
   * Learns what earlier runs stored. A block that only some tables hold counts too: spans come last, and what is found
   * is found through them.
   */
  async start(): Promise<void> {
    for (const table of TABLES) {
      const answer = await this.#engine.query(sql`SELECT max(block) AS highest FROM ${Sql.trusted(table)}`)
      const highest = answer.column('highest').bigint(0)
      if (highest > this.#highestBlock) this.#highestBlock = highest
    }
  }

  /** Tells of each block once every table holds it. Gives the function that ends it. */
  onBlock(listener: (stored: StoredBlock) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async write(segment: SealedSegment): Promise<void> {
    const built = await this.#store(segment).catch(async (cause) => {
      // What happened is unknown: the tables are asked again, the catalog is read again, and what was built on it is not used.
      this.#heldOf = undefined
      this.#builder.forgetDay()
      await this.#discardPrepared()
      throw cause
    })
    // Never backwards: a new journal beside old tables may count from a lower block.
    if (segment.block > this.#highestBlock) this.#highestBlock = segment.block
    const stored: StoredBlock = {
      block: segment.block,
      storedDay: segment.storedDay,
      spans: built.spans,
      logs: built.logs,
      newestTraces: built.newestTraces,
    }
    for (const listener of this.#listeners) listener(stored)
  }

  prepare(segment: SealedSegment): void {
    // The first block of a day waits for what the catalog holds.
    if (this.#prepared !== undefined || this.#builder.day !== segment.storedDay) return
    const built = this.#build(segment)
    // Whoever writes the segment hears of a failure.
    built.catch(() => undefined)
    this.#prepared = { block: segment.block, built }
  }

  /** A table without rows for the block counts as the one before it: which of them it is changes nothing. */
  async tablesHolding(segment: SealedSegment): Promise<number> {
    this.#heldOf = undefined
    await this.#askWhatIsHeld(segment)
    const last = TABLES.findLastIndex((table) => (this.#held.get(table) ?? 0n) >= segment.block)
    return Math.max(segment.tablesDone, last + 1)
  }

  async isAvailable(): Promise<boolean> {
    try {
      await this.#engine.ping()
      return true
    } catch (cause) {
      if (cause instanceof ClewError) return false
      throw cause
    }
  }

  async stop(): Promise<void> {
    await this.#discardPrepared()
    await this.#builder.stop()
  }

  async #store(segment: SealedSegment): Promise<BuiltBlock> {
    await this.#askWhatIsHeld(segment)
    const hasWaited = this.#prepared?.block === segment.block
    const built = await this.#builtBlock(segment)
    try {
      await this.#merges.beforeBlock(hasWaited)
      for (const table of TABLES) await this.#insert(table, built, segment)
      if (this.#prepared === undefined) await this.#merges.end()
    } finally {
      await removeFiles(built)
    }
    return built
  }

  async #builtBlock(segment: SealedSegment): Promise<BuiltBlock> {
    const prepared = this.#prepared
    if (prepared?.block === segment.block) {
      this.#prepared = undefined
      return prepared.built
    }
    await this.#discardPrepared()
    if (this.#builder.day !== segment.storedDay)
      this.#builder.startDay(segment.storedDay, await storedCatalog(this.#engine, segment.storedDay))
    return this.#build(segment)
  }

  #build({ path, items, block, storedDay }: SealedSegment): Promise<BuiltBlock> {
    return this.#builder.build({ segmentPath: path, items }, { block, storedDay, directory: this.#directory })
  }

  async #discardPrepared(): Promise<void> {
    const prepared = this.#prepared
    this.#prepared = undefined
    const built = await prepared?.built.catch(() => undefined)
    if (built !== undefined) {
      await removeFiles(built)
      // Values that were new in it are listed nowhere.
      this.#builder.forgetDay()
    }
  }

  async #insert(table: TableName, built: BuiltBlock, { block, tablesDone }: SealedSegment): Promise<void> {
    const file = built.files.find((candidate) => candidate.table === table)
    if (file === undefined) return
    // The pieces of a block that is built again are others, and what comes after it may refer to them.
    const isHeld = TABLES.indexOf(table) < tablesDone || (this.#held.get(table) ?? 0n) >= block
    if (table !== 'span_pieces' && isHeld) return
    await this.#engine.insert(table, file.path, file.token)
    this.#held.set(table, block)
  }

  async #askWhatIsHeld(segment: SealedSegment): Promise<void> {
    const store = segment.block >> STORE_BITS
    if (this.#heldOf === store) return
    for (const table of TABLES) {
      const answer = await this.#engine.query(
        sql`SELECT max(block) AS highest FROM ${Sql.trusted(table)} WHERE block >= ${store << STORE_BITS} AND block < ${(store + 1n) << STORE_BITS}`,
      )
      this.#held.set(table, answer.column('highest').bigint(0))
    }
    this.#heldOf = store
  }
}

async function removeFiles(built: BuiltBlock): Promise<void> {
  for (const file of built.files) await rm(file.path, { force: true })
}
