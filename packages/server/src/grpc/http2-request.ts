// Streams of HTTP/2 as requests of HTTP/1.1: Node's objects for it ("Compatibility API") reach the same routes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  constants,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { HttpApp } from '../http/http-app.ts'
import { REQUEST_MS } from '../http/http1-server.ts'

export function serveAsRequest(app: HttpApp, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  // A tunnel has no path (RFC 9113 §8.5), and nothing here is one.
  if (headers[':path'] === undefined) {
    stream.on('error', () => {})
    stream.respond({ ':status': 405, allow: 'GET, POST' }, { endStream: true })
    return
  }
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [name, String(value)])
  const request = new Http2ServerRequest(stream, headers, {}, rawHeaders)
  const response = new Http2ServerResponse(stream)
  if (headers.expect?.toLowerCase() === '100-continue') response.writeContinue()
  // The limit that Node has for requests of HTTP/1.1 alone: a body that is still coming holds room in the byte budget.
  const limit = setTimeout(() => {
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_CANCEL)
  }, REQUEST_MS)
  stream.once('close', () => clearTimeout(limit))
  app.serve(request as unknown as IncomingMessage, response as unknown as ServerResponse)
}
