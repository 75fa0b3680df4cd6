// grpc.health.v1.Health, which load balancers and `grpc_health_probe` ask.
// (https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto)
import { ProtobufReader, ProtobufWriter } from '@clew/codecs'
import { ClewError } from '@clew/model'
import type { GrpcCall, GrpcMethods } from './method.ts'

export const HEALTH_SERVICE = 'grpc.health.v1.Health'

export interface HealthServiceOptions {
  /** Names that may be asked for, besides the empty one for the whole server. */
  readonly services: readonly string[]
  readonly isServing: () => Promise<boolean>
  /** How often a watched state is looked at. */
  readonly pollMs: number
}

/** HealthCheckResponse.ServingStatus */
const SERVING_STATUS = { serving: 1, notServing: 2, serviceUnknown: 3 } as const

export function healthMethods(options: HealthServiceOptions): GrpcMethods {
  const known = new Set(['', HEALTH_SERVICE, ...options.services])

  async function statusOf(service: string): Promise<number> {
    if (!known.has(service)) return SERVING_STATUS.serviceUnknown
    return (await options.isServing()) ? SERVING_STATUS.serving : SERVING_STATUS.notServing
  }

  async function* watch(service: string, { signal }: GrpcCall): AsyncGenerator<Uint8Array> {
    let told: number | undefined
    while (!signal.aborted) {
      const status = await statusOf(service)
      if (status !== told) yield encodeResponse(status)
      told = status
      await pause(options.pollMs, signal)
    }
  }

  return {
    [`/${HEALTH_SERVICE}/Check`]: {
      kind: 'unary',
      right: 'none',
      async call(request) {
        const service = decodeService(request)
        const status = await statusOf(service)
        if (status === SERVING_STATUS.serviceUnknown)
          throw new ClewError(
            'NOT_FOUND',
            `service: expected one that this port serves, got "${service.slice(0, 100)}"`,
          )
        return encodeResponse(status)
      },
    },
    [`/${HEALTH_SERVICE}/Watch`]: {
      kind: 'stream',
      right: 'none',
      async *call(requests, call) {
        for await (const request of requests) {
          yield* watch(decodeService(request), call)
          return
        }
      },
    },
  }
}

/** HealthCheckRequest: 1 service */
function decodeService(request: Uint8Array): string {
  const reader = new ProtobufReader('grpc.health.v1.HealthCheckRequest', request)
  let service = ''
  while (reader.next()) if (reader.field === 1 && reader.wireType === 2) service = reader.text()
  return service
}

/** HealthCheckResponse: 1 status */
function encodeResponse(status: number): Uint8Array {
  const writer = new ProtobufWriter(8)
  writer.uint32Field(1, status)
  return writer.copy()
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
