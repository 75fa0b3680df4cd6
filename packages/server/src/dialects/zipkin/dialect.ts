// Zipkin: takes spans as its server does, on one port over HTTP/1.1, HTTP/2 in plain text and gRPC.
import type { CreateDialect } from '../dialect.ts'
import { ZIPKIN_PROTOS } from './protos.ts'
import { registerSpanRoutes, renderZipkinError, SPANS_PATH } from './receive.ts'
import { spanServiceMethods } from './receive-grpc.ts'
import { ZipkinReceiver } from './zipkin-receiver.ts'

export const createZipkinDialect: CreateDialect = (parts) => {
  const receiver = new ZipkinReceiver(parts, parts.settings.zipkinSampleRate)
  return {
    http: [
      {
        doors: ['zipkin'],
        paths: ['/'],
        renderError: renderZipkinError,
        takesAt: SPANS_PATH.v2,
        register: (app) => registerSpanRoutes(app, parts.body, receiver),
      },
    ],
    grpc: [{ doors: ['zipkin'], protos: ZIPKIN_PROTOS, methods: () => spanServiceMethods(receiver) }],
  }
}
