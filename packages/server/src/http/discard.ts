// A sender that is refused while it is still writing reads no answer before it has written all: so the rest is read and
// thrown away, up to a bound. Who writes on beyond it loses the connection.
import type { IncomingMessage } from 'node:http'
import { constants, Http2ServerRequest } from 'node:http2'

/** As much as a sender may send by default (`max_body_bytes`), so that whoever is refused by mistake of size reads why. */
const MAX_DISCARDED_BYTES = 64 * 2 ** 20

export function discardRest(message: IncomingMessage): void {
  if (message.readableEnded || message.destroyed) return
  let left = MAX_DISCARDED_BYTES
  message.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) breakOff(message)
  })
  message.resume()
}

/** A request of HTTP/2 that is destroyed would leave its stream open, and the sender waiting for room in its window. */
function breakOff(message: IncomingMessage): void {
  if (message instanceof Http2ServerRequest) message.stream.close(constants.NGHTTP2_NO_ERROR)
  else message.destroy()
}
