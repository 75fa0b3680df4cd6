// The engine beyond this process: a ClickHouse server or cluster over HTTP. The same statements and Native blocks as the
// embedded one; inline bodies are safe here, since a server takes the body of a request as it is.
import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { DEFAULT_QUERY_LIMITS, type Engine, INSERT_SETTINGS, type QueryLimits, readerSettings } from './engine.ts'
import { engineError } from './engine-errors.ts'
import { NativeResult } from './native-result.ts'
import { Sql, sql } from './sql.ts'

export interface ClusterEngineOptions {
  /** For example `http://localhost:8123`. */
  readonly url: string
  readonly database?: string
  readonly username?: string
  readonly password?: string
  /** Queries at a time. */
  readonly readers?: number
}

const DEFAULT_READERS = 16

/** An insert of the largest block on a busy cluster; the client's own 30 s would make it look failed. */
const INSERT_TIMEOUT_MS = 300_000

export class ClusterEngine implements Engine {
  readonly #client: ClickHouseClient
  #stopped = false

  constructor(options: ClusterEngineOptions) {
    this.#client = createClient({
      url: options.url,
      ...(options.database === undefined ? {} : { database: options.database }),
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      max_open_connections: options.readers ?? DEFAULT_READERS,
      request_timeout: INSERT_TIMEOUT_MS,
      // What goes wrong is a ClewError's message; the client would print it as well.
      log: { level: ClickHouseLogLevel.OFF },
      compression: { request: false, response: false },
    })
  }

  async execute(statement: Sql): Promise<void> {
    await this.#run(async () => {
      await this.#client.command({ query: statement.text, clickhouse_settings: { wait_end_of_query: 1 } })
    })
  }

  async insert(table: string, blockPath: string, token: string): Promise<void> {
    await this.#run(async () => {
      const { stream } = await this.#client.exec({
        query: sql`INSERT INTO ${Sql.trusted(table)} FORMAT Native`.text,
        values: createReadStream(blockPath),
        clickhouse_settings: {
          ...settings(INSERT_SETTINGS),
          insert_deduplication_token: token,
          wait_end_of_query: 1,
        },
      })
      stream.resume()
    })
  }

  async query(question: Sql, limits: QueryLimits = {}): Promise<NativeResult> {
    return this.#run(async () => {
      const { stream } = await this.#client.exec({
        query: `${question.text}\nFORMAT Native`,
        clickhouse_settings: {
          ...settings(readerSettings({ ...DEFAULT_QUERY_LIMITS, ...limits })),
          readonly: '1',
          // The status of the answer is then that of the whole query, never 200 before an error.
          wait_end_of_query: 1,
        },
      })
      return NativeResult.parse(await buffer(stream))
    })
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.#client.close()
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      throw engineError(cause)
    }
  }
}

function settings(values: Readonly<Record<string, number | string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}
