// Answers to what is no request yet: broken or oversized headers, or headers that never end. Node gives only the socket.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { ClewError } from '@clew/model'
import { ERRORS } from '../errors.ts'
import type { ErrorRenderer } from './problem.ts'

export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex, render: ErrorRenderer): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = asRefusal(error)
  const status = ERRORS[refusal.code].httpStatus
  const { type, body } = render(refusal, undefined)
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
  )
  socket.end(body)
}

function asRefusal(error: NodeJS.ErrnoException): ClewError {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new ClewError('HEADERS_TOO_LARGE', 'headers: expected at most 16 KiB together, got more')
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new ClewError('REQUEST_TIMED_OUT', 'request: expected it whole within the time limit, got only a part')
  return new ClewError('REQUEST_MALFORMED', `request: expected HTTP/1.1, got something else: ${error.message}`)
}
