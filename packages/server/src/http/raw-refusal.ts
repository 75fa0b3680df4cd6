// Answers to what is no request yet: broken or oversized headers, or headers that never end. Node gives only the socket,
// and of the bytes no more than those it read last.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { ClewError } from '@clew/model'
import { ERRORS } from '../errors.ts'
import { type HttpApp, MAX_HEAD_BYTES } from './http-app.ts'

interface ParseError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer
}

export function refuseBrokenRequest(error: ParseError, socket: Duplex, app: HttpApp): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = asRefusal(error)
  const render = app.renderErrorOf(pathIn(error.rawPacket))
  const { type, body, status = ERRORS[refusal.code].httpStatus } = render(refusal, undefined)
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
  )
  socket.end(body)
}

/** The path, where these bytes are the beginning of a request: those of a dialect are answered in its words. */
function pathIn(bytes: Buffer | undefined): string | undefined {
  return /^[A-Z]+ (\/[^\s?]*)/.exec(bytes?.toString('latin1', 0, 1_000) ?? '')?.[1]
}

function asRefusal(error: ParseError): ClewError {
  // Which of the two it was cannot be told from the last bytes alone; http-app.ts can, up to this size.
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new ClewError(
      'HEADERS_TOO_LARGE',
      `address and headers: expected at most ${MAX_HEAD_BYTES} bytes together, got more`,
    )
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ClewError('REQUEST_TIMED_OUT', 'request: expected it whole within the time limit, got only a part')
  return new ClewError('REQUEST_MALFORMED', `request: expected HTTP/1.1, got something else: ${error.message}`)
}
