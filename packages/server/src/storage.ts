// Everything behind the doors, put together: data folder → engine → tables → journal → pipeline.
import { mkdir, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Clock, systemClock, type TelemetryConsumer } from '@clew/model'
import type { Settings } from './config/settings.ts'
import { lockDataFolder } from './data-folder.ts'
import type { ByteBudget } from './pipeline/byte-budget.ts'
import { openPipeline } from './pipeline/pipeline.ts'
import { QueryService } from './query/query-service.ts'
import { EmbeddedEngine } from './store/embedded-engine.ts'
import type { Engine } from './store/engine.ts'
import { hasOlderSchema, migrate } from './store/migrations.ts'
import { StoreReader } from './store/reader.ts'
import { dropExpired } from './store/retention.ts'
import { StoreWriter } from './store/writer.ts'
import type { Health } from './telemetry/health.ts'
import type { Logger } from './telemetry/logger.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface StorageParts {
  readonly settings: Settings
  readonly budget: ByteBudget
  readonly health: Health
  readonly metrics: Metrics
  readonly logger: Logger
  readonly clock?: Clock
}

export interface Storage {
  /** Absolute. */
  readonly dataFolder: string
  readonly consumer: TelemetryConsumer
  readonly queries: QueryService
  /** Tells of stored blocks. */
  readonly writer: StoreWriter
  /** Drains the journal into the store, then closes both; lets go of the folder. */
  stop(): Promise<void>
}

/** Days end at midnight UTC; an hour late is soon enough for data that is at least a day old. */
const RETENTION_INTERVAL_MS = 3_600_000

/** Throws DATA_FOLDER_LOCKED, DATA_FOLDER_NEWER or STORE_UNAVAILABLE, and then holds nothing. */
export async function openStorage(parts: StorageParts): Promise<Storage> {
  const { settings, budget, health, metrics, logger } = parts
  const dataFolder = resolve(settings.dataDir)
  const undo: (() => Promise<void>)[] = [await lockDataFolder(dataFolder)]
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const engine = await openEngine(settings, dataFolder)
    undo.push(() => engine.stop())
    // Segments of an earlier version belong into the tables it knew, so they are stored before a step changes these.
    const replayFirst = await hasOlderSchema(engine)
    if (!replayFirst) await migrate(engine)
    const writer = new StoreWriter({ engine, directory: await emptyFolder(`${dataFolder}/blocks`) })
    undo.push(() => writer.stop())
    await writer.start()
    writer.onBlock(({ spans, logs }) => {
      metrics.counter('storedItems', 'spans').inc(spans)
      metrics.counter('storedItems', 'logs').inc(logs)
    })
    const {
      consumer,
      journal,
      stop: stopPipeline,
    } = await openPipeline({
      dataFolder,
      sink: writer,
      budget,
      log: logger,
      diskReserveBytes: settings.diskReserveBytes,
      maxValueBytes: settings.maxValueBytes,
      clock: parts.clock ?? systemClock,
    })
    undo.push(stopPipeline)
    if (replayFirst) {
      await journal.replayed()
      await migrate(engine)
    }
    undo.push(startRetention(engine, parts))
    health.register('journal', () => {
      const { refusing, bytesWaiting } = journal.state()
      return { ok: refusing === undefined, detail: refusing ?? `writable, ${bytesWaiting} bytes wait for the store` }
    })
    health.register('replay', () => {
      const { replayDone } = journal.state()
      return { ok: replayDone, detail: replayDone ? 'done' : 'segments of the last run are being stored' }
    })
    health.register('quarantine', () => {
      const { quarantined } = journal.state()
      return {
        ok: true,
        detail: quarantined === 0 ? 'empty' : `${quarantined} files set aside in quarantine/ of the data folder`,
      }
    })
    health.register('engine', async () => {
      await engine.ping()
      const { storeFailure } = journal.state()
      return storeFailure === undefined ? { ok: true } : { ok: false, detail: storeFailure }
    })
    metrics.observe('journalSegments', () => journal.state().segmentsWaiting)
    metrics.observe('journalBytes', () => journal.state().bytesWaiting)
    metrics.observe('quarantined', () => journal.state().quarantined)
    const queries = new QueryService(new StoreReader(engine, writer), {
      running: settings.maxQueriesPerTenant,
      searchBudgetMs: settings.searchTimeMs,
      ...(parts.clock === undefined ? {} : { clock: parts.clock }),
    })
    return { dataFolder, consumer, queries, writer, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Drops what is too old now and every hour; gives the function that ends it. */
function startRetention(engine: Engine, { settings, logger, clock = systemClock }: StorageParts): () => Promise<void> {
  const days = settings.retention
  if (days === Number.POSITIVE_INFINITY) return async () => {}
  const sweep = async () => {
    try {
      for (const dropped of await dropExpired({ engine, days, clock }))
        logger.info(dropped, `retention: a day older than ${days} days is dropped`)
    } catch (error) {
      logger.warn({ err: error }, 'retention: nothing was dropped, it is tried again in an hour')
    }
  }
  let running = sweep()
  const timer = setInterval(() => {
    running = running.then(sweep)
  }, RETENTION_INTERVAL_MS)
  return () => {
    clearInterval(timer)
    return running
  }
}

async function openEngine(settings: Settings, dataFolder: string): Promise<Engine> {
  if (settings.storeEngine === 'embedded') return EmbeddedEngine.open({ folder: `${dataFolder}/store` })
  // Its client takes a while to load, and most do without.
  const { ClusterEngine } = await import('./store/cluster-engine.ts')
  return new ClusterEngine({
    url: settings.storeUrl,
    database: settings.storeDatabase,
    username: settings.storeUser,
    password: settings.storePassword,
  })
}

/** Files between journal and store: what a killed process left is of no use, its segments are stored again. */
async function emptyFolder(path: string): Promise<string> {
  await rm(path, { recursive: true, force: true })
  await mkdir(path)
  return path
}
