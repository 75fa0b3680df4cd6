// What a dialect is to the doors: the routes, gRPC methods and datagram receivers it has, and on which doors they are.
// registry.ts lists the dialects, config/doors.ts the doors, and doors.ts of the server brings the two together.
import type { Clock, TelemetryConsumer, TextHash } from '@clew/model'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DoorName } from '../config/doors.ts'
import type { Settings } from '../config/settings.ts'
import type { GrpcMethods } from '../grpc/method.ts'
import type { ProtoSources } from '../grpc/proto-descriptor.ts'
import type { ErrorRenderer } from '../http/problem.ts'
import type { BodyOptions } from '../http/request-body.ts'
import type { Timers } from '../pipeline/journal/timers.ts'
import type { QueryService } from '../query/query-service.ts'
import type { Health } from '../telemetry/health.ts'
import type { IngestCounters } from '../telemetry/ingest-counters.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { DatagramReceiver } from '../udp/datagram-receiver.ts'

/** What taking spans needs. */
export interface ReceiverParts {
  readonly consumer: TelemetryConsumer
  readonly counters: IngestCounters
  readonly metrics: Metrics
  /** Limit and budget of `max_body_bytes` and `byte_budget`; a dialect with a limit of its own spreads it over this. */
  readonly body: BodyOptions
  readonly clock: Clock
}

/** A door that is open and takes telemetry, as people are told of it. */
export interface ListeningDoor {
  readonly door: string
  /** Where senders are pointed at. */
  readonly url: string
}

/** Everything the server has for its dialects. */
export interface DialectParts extends ReceiverParts {
  readonly settings: Settings
  /** Absolute; a dialect that keeps something has a folder of its own in it. */
  readonly dataFolder: string
  /** Keyed by the data folder: makes ids of texts, and seals what callers keep for Clew. */
  readonly textHash: TextHash
  readonly timers: Timers
  readonly queries: QueryService
  /** Calls the listener after each stored block; gives the function that ends it. */
  readonly onBlock: (listener: () => void) => () => void
  /** Empty until the doors are open. */
  readonly listening: () => readonly ListeningDoor[]
  readonly health: Health
  readonly logger: Logger
}

/** Routes over HTTP, the same on each of its doors. */
export interface HttpSurface {
  readonly doors: readonly DoorName[]
  /**
   * Where its paths begin, whole segments: `/trace/v1` (`*` is any one segment), or `/` for all that nobody else on the
   * door has. Whatever goes wrong below them is answered in this dialect's shape: 404, 405, 413, 414 and 431 too.
   */
  readonly paths: readonly string[]
  /** RFC 9457 problems unless given. */
  readonly renderError?: ErrorRenderer
  /** Runs first on every request below its paths, before any check can refuse it. */
  readonly onRequest?: (request: FastifyRequest, reply: FastifyReply) => void
  /** The path that senders post to, for people; none where nothing is taken. */
  readonly takesAt?: string
  /** Called once for each of its doors; `app` is a scope of its own. */
  register(app: FastifyInstance, door: DoorName): void | Promise<void>
}

/** Methods over gRPC, the same on each of its doors. Health and reflection are the door's. */
export interface GrpcSurface {
  readonly doors: readonly DoorName[]
  /** The services in the proto3 language, for reflection: file name → text. */
  readonly protos: ProtoSources
  /** Called once for each of its doors. */
  methods(door: DoorName): GrpcMethods
}

/** Datagrams. */
export interface UdpSurface {
  readonly doors: readonly DoorName[]
  /** Called once for each of its doors. */
  receiver(door: DoorName): DatagramReceiver
}

/** One system that Clew stands in for. */
export interface Dialect {
  readonly http?: readonly HttpSurface[]
  readonly grpc?: readonly GrpcSurface[]
  readonly udp?: readonly UdpSurface[]
  /** The doors are about to close: ends what would keep a connection open for ever. */
  endStreams?(): void
}

/** Called once a process, before any door opens; what it keeps in memory is thus shared by all its doors. */
export type CreateDialect = (parts: DialectParts) => Dialect | Promise<Dialect>
