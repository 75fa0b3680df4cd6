// The composition root: settings in, a running Clew out. Nothing else builds the parts, so this file is the list of them.
import { ClewError, type Clock } from '@clew/model'
import type { KeyEntry } from './access/keys.ts'
import type { Settings } from './config/settings.ts'
import type { ListeningDoor } from './dialects/dialect.ts'
import { checkExposure, openDoors } from './doors.ts'
import { takeFirstKey } from './first-key.ts'
import { ByteBudget } from './pipeline/byte-budget.ts'
import { openStorage } from './storage.ts'
import { Health } from './telemetry/health.ts'
import { IngestCounters } from './telemetry/ingest-counters.ts'
import { createLogger, type Logger } from './telemetry/logger.ts'
import { Metrics } from './telemetry/metrics.ts'
import { openTextHash } from './text-hash.ts'

/** What a test may put in place of the real thing. */
export interface ServerOverrides {
  readonly logger?: Logger
  readonly clock?: Clock
  /** Folder of the built page. */
  readonly webRoot?: string
}

export interface RunningServer {
  /** Base addresses, without a slash at the end. */
  readonly urls: { readonly page: string; readonly otlpHttp: string; readonly otlpGrpc: string }
  /** Doors that are open and take telemetry. */
  readonly listening: readonly ListeningDoor[]
  /** What callers of the TLS door are to trust, where Clew made its certificate itself: a PEM file. */
  readonly authorityPath: string | undefined
  readonly dataFolder: string
  /** Made now because none was configured (`first_key`); shown this once. */
  readonly newKey: string | undefined
  /** Takes nothing new, answers what runs, stores what is in the journal; idempotent. */
  stop(): Promise<void>
}

/** Throws SETTING_INVALID, DATA_FOLDER_LOCKED, DATA_FOLDER_NEWER, DOOR_TAKEN or STORE_UNAVAILABLE, and holds nothing then. */
export async function startServer(settings: Settings, overrides: ServerOverrides = {}): Promise<RunningServer> {
  if (!settings.firstKey) checkExposure(settings, settings.keys)
  const logger = overrides.logger ?? createLogger({ level: settings.logLevel, format: settings.logFormat })
  const budget = new ByteBudget(settings.byteBudget)
  const health = new Health()
  const metrics = new Metrics()
  const counters = new IngestCounters(overrides.clock)
  metrics.observe('byteBudgetUsed', () => budget.used)
  metrics.observe('byteBudgetLimit', () => budget.limitBytes)
  metrics.observe('ready', async () => ((await health.readiness()).ready ? 1 : 0))
  const storage = await openStorage({ settings, budget, health, metrics, logger, ...overrides })
  try {
    const first = await takeFirstKey(settings, storage.dataFolder)
    const keys: readonly KeyEntry[] = first === undefined ? settings.keys : [first.entry]
    checkExposure(settings, keys)
    const doors = await openDoors({
      settings,
      keys,
      dataFolder: storage.dataFolder,
      textHash: await openTextHash(storage.dataFolder, undefined, settings.idKey),
      consumer: storage.consumer,
      queries: storage.queries,
      onBlock: (listener) => storage.writer.onBlock(() => listener()),
      budget,
      counters,
      metrics,
      health,
      logger,
      ...overrides,
    })
    let stopping: Promise<void> | undefined
    const stop = async () => {
      health.stopping()
      await doors.stop(settings.stopTimeoutMs)
      await within(settings.stopTimeoutMs, storage.stop())
      metrics.stop()
    }
    return {
      urls: doors.urls,
      listening: doors.listening(),
      authorityPath: doors.authorityPath,
      dataFolder: storage.dataFolder,
      newKey: first?.newKey,
      stop: () => {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    await storage.stop()
    metrics.stop()
    throw error
  }
}

/** Rejects with STORE_UNAVAILABLE when the work takes longer; what is in the journal then waits for the next start. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const problem = `stop: the store did not take the journal within ${timeoutMs} ms; it is stored at the next start`
    timer = setTimeout(() => reject(new ClewError('STORE_UNAVAILABLE', problem)), timeoutMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
