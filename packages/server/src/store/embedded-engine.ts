// The engine inside this process: chDB on a folder of its own. One Session writes, a few read; a Session is one mutex, so
// their number is the number of queries at a time. No call here blocks the event loop.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ClewError } from '@clew/model'
import { FairShare } from '../fair-share.ts'
import type { Asker } from '../query/trace-reader.ts'
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

/**
 * Two cores and the libuv pool are what queries share; more at a time only makes each slower. One tenant takes four of them
 * at most: the fifth is for the others.
 */
const DEFAULT_READERS = 5
/** A question that was not yet running when it was to be stopped is looked for again. */
const STOP_AGAIN_MS = 200

export class EmbeddedEngine implements Engine {
  readonly #chdb: Chdb
  readonly #database: string
  readonly #connectionArgs: string[]
  readonly #writer: Session
  readonly #idleReaders: Session[] = []
  readonly #readers: FairShare
  /** Of its own, beside those of questions: for what must not wait behind them. */
  #attendant: Session | undefined
  #pinging: Promise<void> | undefined
  #lastQuestion = 0
  #writing: Promise<unknown> = Promise.resolve()
  #stopped = false

  private constructor(chdb: Chdb, database: string, configPath: string, readers: number) {
    this.#chdb = chdb
    this.#database = database
    this.#connectionArgs = [`--config-file=${configPath}`]
    const each = Math.max(1, readers - 1)
    this.#readers = new FairShare({ total: readers, each, waiting: Number.POSITIVE_INFINITY })
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

  query(question: Sql, limits: QueryLimits = {}, asker?: Asker): Promise<NativeResult> {
    return this.#readers.run(asker?.tenant ?? '', () => this.#ask(question, limits, asker?.signal), asker?.signal)
  }

  async ping(): Promise<void> {
    this.#pinging ??= this.#attend(sql`SELECT 1`).finally(() => {
      this.#pinging = undefined
    })
    return this.#pinging
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.#writing
    for (const reader of this.#idleReaders) reader.close()
    this.#attendant?.close()
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

  async #ask(question: Sql, limits: QueryLimits, signal: AbortSignal | undefined): Promise<NativeResult> {
    const own = Object.keys(limits).length > 0
    let reader: Session | undefined
    try {
      // It waited in line while the engine was let go: a Session opened now would take the folder again.
      if (this.#stopped) throw new ClewError('SHUTTING_DOWN', 'store: Clew is stopping')
      reader = own ? undefined : this.#idleReaders.pop()
      if (reader === undefined) reader = await this.#openReader({ ...DEFAULT_QUERY_LIMITS, ...limits })
      return await this.#run(reader, question, signal)
    } catch (cause) {
      throw engineError(cause)
    } finally {
      if (reader !== undefined && !own && !this.#stopped) this.#idleReaders.push(reader)
      else reader?.close()
    }
  }

  /** chDB gives no handle on what runs: a question that may be stopped carries a mark by which the engine finds it. */
  async #run(reader: Session, question: Sql, signal: AbortSignal | undefined): Promise<NativeResult> {
    const mark = `/* clew question ${++this.#lastQuestion} */`
    let again: NodeJS.Timeout | undefined
    const stop = () => {
      const [start, rest] = [mark.slice(0, 8), mark.slice(8)]
      // In two parts, or it would find itself.
      this.#attend(sql`KILL QUERY WHERE startsWith(query, concat(${start}, ${rest}))`).catch(() => undefined)
      again = setTimeout(stop, STOP_AGAIN_MS)
    }
    signal?.addEventListener('abort', stop, { once: true })
    try {
      const text = signal === undefined ? question.text : `${mark} ${question.text}`
      const result = await reader.queryAsync(text, { format: 'Native' })
      return NativeResult.parse(result.bytes())
    } finally {
      signal?.removeEventListener('abort', stop)
      clearTimeout(again)
    }
  }

  /** Statements that wait for nothing. */
  async #attend(statement: Sql): Promise<void> {
    if (this.#stopped) throw new ClewError('SHUTTING_DOWN', 'store: Clew is stopping')
    try {
      this.#attendant ??= this.#open()
      await this.#attendant.queryAsync(statement.text, { format: 'Null' })
    } catch (cause) {
      throw engineError(cause)
    }
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
