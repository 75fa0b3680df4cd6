// OTLP/gRPC over node:http2: a unary call is five bytes of prefix and the body (gRPC over HTTP/2, "Length-Prefixed-Message").
import { connect, constants, type IncomingHttpHeaders } from 'node:http2'
import type { Answer, Connection } from './sender.ts'

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
/** gRPC status → the HTTP status that says the same to an exporter. */
const HTTP_STATUS: Record<string, number> = { '0': 200, '3': 400, '8': 413, '14': 503 }

export async function openGrpc(port: number): Promise<Connection> {
  const session = connect(`http://127.0.0.1:${port}`, { settings: { enablePush: false } })
  await new Promise<void>((resolve, reject) => {
    session.once('connect', () => resolve())
    session.once('error', reject)
  })
  session.on('error', () => {})
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const prefix = Buffer.alloc(5)
        prefix.writeUInt32BE(body.length, 1)
        const call = session.request({
          [constants.HTTP2_HEADER_METHOD]: 'POST',
          [constants.HTTP2_HEADER_PATH]: EXPORT,
          [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
          [constants.HTTP2_HEADER_TE]: 'trailers',
        })
        let received = 0
        let end: IncomingHttpHeaders = {}
        call.on('response', (headers) => {
          end = headers
        })
        call.on('trailers', (trailers) => {
          end = trailers
        })
        call.on('data', (chunk: Buffer) => {
          received += chunk.length
        })
        call.on('error', reject)
        call.on('close', () => resolve(toAnswer(end, received)))
        call.write(prefix)
        call.end(body)
      }),
    close: () => session.destroy(),
  }
}

function toAnswer(end: IncomingHttpHeaders, received: number): Answer {
  const code = String(end['grpc-status'] ?? 'none')
  return {
    status: HTTP_STATUS[code] ?? 500,
    rejected: code === '0' && received > 5,
    retryAfterSeconds: end['grpc-status-details-bin'] === undefined ? undefined : 1,
  }
}
