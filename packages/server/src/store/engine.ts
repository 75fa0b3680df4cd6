// What the store needs of a ClickHouse: run a statement, insert a block, ask a question. Implemented by the embedded
// engine (chDB in this process) and the cluster engine (ClickHouse over HTTP); engine-contract.ts says what both promise.
import type { Asker } from '../query/trace-reader.ts'
import type { NativeResult } from './native-result.ts'
import type { Sql } from './sql.ts'

/** Bounds of one question. What is not given takes the engine's default. */
export interface QueryLimits {
  /** Wall time after which the engine gives up: QUERY_TIMED_OUT. */
  readonly maxSeconds?: number
  /** Memory of the one query: QUERY_TOO_EXPENSIVE. */
  readonly maxMemoryBytes?: number
  /** Rows of the result, never cut: QUERY_TOO_EXPENSIVE when there are more. */
  readonly maxResultRows?: number
  /** Bytes of the result, as the engine holds them, never cut: QUERY_TOO_EXPENSIVE when there are more. */
  readonly maxResultBytes?: number
}

export interface Engine {
  /**
   * Runs one statement that gives no rows (DDL, DROP PARTITION).
   * - MUST reject with STORE_UNAVAILABLE and the engine's own words when the engine refuses it.
   */
  execute(statement: Sql): Promise<void>
  /**
   * Inserts the one block in the Native file `blockPath` into `table`, columns matched by name, as one part.
   * - Resolves when the rows are on disk for good and every later query sees them.
   * - Rejects with STORE_UNAVAILABLE; the rows are then either all there or not at all.
   * - The same `token` within the last blocks of a table stores nothing again.
   */
  insert(table: string, blockPath: string, token: string): Promise<void>
  /**
   * Answers a question; it can change nothing and read no file or address.
   * - Queries run in parallel up to a bound of the engine; beyond it they wait, and those of each tenant have a fair share.
   * - MUST stop soon when the asker went away, running or in line: CANCELLED.
   */
  query(question: Sql, limits?: QueryLimits, asker?: Asker): Promise<NativeResult>
  /** Resolves when the engine answers, else rejects with STORE_UNAVAILABLE; MUST NOT wait behind questions. */
  ping(): Promise<void>
  /**
   * Starts no merge of parts until told otherwise; what runs may end. Absent where merges are not this process's affair.
   */
  pauseMerges?(paused: boolean): Promise<void>
  /** Waits for what runs, then lets go of the engine. Idempotent; nothing else may be called after it. */
  stop(): Promise<void>
}

/** The part of an engine that only reads. */
export type Questions = Pick<Engine, 'query'>

/** Of a reading query, where it does not say otherwise. */
export const DEFAULT_QUERY_LIMITS: Required<QueryLimits> = {
  maxSeconds: 20,
  maxMemoryBytes: 256 * 1024 * 1024,
  maxResultRows: 1_000_000,
  maxResultBytes: 192 * 1024 * 1024,
}

/**
 * One insert is one part: a retry with other block settings would be cut differently and double its rows.
 * The sizes are far above a sealed segment, so that a block is never split.
 */
export const INSERT_SETTINGS = {
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 1_048_576,
  max_insert_block_size: 1_048_576,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 1_073_741_824,
  input_format_parallel_parsing: 0,
  async_insert: 0,
  insert_deduplicate: 1,
  fsync_metadata: 1,
} as const

/** Limits under the names of the engine's settings. */
export function readerSettings(limits: Required<QueryLimits>): Record<string, number> {
  return {
    max_execution_time: limits.maxSeconds,
    max_memory_usage: limits.maxMemoryBytes,
    max_result_rows: limits.maxResultRows,
    max_result_bytes: limits.maxResultBytes,
    max_threads: 2,
    // The default of 256 KiB is soon filled by a list of ids or one long value.
    max_query_size: 4_194_304,
  }
}
