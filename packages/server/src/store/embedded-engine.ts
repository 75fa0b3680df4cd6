// The engine inside this process: chDB on a folder of its own. One Session writes, a few read; a Session is one mutex, so
// their number is the number of queries at a time. No call here blocks the event loop.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ClewError } from '@clew/model'
import { DEFAULT_EMBEDDED_LIMITS, type EmbeddedLimits, writeEmbeddedConfig } from './embedded-config.ts'
import { DEFAULT_QUERY_LIMITS, type Engine, INSERT_SETTINGS, type QueryLimits, readerSettings } from './engine.ts'
import { engineError } from './engine-errors.ts'
import { NativeResult } from './native-result.ts'
import { Sql, sql } from './sql.ts'

type Chdb = typeof import('chdb')
type Session = InstanceType<Chdb['Session']>

export interface EmbeddedEngineOptions {
  /** A folder of the engine's own; made if missing. This process must hold the data folder's lock. */
  readonly folder: string
  readonly limits?: EmbeddedLimits
  /** Queries at a time. */
  readonly readers?: number
}

/** Two cores and the libuv pool are what queries share; more at a time only makes each slower. */
const DEFAULT_READERS = 4

export class EmbeddedEngine implements Engine {
  readonly #chdb: Chdb
  readonly #database: string
  readonly #connectionArgs: string[]
  readonly #writer: Session
  readonly #idleReaders: Session[] = []
  readonly #waiting: (() => void)[] = []
  #freeReaders: number
  #writing: Promise<unknown> = Promise.resolve()
  #stopped = false

  private constructor(chdb: Chdb, database: string, configPath: string, readers: number) {
    this.#chdb = chdb
    this.#database = database
    this.#connectionArgs = [`--config-file=${configPath}`]
    this.#freeReaders = readers
    this.#writer = this.#open()
  }

  /** chdb is loaded here, on the main thread, before any worker starts. */
  static async open(options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
    // Blocks are inserted FROM INFILE, whose name is a pattern to the engine.
    if (/[*?{}]/.test(options.folder))
      throw new ClewError('SETTING_INVALID', `data_dir: expected a path without * ? { }, got ${options.folder}`)
    const chdb = await import('chdb')
    const database = join(options.folder, 'db')
    const configPath = join(options.folder, 'engine.xml')
    await mkdir(database, { recursive: true })
    await writeEmbeddedConfig(configPath, options.limits ?? DEFAULT_EMBEDDED_LIMITS)
    try {
      const engine = new EmbeddedEngine(chdb, database, configPath, options.readers ?? DEFAULT_READERS)
      await engine.execute(sql`SET ${settingsSql(INSERT_SETTINGS)}`)
      return engine
    } catch (cause) {
      throw new ClewError('STORE_UNAVAILABLE', `embedded engine: cannot open ${database}: ${messageOf(cause)}`, {
        cause,
      })
    }
  }

  async execute(statement: Sql): Promise<void> {
    await this.#write(statement)
  }

  async insert(table: string, blockPath: string, token: string): Promise<void> {
    // Never inline data: the engine's client would cut it at the first blank line and run the rest as SQL.
    const into = Sql.trusted(table)
    await this.#write(
      sql`INSERT INTO ${into} FROM INFILE ${blockPath} SETTINGS insert_deduplication_token = ${token} FORMAT Native`,
    )
  }

  async pauseMerges(paused: boolean): Promise<void> {
    await this.#write(paused ? sql`SYSTEM STOP MERGES` : sql`SYSTEM START MERGES`)
  }

  async query(question: Sql, limits: QueryLimits = {}): Promise<NativeResult> {
    const own = Object.keys(limits).length > 0
    await this.#takeReader()
    let reader: Session | undefined
    try {
      // It waited in line while the engine was let go: a Session opened now would take the folder again.
      if (this.#stopped) throw new ClewError('SHUTTING_DOWN', 'store: Clew is stopping')
      reader = own ? undefined : this.#idleReaders.pop()
      if (reader === undefined) reader = await this.#openReader({ ...DEFAULT_QUERY_LIMITS, ...limits })
      const result = await reader.queryAsync(question.text, { format: 'Native' })
      return NativeResult.parse(result.bytes())
    } catch (cause) {
      throw engineError(cause)
    } finally {
      if (reader !== undefined && !own && !this.#stopped) this.#idleReaders.push(reader)
      else reader?.close()
      this.#freeReader()
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.#writing
    for (const reader of this.#idleReaders) reader.close()
    this.#writer.close()
    await this.#chdb.drainPending()
  }

  /** Statements and inserts one after the other, in the order they were asked for. */
  async #write(statement: Sql): Promise<void> {
    const run = this.#writing.then(async () => {
      try {
        await this.#writer.queryAsync(statement.text, { format: 'Null' })
      } catch (cause) {
        throw engineError(cause)
      }
    })
    this.#writing = run.catch(() => undefined)
    await run
  }

  #open(): Session {
    return new this.#chdb.Session(this.#database, { connectionArgs: this.#connectionArgs })
  }

  /** `readonly = 1` comes last: from then on the Session reads tables and nothing else, and keeps its limits. */
  async #openReader(limits: Required<QueryLimits>): Promise<Session> {
    const reader = this.#open()
    try {
      await reader.queryAsync(sql`SET ${settingsSql({ ...readerSettings(limits), readonly: 1 })}`.text)
      return reader
    } catch (cause) {
      reader.close()
      throw cause
    }
  }

  async #takeReader(): Promise<void> {
    if (this.#freeReaders > 0) this.#freeReaders--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  #freeReader(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#freeReaders++
    else next()
  }
}

function settingsSql(settings: Readonly<Record<string, number>>): Sql {
  return Sql.trusted(
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
  )
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
