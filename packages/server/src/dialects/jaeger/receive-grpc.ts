// Jaeger's collector over gRPC: jaeger.api_v2.CollectorService/PostSpans on 14250, as its agents and OpenTelemetry's
// exporter for Jaeger call it. The answer, an empty message, comes once the spans are on disk.
import { decodeJaegerProto } from '@clew/codecs'
import type { GrpcMethods } from '../../grpc/method.ts'
import type { ReceiverParts } from '../dialect.ts'
import { RequestMeter } from '../receive-spans.ts'
import { takeJaegerSpans } from './take-jaeger-spans.ts'

const DOOR = 'jaeger-grpc'
const POST_SPANS_RESPONSE = new Uint8Array(0)

export function collectorMethods(parts: ReceiverParts): GrpcMethods {
  const meter = new RequestMeter(parts.metrics, DOOR)
  return {
    '/jaeger.api_v2.CollectorService/PostSpans': {
      kind: 'unary',
      right: 'write',
      call: (body, { tenant }) =>
        meter.measure(async (received) => {
          await takeJaegerSpans({ tenant, door: DOOR, body, decode: decodeJaegerProto }, parts)
          received(body.length)
          return POST_SPANS_RESPONSE
        }),
    },
  }
}
