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

/** The path, where these bytes are the beginning of a request. */
function pathIn(bytes: Buffer | undefined): string | undefined {
  return /^[A-Z]+ (\/[^\s?]*)/.exec(bytes?.toString('latin1', 0, 1_000) ?? '')?.[1]
}

function asRefusal(error: ParseError): ClewError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    // Where its first line does not end, it is the address that is too long.
    const isAddress = /^[A-Z]+ [^\r\n]*$/.test(error.rawPacket?.toString('latin1') ?? '')
    return isAddress
      ? new ClewError('URI_TOO_LONG', `address: expected a far shorter one, got more than ${MAX_HEAD_BYTES} bytes`)
      : new ClewError(
          'HEADERS_TOO_LARGE',
          `headers: expected far fewer, got more than ${MAX_HEAD_BYTES} bytes together`,
        )
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ClewError('REQUEST_TIMED_OUT', 'request: expected it whole within the time limit, got only a part')
  return new ClewError('REQUEST_MALFORMED', `request: expected HTTP/1.1, got something else: ${error.message}`)
}
