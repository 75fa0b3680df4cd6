// From the table of doors and the dialects: which doors there are to open, each with all that is served on it.
import { isLoopback } from './access/host.ts'
import { createAuthorize, type KeyEntry } from './access/keys.ts'
import { DOORS, type DoorEntry, type DoorName } from './config/doors.ts'
import { SETTINGS, type Settings } from './config/settings.ts'
import type { Dialect, GrpcSurface, HttpSurface, ListeningDoor, UdpSurface } from './dialects/dialect.ts'
import { GrpcDoor } from './grpc/grpc-door.ts'
import { healthMethods } from './grpc/health-service.ts'
import type { GrpcMethods } from './grpc/method.ts'
import { reflectionMethods } from './grpc/reflection-service.ts'
import { SERVICE_PROTOS } from './grpc/service-protos.ts'
import { SharedDoor } from './grpc/shared-door.ts'
import type { Door } from './http/door.ts'
import type { HttpApp } from './http/http-app.ts'
import { HttpDoor } from './http/http-door.ts'
import type { ByteBudget } from './pipeline/byte-budget.ts'
import type { Health } from './telemetry/health.ts'
import type { Logger } from './telemetry/logger.ts'
import type { Metrics } from './telemetry/metrics.ts'
import type { CertificateSource } from './tls/certificate.ts'
import { UdpDoor } from './udp/udp-door.ts'

export interface PlannedDoor {
  readonly name: DoorName
  readonly door: Door
  /** Without it Clew does not start; any other door that is taken is a warning. */
  readonly required: boolean
  /** Where senders are pointed, once it is open. */
  listening(): readonly ListeningDoor[]
}

export interface DoorPlanParts {
  readonly settings: Settings
  readonly keys: readonly KeyEntry[]
  readonly budget: ByteBudget
  readonly health: Health
  readonly metrics: Metrics
  readonly logger: Logger
  /** That of the TLS door, which stays closed without. */
  readonly certificate: CertificateSource | undefined
  /** Puts what is no dialect's on a door over HTTP. */
  readonly prepare: (name: DoorName, app: HttpApp['app']) => void | Promise<void>
}

/** What the dialects have on one door. */
interface Surfaces {
  readonly http: readonly HttpSurface[]
  readonly grpc: readonly GrpcSurface[]
  readonly udp: readonly UdpSurface[]
}

const ENTRIES: Readonly<Record<DoorName, DoorEntry>> = DOORS
const HEALTH_POLL_MS = 1_000

/** In the order of the table. A door on which no dialect has anything is left out. */
export async function planDoors(dialects: readonly Dialect[], parts: DoorPlanParts): Promise<readonly PlannedDoor[]> {
  const plans = (Object.keys(DOORS) as DoorName[]).map(async (name) => {
    const isHere = ({ doors }: { doors: readonly DoorName[] }) => doors.includes(name)
    const surfaces = {
      http: dialects.flatMap(({ http = [] }) => http.filter(isHere)),
      grpc: dialects.flatMap(({ grpc = [] }) => grpc.filter(isHere)),
      udp: dialects.flatMap(({ udp = [] }) => udp.filter(isHere)),
    }
    if (Object.values(surfaces).every((list) => list.length === 0)) return []
    const { kind, required } = ENTRIES[name]
    if (kind === 'tls' && parts.certificate === undefined) return []
    const door = await createDoor(name, surfaces, parts)
    return [{ name, door, required, listening: () => listeningAt(name, door, surfaces) }]
  })
  return (await Promise.all(plans)).flat()
}

async function createDoor(name: DoorName, surfaces: Surfaces, parts: DoorPlanParts): Promise<Door> {
  const { kind } = ENTRIES[name]
  switch (kind) {
    case 'http': {
      const door = new HttpDoor(doorOptions(name, parts))
      await serveHttp(name, door, surfaces.http, parts)
      return door
    }
    case 'shared':
    case 'tls': {
      const { certificate } = parts
      const door = new SharedDoor({
        ...doorOptions(name, parts),
        ...grpcOptions(name, surfaces.grpc, parts),
        ...(kind === 'tls' && certificate !== undefined ? { certificate } : {}),
      })
      await serveHttp(name, door, surfaces.http, parts)
      return door
    }
    case 'grpc':
      return new GrpcDoor({ ...doorOptions(name, parts), ...grpcOptions(name, surfaces.grpc, parts) })
    case 'udp':
      return createUdpDoor(name, surfaces.udp, parts)
  }
}

function doorOptions(name: DoorName, { settings, keys, logger }: DoorPlanParts) {
  const { setting } = ENTRIES[name]
  const host = settings.httpHost
  const isKeyless = isLoopback(host) || settings.insecure
  const authorize = createAuthorize({ keys, keyless: isKeyless })
  return { name, host, port: settings[setting], setting: SETTINGS[setting].path, logger, isKeyless, authorize }
}

async function serveHttp(
  name: DoorName,
  http: HttpApp,
  surfaces: readonly HttpSurface[],
  parts: DoorPlanParts,
): Promise<void> {
  for (const surface of surfaces) {
    http.own(surface)
    http.app.register(async (scope) => surface.register(scope, name))
  }
  await parts.prepare(name, http.app)
}

function createUdpDoor(name: DoorName, [surface, ...others]: readonly UdpSurface[], parts: DoorPlanParts): Door {
  if (surface === undefined || others.length > 0)
    throw new Error(`door ${name}: a datagram says not whose it is, so one dialect has it, and no more`)
  const { budget, metrics } = parts
  return new UdpDoor({ ...doorOptions(name, parts), budget, metrics, receive: surface.receiver(name) })
}

function grpcOptions(name: DoorName, surfaces: readonly GrpcSurface[], { settings, budget, health }: DoorPlanParts) {
  const methods: GrpcMethods = Object.assign({}, ...surfaces.map((surface) => surface.methods(name)))
  const services = new Set(Object.keys(methods).map((path) => path.split('/')[1]!))
  const isServing = async () => (await health.readiness()).ready
  return {
    limitBytes: settings.maxBodyBytes,
    budget,
    methods: {
      ...methods,
      ...healthMethods({ services: [...services], isServing, pollMs: HEALTH_POLL_MS }),
      ...reflectionMethods(Object.assign({}, ...surfaces.map(({ protos }) => protos), SERVICE_PROTOS)),
    },
  }
}

function listeningAt(name: DoorName, { url }: Door, { http, grpc, udp }: Surfaces): ListeningDoor[] {
  if (url === '') return []
  const paths = http.flatMap(({ takesAt }) => takesAt ?? [])
  const urls = [...paths.map((path) => `${url}${path}`), ...(grpc.length + udp.length > 0 ? [url] : [])]
  return urls.map((each) => ({ door: name, url: each }))
}
