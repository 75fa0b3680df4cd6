// OTLP/HTTP over a bare socket: the loader shares two cores with the server, and an HTTP client library would cost more
// than all it has to do here, which is writing a head and a body and reading a status.
import { connect, type Socket } from 'node:net'
import type { Answer, Connection } from './sender.ts'

export interface HttpTarget {
  readonly port: number
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** `encoding` may say of each body how it is compressed. */
export async function openHttp(
  target: HttpTarget,
  encoding: (body: Uint8Array) => string | undefined = () => undefined,
): Promise<Connection> {
  let socket = await open(target.port)
  const reader = new AnswerReader()
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined
  const watch = (current: Socket) => {
    current.on('data', (chunk) => {
      const answer = reader.take(chunk)
      if (answer === undefined) return
      const { resolve } = waiting!
      waiting = undefined
      resolve(answer)
    })
    current.on('error', () => {})
    current.on('close', () => waiting?.reject(new Error('the server closed the connection before it answered')))
  }
  watch(socket)
  const fixed = Object.entries({ 'Content-Type': 'application/x-protobuf', ...target.headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return {
    async post(body) {
      if (socket.destroyed || !socket.writable || reader.closing) {
        socket.destroy()
        socket = await open(target.port)
        reader.reset()
        watch(socket)
      }
      const packed = encoding(body)
      const head = `POST ${target.path} HTTP/1.1\r\nHost: localhost:${target.port}\r\n${fixed}${packed === undefined ? '' : `Content-Encoding: ${packed}\r\n`}Content-Length: ${body.length}\r\n\r\n`
      const answered = new Promise<Answer>((resolve, reject) => {
        waiting = { resolve, reject }
      })
      socket.cork()
      socket.write(head, 'latin1')
      // A refusal may come before the body is read; the body must not change until the socket let go of it.
      const written = new Promise<void>((resolve) => socket.write(body, () => resolve()))
      socket.uncork()
      const answer = await answered
      if (socket.writableLength > 0) {
        if (answer.status === 200) await written
        else socket.destroy()
      }
      return answer
    },
    close: () => socket.destroy(),
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Collects chunks until one whole HTTP/1.1 answer with a Content-Length is there. */
class AnswerReader {
  #pending = ''
  /** The server said it will close after this answer. */
  closing = false

  reset(): void {
    this.#pending = ''
    this.closing = false
  }

  take(chunk: Buffer): Answer | undefined {
    this.#pending += chunk.toString('latin1')
    const headEnd = this.#pending.indexOf('\r\n\r\n')
    if (headEnd < 0) return undefined
    const head = this.#pending.slice(0, headEnd)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    if (this.#pending.length < headEnd + 4 + length) return undefined
    const body = this.#pending.slice(headEnd + 4, headEnd + 4 + length)
    this.#pending = this.#pending.slice(headEnd + 4 + length)
    const retry = /\r\nretry-after: *(\d+)/i.exec(head)?.[1]
    this.closing = /\r\nconnection: *close/i.test(head)
    const status = Number(head.slice(9, 12))
    // An empty ExportTraceServiceResponse is all was kept; anything in it is a partial success or a warning.
    return {
      status,
      rejected: status === 200 && body.length > 0,
      retryAfterSeconds: retry === undefined ? undefined : Number(retry),
    }
  }
}
