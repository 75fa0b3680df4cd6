// One gRPC call from its headers to its trailers. Whatever happens, it is answered once and gives its room back.
import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { ClewError } from '@clew/model'
import { asClewError, ERRORS, GRPC_STATUS } from '../errors.ts'
import { inflate } from '../http/inflate.ts'
import type { ByteBudget } from '../pipeline/byte-budget.ts'
import type { Logger } from '../telemetry/logger.ts'
import { MessageReader, type ReceivedMessage } from './message-reader.ts'
import type { GrpcCall, GrpcMethod, StreamMethod, UnaryMethod } from './method.ts'
import { encodeGrpcMessage, encodeRetryDetails, frameMessage, parseTimeout } from './wire.ts'

export interface CallOptions {
  readonly limitBytes: number
  readonly budget: ByteBudget
  readonly logger: Logger
}

/** A call that sends no byte for so long is given up, with the room it holds. */
const IDLE_MS = 60_000
/** Messages that wait to be served. An empty one takes five bytes of the wire and none of the budget, so they are counted. */
const MAX_WAITING = 64
const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc' } as const
const ACCEPTED_ENCODINGS = 'identity,gzip,deflate'

export class Call {
  readonly #stream: ServerHttp2Stream
  readonly #options: CallOptions
  readonly #metadata: IncomingHttpHeaders
  readonly #encoding: string | undefined
  readonly #abort = new AbortController()
  readonly #reader: MessageReader
  readonly #queue = new MessageQueue()
  #deadline: NodeJS.Timeout | undefined
  #isAnswered = false

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: CallOptions) {
    this.#stream = stream
    this.#options = options
    this.#metadata = headers
    this.#encoding = headers['grpc-encoding']?.toString()
    this.#reader = new MessageReader({ ...options, onMessage: (message) => this.#queue.push(message) })
    stream.on('error', () => {})
    stream.on('close', () => this.#end())
    this.#startDeadline(headers['grpc-timeout']?.toString())
  }

  /** Serves the call; never rejects. */
  async serve(method: GrpcMethod, tenant: string): Promise<void> {
    if (this.#isAnswered) return
    this.#receive()
    try {
      if (method.kind === 'unary') await this.#serveUnary(method, tenant)
      else await this.#serveStream(method, tenant)
    } catch (error) {
      this.fail(asClewError(error))
    } finally {
      this.#queue.stop()
    }
  }

  /** Answers with an error; without effect once the call is answered. */
  fail(error: ClewError): void {
    if (error.code === 'INTERNAL') this.#options.logger.error({ err: error.cause ?? error }, 'gRPC call failed')
    const details = encodeRetryDetails(error)
    this.#finish(ERRORS[error.code].grpcStatus, `${error.code}: ${error.message}`, details)
  }

  /** Answers with a gRPC status of no ClewError. */
  refuse(grpcStatus: number, message: string): void {
    this.#finish(grpcStatus, message)
  }

  #describe(tenant: string): GrpcCall {
    return { tenant, metadata: this.#metadata, signal: this.#abort.signal }
  }

  async #serveUnary(method: UnaryMethod, tenant: string): Promise<void> {
    const first = await this.#queue.next()
    if (first === undefined) {
      this.refuse(GRPC_STATUS.unimplemented, 'expected one request message, got none')
      return
    }
    try {
      const request = await this.#decompress(first)
      const answer = await method.call(request, this.#describe(tenant))
      if (this.#isAnswered) return
      this.#open()
      this.#stream.write(frameMessage(answer))
      this.#finish(GRPC_STATUS.ok, '')
    } finally {
      first.reservation.release()
    }
  }

  async #serveStream(method: StreamMethod, tenant: string): Promise<void> {
    for await (const answer of method.call(this.#requests(), this.#describe(tenant))) {
      if (this.#isAnswered) return
      this.#open()
      if (!this.#stream.write(frameMessage(answer)))
        await new Promise<void>((resolve) => this.#stream.once('drain', resolve).once('close', resolve))
    }
    this.#finish(GRPC_STATUS.ok, '')
  }

  async *#requests(): AsyncGenerator<Uint8Array> {
    for (let message = await this.#queue.next(); message; message = await this.#queue.next()) {
      try {
        yield await this.#decompress(message)
      } finally {
        message.reservation.release()
      }
    }
  }

  async #decompress(message: ReceivedMessage): Promise<Uint8Array> {
    if (!message.compressed) return message.bytes
    const encoding = this.#encoding
    if (encoding === undefined || encoding === 'identity') {
      const problem = 'message: expected it plain because grpc-encoding names no compression, got it compressed'
      // This very status: https://github.com/grpc/grpc/blob/master/doc/compression.md#specific-disabling-of-compression
      this.refuse(GRPC_STATUS.internal, problem)
      throw new ClewError('REQUEST_MALFORMED', problem)
    }
    if (encoding !== 'gzip' && encoding !== 'deflate')
      throw new ClewError(
        'UNSUPPORTED_ENCODING',
        `grpc-encoding: expected gzip, deflate or identity, got "${encoding}"`,
      )
    if (message.bytes.length === 0) return message.bytes
    return inflate(message.bytes, encoding, {
      limitBytes: this.#options.limitBytes,
      reserve: (bytes) => message.reservation.grow(bytes),
    })
  }

  #receive(): void {
    const stream = this.#stream
    const fail = (error: unknown) => {
      stream.removeAllListeners('data')
      this.#queue.fail(error)
      this.fail(asClewError(error))
    }
    stream.setTimeout(IDLE_MS, () => {
      if (!this.#reader.isAtBoundary)
        fail(new ClewError('REQUEST_TIMED_OUT', `message: no byte of it came for ${IDLE_MS} ms`))
    })
    stream.on('data', (chunk: Buffer) => {
      try {
        this.#reader.write(chunk)
      } catch (error) {
        fail(error)
      }
    })
    stream.on('end', () => {
      if (!this.#reader.isAtBoundary)
        fail(new ClewError('REQUEST_MALFORMED', 'message: expected it whole, the call ended within it'))
      this.#queue.end()
    })
  }

  #startDeadline(header: string | undefined): void {
    if (header === undefined) return
    const timeoutMs = parseTimeout(header)
    if (timeoutMs === undefined) {
      this.refuse(GRPC_STATUS.internal, `grpc-timeout: expected a number and a unit such as 10S, got "${header}"`)
      return
    }
    this.#deadline = setTimeout(
      () => this.refuse(GRPC_STATUS.deadlineExceeded, `deadline of ${timeoutMs} ms exceeded`),
      timeoutMs,
    )
  }

  #open(): void {
    if (!this.#stream.headersSent) this.#stream.respond(RESPONSE_HEADERS, { waitForTrailers: true })
  }

  #finish(grpcStatus: number, message: string, details?: Uint8Array): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    clearTimeout(this.#deadline)
    if (grpcStatus !== GRPC_STATUS.ok) this.#abort.abort()
    if (this.#stream.destroyed) return
    const trailers: OutgoingHttpHeaders = { 'grpc-status': String(grpcStatus) }
    if (message !== '') trailers['grpc-message'] = encodeGrpcMessage(message)
    if (details !== undefined) trailers['grpc-status-details-bin'] = Buffer.from(details).toString('base64')
    if (grpcStatus === GRPC_STATUS.unimplemented) trailers['grpc-accept-encoding'] = ACCEPTED_ENCODINGS
    if (this.#stream.headersSent) {
      this.#stream.once('wantTrailers', () => this.#stream.sendTrailers(trailers))
      this.#stream.end()
    } else this.#stream.respond({ ...RESPONSE_HEADERS, ...trailers }, { endStream: true })
    // What the caller still sends is thrown away, so that the connection's other calls keep their window; and it is told
    // to stop sending (RFC 9113 §8.1).
    if (!this.#stream.readableEnded) {
      this.#stream.resume()
      if (grpcStatus !== GRPC_STATUS.ok) this.#stream.close(constants.NGHTTP2_NO_ERROR)
    }
  }

  #end(): void {
    clearTimeout(this.#deadline)
    this.#reader.release()
    if (!this.#isAnswered) {
      this.#isAnswered = true
      this.#abort.abort()
    }
    this.#queue.end()
  }
}

/** Messages in order of arrival, for one reader that may wait for the next. */
class MessageQueue {
  readonly #messages: ReceivedMessage[] = []
  #wake: (() => void) | undefined
  #isEnded = false
  #isStopped = false
  #failure: unknown

  /** Throws OVERLOADED when too many wait already. */
  push(message: ReceivedMessage): void {
    if (!this.#isStopped && this.#messages.length < MAX_WAITING) {
      this.#messages.push(message)
      this.#wake?.()
      return
    }
    message.reservation.release()
    if (!this.#isStopped)
      throw new ClewError('OVERLOADED', `messages: expected at most ${MAX_WAITING} that wait to be served, got more`)
  }

  /** No more messages will come; idempotent. */
  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#failure = error
    this.end()
  }

  /** Nobody will ask for more: gives the room of what is still here back. */
  stop(): void {
    this.#isStopped = true
    for (const message of this.#messages.splice(0)) message.reservation.release()
  }

  /** The next message, or undefined after the last. */
  async next(): Promise<ReceivedMessage | undefined> {
    while (this.#messages.length === 0 && !this.#isEnded)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    if (this.#failure !== undefined) throw this.#failure
    return this.#messages.shift()
  }
}
