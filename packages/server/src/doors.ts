// Opens every door of Clew: the ports of config/doors.ts with what the dialects of dialects/registry.ts serve on them,
// and on the main one the page and what operators ask.
import { fileURLToPath } from 'node:url'
import { ClewError, type Clock, systemClock, type TelemetryConsumer, type TextHash } from '@clew/model'
import { isLoopback } from './access/host.ts'
import type { KeyEntry } from './access/keys.ts'
import type { DoorName } from './config/doors.ts'
import type { Settings } from './config/settings.ts'
import type { Dialect, DialectParts, ListeningDoor } from './dialects/dialect.ts'
import { DIALECTS } from './dialects/registry.ts'
import { type PlannedDoor, planDoors } from './door-plan.ts'
import type { Door } from './http/door.ts'
import { registerOperations } from './http/operations.ts'
import { registerPage } from './http/page.ts'
import type { ByteBudget } from './pipeline/byte-budget.ts'
import { systemTimers, type Timers } from './pipeline/journal/timers.ts'
import type { QueryService } from './query/query-service.ts'
import type { Health } from './telemetry/health.ts'
import type { IngestCounters } from './telemetry/ingest-counters.ts'
import type { Logger } from './telemetry/logger.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { chooseCertificate } from './tls/choose-certificate.ts'
import { OwnCertificate } from './tls/own-certificate.ts'
import { UdpDoor } from './udp/udp-door.ts'

export interface DoorParts {
  readonly settings: Settings
  /** Those of the settings, or the first key. */
  readonly keys: readonly KeyEntry[]
  readonly consumer: TelemetryConsumer
  readonly budget: ByteBudget
  readonly counters: IngestCounters
  readonly metrics: Metrics
  readonly health: Health
  readonly logger: Logger
  readonly queries: QueryService
  /** Calls the listener after each stored block; gives the function that ends it. */
  readonly onBlock: (listener: () => void) => () => void
  /** Absolute. */
  readonly dataFolder: string
  /** Keyed by the data folder. */
  readonly textHash: TextHash
  readonly clock?: Clock
  readonly timers?: Timers
  /** Folder of the built page; that of this repository unless given. */
  readonly webRoot?: string
}

export interface OpenDoors {
  readonly urls: { readonly page: string; readonly otlpHttp: string; readonly otlpGrpc: string }
  /** Base address of a door; empty where it did not open. */
  urlOf(name: DoorName): string
  /** Where senders are pointed. */
  listening(): readonly ListeningDoor[]
  /** What callers of the TLS door are to trust, where Clew made its certificate itself: a PEM file. */
  readonly authorityPath: string | undefined
  stop(graceMs: number): Promise<void>
}

/** What keeps a door closed that Clew can do without; anything else is a mistake in the settings. */
const MAY_STAY_CLOSED = new Set(['DOOR_TAKEN', 'KEY_MISSING'])
const WEB_ROOT = fileURLToPath(new URL('../../web/dist/', import.meta.url))

/** Opens the doors. Throws DOOR_TAKEN when a required one cannot open, and has none open then. */
export async function openDoors(parts: DoorParts): Promise<OpenDoors> {
  const certificate = chooseCertificate({ ...parts, clock: parts.clock ?? systemClock })
  let planned: readonly PlannedDoor[] = []
  const listening = () => planned.flatMap((plan) => plan.listening())
  const dialects = await createDialects(parts, listening)
  planned = await planDoors(dialects, {
    ...parts,
    certificate,
    async prepare(name, app) {
      if (name !== 'main') return
      registerOperations(app, parts)
      await registerPage(app, { root: parts.webRoot ?? WEB_ROOT })
    },
  })
  const closed = await startDoors(planned, parts.logger)
  for (const { name, door } of planned)
    parts.health.register(`door ${name}`, async () => {
      const problem = closed.get(door)
      if (problem !== undefined) return { ok: true, detail: `closed: ${problem.message}` }
      return { ok: true, detail: [door.url, await door.detail?.()].filter(Boolean).join(', ') }
    })
  const udp = planned.flatMap(({ door }) => (door instanceof UdpDoor ? [door] : []))
  parts.metrics.observe('datagramsLost', async () => {
    const lost = await Promise.all(udp.map((door) => door.lost()))
    return lost.reduce((sum: number, count) => sum + (count ?? 0), 0)
  })
  const urlOf = (name: DoorName) => planned.find((plan) => plan.name === name)?.door.url ?? ''
  return {
    urls: { page: urlOf('main'), otlpHttp: urlOf('otlp-http'), otlpGrpc: urlOf('otlp-grpc') },
    urlOf,
    listening,
    authorityPath: certificate instanceof OwnCertificate && urlOf('tls') !== '' ? certificate.authorityPath : undefined,
    stop: async (graceMs) => {
      for (const dialect of dialects) dialect.endStreams?.()
      await Promise.all(planned.map(({ door }) => door.stop(graceMs)))
    },
  }
}

/**
 * Gives the doors that stay closed, with the reason. Throws that of the first required one, after closing those that did
 * open.
 */
export async function startDoors(
  plans: readonly Pick<PlannedDoor, 'door' | 'required'>[],
  logger: Logger,
): Promise<ReadonlyMap<Door, ClewError>> {
  const closed = new Map<Door, ClewError>()
  const started: Door[] = []
  for (const { door, required } of plans) {
    try {
      await door.start()
      started.push(door)
    } catch (error) {
      if (!required && error instanceof ClewError && MAY_STAY_CLOSED.has(error.code)) {
        logger.warn({ door: door.name }, `this door stays closed: ${error.message}`)
        closed.set(door, error)
        continue
      }
      await Promise.all(started.map((open) => open.stop(0)))
      throw error
    }
  }
  return closed
}

/** Throws SETTING_INVALID when everybody could reach the doors and none would need a key. */
export function checkExposure(settings: Settings, keys: readonly KeyEntry[]): void {
  if (isLoopback(settings.httpHost) || keys.length > 0 || settings.insecure) return
  throw new ClewError(
    'SETTING_INVALID',
    `http.host: expected loopback because keys is empty, got ${settings.httpHost}, which others can reach; add keys ` +
      '(`clew key` makes one), or set CLEW_INSECURE=1 to let everyone read and write',
  )
}

function createDialects(parts: DoorParts, listening: DialectParts['listening']): Promise<readonly Dialect[]> {
  const { settings, budget, clock = systemClock, timers = systemTimers } = parts
  const body = { limitBytes: settings.maxBodyBytes, budget }
  return Promise.all(DIALECTS.map((create) => create({ ...parts, body, clock, timers, listening })))
}
