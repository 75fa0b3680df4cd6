// Zipkin over gRPC: zipkin.proto3.SpanService/Report takes a ListOfSpans. The answer, an empty message, comes once the
// spans are on disk.
import type { GrpcMethods } from '../../grpc/method.ts'
import type { ZipkinReceiver } from './zipkin-receiver.ts'

const TRANSPORT = 'grpc'
const REPORT_RESPONSE = new Uint8Array(0)

export function spanServiceMethods(receiver: ZipkinReceiver): GrpcMethods {
  const meter = receiver.meter(TRANSPORT)
  return {
    '/zipkin.proto3.SpanService/Report': {
      kind: 'unary',
      right: 'write',
      call: (body, { tenant }) =>
        meter.measure(async (received) => {
          await receiver.take({ tenant, transport: TRANSPORT, format: 'PROTO3', body })
          received(body.length)
          return REPORT_RESPONSE
        }),
    },
  }
}
