// Every system that Clew stands in for: a plain table. The composition root (doors.ts) opens the doors and hands each
// dialect the one its routes belong to.
import { registerNativeRoutes } from './native/routes.ts'
import { OTLP_PROTOS } from './otlp/protos.ts'
import { encodeOtlpGrpcDetails, OTLP_GRPC_SERVICES, otlpGrpcMethods } from './otlp/receive-grpc.ts'
import { registerOtlpRoutes, renderOtlpError } from './otlp/receive-http.ts'

export const DIALECTS = {
  /** OpenTelemetry: takes traces and logs. */
  otlp: {
    registerRoutes: registerOtlpRoutes,
    renderError: renderOtlpError,
    grpcMethods: otlpGrpcMethods,
    grpcServices: OTLP_GRPC_SERVICES,
    grpcProtos: OTLP_PROTOS,
    encodeGrpcDetails: encodeOtlpGrpcDetails,
  },
  /** Our own: answers the page and whoever asks below /clew/v1. */
  native: { registerRoutes: registerNativeRoutes },
} as const
