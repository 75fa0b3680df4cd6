// Every door of Clew, put together from its parts: which port serves which routes, behind which checks.
import { fileURLToPath } from 'node:url'
import { ClewError, type TelemetryConsumer } from '@clew/model'
import type { FastifyInstance } from 'fastify'
import { isLoopback } from './access/host.ts'
import { createAuthorize, type KeyEntry } from './access/keys.ts'
import type { Settings } from './config/settings.ts'
import type { OtlpParts } from './dialects/otlp/export.ts'
import { OTLP_PROTOS } from './dialects/otlp/protos.ts'
import { encodeOtlpGrpcDetails, LOGS_SERVICE, otlpGrpcMethods, TRACE_SERVICE } from './dialects/otlp/receive-grpc.ts'
import { registerOtlpRoutes, renderOtlpError } from './dialects/otlp/receive-http.ts'
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
  /** Routes of the main port that ask the store. */
  readonly registerQueries?: (app: FastifyInstance) => void
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
  const main = await createMainDoor(parts)
  const otlpHttp = createOtlpHttpDoor(parts)
  const otlpGrpc = createOtlpGrpcDoor(parts)
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

function createMainDoor(parts: DoorParts): Promise<HttpDoor> {
  const door = new HttpDoor({
    ...doorOptions(parts),
    name: 'main',
    port: parts.settings.httpPort,
    setting: 'http.port',
  })
  registerOperations(door.app, parts)
  parts.registerQueries?.(door.app)
  return registerPage(door.app, { root: parts.webRoot ?? WEB_ROOT }).then(() => door)
}

function createOtlpHttpDoor(parts: DoorParts): HttpDoor {
  const { settings, budget } = parts
  const cors = new CorsPolicy(settings.corsOrigins)
  const door = new HttpDoor({
    ...doorOptions(parts),
    name: 'otlp-http',
    port: settings.otlpHttpPort,
    setting: 'otlp_http.port',
    renderError: renderOtlpError,
    onRequest: (request, reply) => cors.mark(request, reply),
  })
  registerOtlpRoutes(door.app, { ...otlpParts(parts), cors, body: { limitBytes: settings.maxBodyBytes, budget } })
  return door
}

function createOtlpGrpcDoor(parts: DoorParts): GrpcDoor {
  const { settings, health } = parts
  const services = [TRACE_SERVICE, LOGS_SERVICE]
  return new GrpcDoor({
    ...doorOptions(parts),
    name: 'otlp-grpc',
    port: settings.otlpGrpcPort,
    setting: 'otlp_grpc.port',
    limitBytes: settings.maxBodyBytes,
    budget: parts.budget,
    encodeDetails: encodeOtlpGrpcDetails,
    methods: {
      ...otlpGrpcMethods(otlpParts(parts)),
      ...healthMethods({
        services,
        isServing: async () => (await health.readiness()).ready,
        pollMs: HEALTH_POLL_MS,
      }),
      ...reflectionMethods({ ...OTLP_PROTOS, ...SERVICE_PROTOS }),
    },
  })
}

function otlpParts({ consumer, counters, metrics }: DoorParts): OtlpParts {
  return { consumer, counters, metrics }
}

function doorOptions({ settings, keys, logger }: DoorParts) {
  const host = settings.httpHost
  return { host, logger, authorize: createAuthorize({ keys, keyless: isLoopback(host) || settings.insecure }) }
}
