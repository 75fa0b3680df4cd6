// The engine beyond this process: a ClickHouse server or cluster over HTTP. The same statements and Native blocks as the
// embedded one; inline bodies are safe here, since a server takes the body of a request as it is.
import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { cancelled, FairShare } from '../fair-share.ts'
import type { Asker } from '../query/trace-reader.ts'
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
/** For inserts and statements, and for the question whether the cluster is there. */
const OTHER_CONNECTIONS = 2

/** An insert of the largest block on a busy cluster; the client's own 30 s would make it look failed. */
const INSERT_TIMEOUT_MS = 300_000

export class ClusterEngine implements Engine {
  readonly #client: ClickHouseClient
  readonly #readers: FairShare
  #stopped = false

  constructor(options: ClusterEngineOptions) {
    const readers = options.readers ?? DEFAULT_READERS
    this.#readers = new FairShare({ total: readers, each: readers - 1, waiting: Number.POSITIVE_INFINITY })
    this.#client = createClient({
      url: options.url,
      ...(options.database === undefined ? {} : { database: options.database }),
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.password === undefined ? {} : { password: options.password }),
      max_open_connections: readers + OTHER_CONNECTIONS,
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

  query(question: Sql, limits: QueryLimits = {}, asker?: Asker): Promise<NativeResult> {
    return this.#readers.run(asker?.tenant ?? '', () => this.#ask(question, limits, asker?.signal), asker?.signal)
  }

  async ping(): Promise<void> {
    const answer = await this.#client.ping({ select: true })
    if (!answer.success) throw engineError(answer.error)
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.#client.close()
  }

  async #ask(question: Sql, limits: QueryLimits, signal: AbortSignal | undefined): Promise<NativeResult> {
    try {
      const { stream } = await this.#client.exec({
        query: `${question.text}\nFORMAT Native`,
        clickhouse_settings: {
          ...settings(readerSettings({ ...DEFAULT_QUERY_LIMITS, ...limits })),
          // The client closes the connection of a question that is stopped; the server then stops it too.
          cancel_http_readonly_queries_on_client_close: 1,
          readonly: '1',
          // The status of the answer is then that of the whole query, never 200 before an error.
          wait_end_of_query: 1,
        },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      })
      return NativeResult.parse(await buffer(stream))
    } catch (cause) {
      throw signal?.aborted ? cancelled() : engineError(cause)
    }
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
