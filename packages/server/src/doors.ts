// Every door of Clew, put together from its parts: which port serves which routes, behind which checks.
import { fileURLToPath } from 'node:url'
import { ClewError, type Clock, type TelemetryConsumer } from '@clew/model'
import { isLoopback } from './access/host.ts'
import { createAuthorize, type KeyEntry } from './access/keys.ts'
import type { Settings } from './config/settings.ts'
import { DIALECTS } from './dialects/registry.ts'
import { GrpcDoor } from './grpc/grpc-door.ts'
import { healthMethods } from './grpc/health-service.ts'
import { reflectionMethods } from './grpc/reflection-service.ts'
import { SERVICE_PROTOS } from './grpc/service-protos.ts'
import { CorsPolicy } from './http/cors.ts'
import type { Door } from './http/door.ts'
import { HttpDoor } from './http/http-door.ts'
import { registerOperations } from './http/operations.ts'
import { registerPage } from './http/page.ts'
import type { ByteBudget } from './pipeline/byte-budget.ts'
import type { QueryService } from './query/query-service.ts'
import type { Health } from './telemetry/health.ts'
import type { IngestCounters } from './telemetry/ingest-counters.ts'
import type { Logger } from './telemetry/logger.ts'
import type { Metrics } from './telemetry/metrics.ts'

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
  readonly clock?: Clock
  /** Folder of the built page; that of this repository unless given. */
  readonly webRoot?: string
}

export interface OpenDoors {
  readonly doors: readonly Door[]
  readonly urls: { readonly page: string; readonly otlpHttp: string; readonly otlpGrpc: string }
  stop(graceMs: number): Promise<void>
}

interface DoorPlan {
  readonly door: Door
  /** Without it Clew does not start; any other door that is taken is a warning. */
  readonly required: boolean
}

const WEB_ROOT = fileURLToPath(new URL('../../web/dist/', import.meta.url))
const HEALTH_POLL_MS = 1_000

/** Opens all doors or none. Throws DOOR_TAKEN when a required one cannot open. */
export async function openDoors(parts: DoorParts): Promise<OpenDoors> {
  const otlpHttp = createOtlpHttpDoor(parts)
  const otlpGrpc = createOtlpGrpcDoor(parts)
  const { main, endStreams } = await createMainDoor(parts, { otlpHttp, otlpGrpc })
  const doors = await startDoors(
    [main, otlpHttp, otlpGrpc].map((door) => ({ door, required: true })),
    parts.logger,
  )
  for (const door of doors)
    parts.health.register(`door ${door.name}`, () => ({ ok: door.url !== '', detail: door.url || 'not open' }))
  return {
    doors,
    urls: { page: main.url, otlpHttp: otlpHttp.url, otlpGrpc: otlpGrpc.url },
    stop: async (graceMs) => {
      endStreams()
      await Promise.all(doors.map((door) => door.stop(graceMs)))
    },
  }
}

/** The doors that opened. When a required one does not, those that did are closed again. */
export async function startDoors(plans: readonly DoorPlan[], logger: Logger): Promise<readonly Door[]> {
  const started: Door[] = []
  for (const { door, required } of plans) {
    try {
      await door.start()
      started.push(door)
    } catch (error) {
      if (!required && error instanceof ClewError && error.code === 'DOOR_TAKEN') {
        logger.warn({ door: door.name }, `this door stays closed: ${error.message}`)
        continue
      }
      await Promise.all(started.map((open) => open.stop(0)))
      throw error
    }
  }
  return started
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

async function createMainDoor(parts: DoorParts, { otlpHttp, otlpGrpc }: { otlpHttp: Door; otlpGrpc: Door }) {
  const { settings, counters } = parts
  const main = new HttpDoor({ ...doorOptions(parts), name: 'main', port: settings.httpPort, setting: 'http.port' })
  registerOperations(main.app, parts)
  const ingest = (tenant: string) => {
    const { lastAcceptedMs, ...counts } = counters.snapshot(tenant)
    return {
      ...counts,
      listening: [
        { door: otlpHttp.name, url: `${otlpHttp.url}/v1/traces` },
        { door: otlpGrpc.name, url: otlpGrpc.url },
      ],
      lastAcceptedAt: lastAcceptedMs === undefined ? null : new Date(lastAcceptedMs).toISOString(),
      insecure: settings.insecure,
    }
  }
  const { queries: query, onBlock, clock } = parts
  const { endStreams } = DIALECTS.native.registerRoutes(main.app, {
    query,
    ingest,
    onBlock,
    ...(clock === undefined ? {} : { clock }),
  })
  await registerPage(main.app, { root: parts.webRoot ?? WEB_ROOT })
  return { main, endStreams }
}

function createOtlpHttpDoor(parts: DoorParts): HttpDoor {
  const { settings, budget, consumer, counters, metrics } = parts
  const cors = new CorsPolicy(settings.corsOrigins)
  const door = new HttpDoor({
    ...doorOptions(parts),
    name: 'otlp-http',
    port: settings.otlpHttpPort,
    setting: 'otlp_http.port',
    renderError: DIALECTS.otlp.renderError,
    onRequest: (request, reply) => cors.mark(request, reply),
  })
  DIALECTS.otlp.registerRoutes(door.app, {
    consumer,
    counters,
    metrics,
    cors,
    body: { limitBytes: settings.maxBodyBytes, budget },
  })
  return door
}

function createOtlpGrpcDoor(parts: DoorParts): GrpcDoor {
  const { settings, health, consumer, counters, metrics } = parts
  return new GrpcDoor({
    ...doorOptions(parts),
    name: 'otlp-grpc',
    port: settings.otlpGrpcPort,
    setting: 'otlp_grpc.port',
    limitBytes: settings.maxBodyBytes,
    budget: parts.budget,
    encodeDetails: DIALECTS.otlp.encodeGrpcDetails,
    methods: {
      ...DIALECTS.otlp.grpcMethods({ consumer, counters, metrics }),
      ...healthMethods({
        services: DIALECTS.otlp.grpcServices,
        isServing: async () => (await health.readiness()).ready,
        pollMs: HEALTH_POLL_MS,
      }),
      ...reflectionMethods({ ...DIALECTS.otlp.grpcProtos, ...SERVICE_PROTOS }),
    },
  })
}

function doorOptions({ settings, keys, logger }: DoorParts) {
  const host = settings.httpHost
  return { host, logger, authorize: createAuthorize({ keys, keyless: isLoopback(host) || settings.insecure }) }
}
