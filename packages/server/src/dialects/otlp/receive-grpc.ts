// OTLP over gRPC (opentelemetry-proto, docs/specification.md, OTLP/gRPC): the Export methods of the trace and the logs
// service.
import { encodeExportResponse, encodeStatus } from '@clew/codecs'
import type { ClewError } from '@clew/model'
import { asClewError, ERRORS, retryAfterSeconds } from '../../errors.ts'
import type { GrpcMethods, UnaryMethod } from '../../grpc/method.ts'
import { type OtlpParts, type OtlpSignal, takeExport } from './export.ts'

const DOOR = 'otlp-grpc'

const TRACE_SERVICE = 'opentelemetry.proto.collector.trace.v1.TraceService'
const LOGS_SERVICE = 'opentelemetry.proto.collector.logs.v1.LogsService'

export const OTLP_GRPC_SERVICES: readonly string[] = [TRACE_SERVICE, LOGS_SERVICE]

export function otlpGrpcMethods(parts: OtlpParts): GrpcMethods {
  return {
    [`/${TRACE_SERVICE}/Export`]: exportMethod('spans', parts),
    [`/${LOGS_SERVICE}/Export`]: exportMethod('logs', parts),
  }
}

function exportMethod(signal: OtlpSignal, parts: OtlpParts): UnaryMethod {
  const receivedBytes = parts.metrics.counter('receivedBytes', DOOR)
  const requestSeconds = parts.metrics.histogram('requestSeconds', DOOR)
  const succeeded = parts.metrics.counter('requests', DOOR, 'ok')
  return {
    kind: 'unary',
    right: 'write',
    async call(body, { tenant }) {
      const started = performance.now()
      try {
        const outcome = await takeExport({ signal, encoding: 'protobuf', tenant, door: DOOR, body }, parts)
        receivedBytes.inc(body.length)
        succeeded.inc()
        return encodeExportResponse(signal, outcome, 'protobuf')
      } catch (error) {
        parts.metrics.counter('requests', DOOR, asClewError(error).code).inc()
        throw error
      } finally {
        requestSeconds.observe((performance.now() - started) / 1000)
      }
    },
  }
}

/**
 * `grpc-status-details-bin`: RetryInfo for what may be tried again. Without it a client never sends RESOURCE_EXHAUSTED
 * again, which is right for a body beyond the limit.
 */
export function encodeOtlpGrpcDetails(error: ClewError): Uint8Array | undefined {
  const retryDelaySeconds = retryAfterSeconds(error)
  if (retryDelaySeconds === undefined) return undefined
  const status = { code: ERRORS[error.code].grpcStatus, message: `${error.code}: ${error.message}`, retryDelaySeconds }
  return encodeStatus(status, 'protobuf')
}
