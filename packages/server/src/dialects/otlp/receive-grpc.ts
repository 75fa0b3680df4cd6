// OTLP over gRPC (opentelemetry-proto, docs/specification.md, OTLP/gRPC): the Export methods of the trace and the logs
// service.
import { encodeExportResponse } from '@clew/codecs'
import type { GrpcMethods, UnaryMethod } from '../../grpc/method.ts'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter } from '../receive-spans.ts'
import { type OtlpSignal, takeExport } from './export.ts'

const DOOR = 'otlp-grpc'

const TRACE_SERVICE = 'opentelemetry.proto.collector.trace.v1.TraceService'
const LOGS_SERVICE = 'opentelemetry.proto.collector.logs.v1.LogsService'

export function otlpGrpcMethods(parts: ReceiverParts): GrpcMethods {
  return {
    [`/${TRACE_SERVICE}/Export`]: exportMethod('spans', parts),
    [`/${LOGS_SERVICE}/Export`]: exportMethod('logs', parts),
  }
}

function exportMethod(signal: OtlpSignal, parts: ReceiverParts): UnaryMethod {
  const meter = new RequestMeter(parts.metrics, DOOR)
  return {
    kind: 'unary',
    right: 'write',
    call(body, { tenant }) {
      return meter.measure(async (received) => {
        const outcome = await takeExport({ signal, encoding: 'protobuf', tenant, door: DOOR, body }, parts)
        received(body.length)
        return encodeExportResponse(signal, outcome, 'protobuf')
      })
    },
  }
}
