// One gRPC call from its headers to its trailers. Whatever happens, it is answered once and gives its room back.
import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { ClewError } from '@clew/model'
import { asClewError, ERRORS, GRPC_STATUS } from '../errors.ts'
import type { ByteBudget } from '../pipeline/byte-budget.ts'
import type { Logger } from '../telemetry/logger.ts'
import { IncomingMessages } from './incoming-messages.ts'
import type { GrpcCall, GrpcMethod, LongStreamCall, LongStreamMethod, StreamMethod, UnaryMethod } from './method.ts'
import type { Patience } from './patience.ts'
import { encodeGrpcMessage, encodeRetryDetails, frameMessage, GrpcRefusal, parseTimeout } from './wire.ts'

export interface CallOptions {
  readonly limitBytes: number
  readonly budget: ByteBudget
  readonly patience: Patience
  readonly logger: Logger
  /** How long messages of a long stream are taken after it was answered: what its sender wrote before it heard of it. */
  readonly underWayMs?: number
}

const UNDER_WAY_MS = 5_000
const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc' } as const
const ACCEPTED_ENCODINGS = 'identity,gzip,deflate'

export class Call {
  readonly #stream: ServerHttp2Stream
  readonly #options: CallOptions
  readonly #metadata: IncomingHttpHeaders
  readonly #abort = new AbortController()
  #incoming: IncomingMessages | undefined
  #deadline: NodeJS.Timeout | undefined
  #isAnswered = false

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: CallOptions) {
    this.#stream = stream
    this.#options = options
    this.#metadata = headers
    stream.on('error', () => {})
    stream.on('close', () => this.#end())
    this.#startDeadline(headers['grpc-timeout']?.toString())
  }

  /** Serves the call; never rejects. */
  async serve(method: GrpcMethod, tenant: string): Promise<void> {
    if (this.#isAnswered) return
    const incoming = this.#receive(method.kind === 'long-stream')
    try {
      if (method.kind === 'unary') await this.#serveUnary(method, tenant, incoming)
      else if (method.kind === 'stream') await this.#serveStream(method, tenant, incoming)
      else await this.#serveLongStream(method, tenant, incoming)
    } catch (error) {
      this.#failWith(error)
    } finally {
      incoming.stop()
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

  #failWith(error: unknown): void {
    if (error instanceof GrpcRefusal) this.refuse(error.grpcStatus, error.message)
    else this.fail(asClewError(error))
  }

  #describe(tenant: string): GrpcCall {
    return { tenant, metadata: this.#metadata, signal: this.#abort.signal }
  }

  async #serveUnary(method: UnaryMethod, tenant: string, incoming: IncomingMessages): Promise<void> {
    const group = await incoming.next()
    if (group === undefined) {
      this.refuse(GRPC_STATUS.unimplemented, 'expected one request message, got none')
      return
    }
    try {
      const answer = await method.call(group.messages[0]!, this.#describe(tenant))
      if (this.#isAnswered) return
      this.#open()
      this.#stream.write(frameMessage(answer))
      this.#finish(GRPC_STATUS.ok, '')
    } finally {
      group.release()
    }
  }

  async #serveStream(method: StreamMethod, tenant: string, incoming: IncomingMessages): Promise<void> {
    for await (const answer of method.call(messagesOf(incoming), this.#describe(tenant))) {
      if (this.#isAnswered) return
      await this.#write(answer)
    }
    this.#finish(GRPC_STATUS.ok, '')
  }

  async #serveLongStream(method: LongStreamMethod, tenant: string, incoming: IncomingMessages): Promise<void> {
    const { patience } = this.#options
    const call: LongStreamCall = {
      ...this.#describe(tenant),
      end: () => this.#answerAndReadOn(incoming),
      untilRoom: (attempt) => patience.untilRoom(attempt, this.#abort.signal),
    }
    for await (const answer of method.call(groupsOf(incoming), call)) if (!this.#isAnswered) await this.#write(answer)
    this.#finish(GRPC_STATUS.ok, '')
  }

  #answerAndReadOn(incoming: IncomingMessages): void {
    if (this.#isAnswered) return
    this.#finish(GRPC_STATUS.ok, '')
    this.#deadline = setTimeout(() => {
      incoming.end()
      this.#stream.close(constants.NGHTTP2_NO_ERROR)
    }, this.#options.underWayMs ?? UNDER_WAY_MS)
  }

  async #write(answer: Uint8Array): Promise<void> {
    this.#open()
    if (!this.#stream.write(frameMessage(answer)))
      await new Promise<void>((resolve) => this.#stream.once('drain', resolve).once('close', resolve))
  }

  #receive(isLong: boolean): IncomingMessages {
    const { limitBytes, budget, patience } = this.#options
    this.#incoming = new IncomingMessages(this.#stream, {
      limitBytes,
      budget,
      encoding: this.#metadata['grpc-encoding']?.toString(),
      patience: isLong ? patience : undefined,
      onFailure: (error) => this.#failWith(error),
      signal: this.#abort.signal,
    })
    return this.#incoming
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
    const isReadOn = grpcStatus === GRPC_STATUS.ok && this.#incoming !== undefined
    if (this.#stream.readableEnded || isReadOn) return
    // What the caller still sends is thrown away, so that the connection's other calls keep their window; and it is told
    // to stop sending (RFC 9113 §8.1). After an OK it is read by whoever serves the call, to its end.
    this.#stream.resume()
    if (grpcStatus !== GRPC_STATUS.ok) this.#stream.close(constants.NGHTTP2_NO_ERROR)
  }

  #end(): void {
    clearTimeout(this.#deadline)
    if (!this.#isAnswered) {
      this.#isAnswered = true
      this.#abort.abort()
    }
    this.#incoming?.end()
  }
}

async function* messagesOf(incoming: IncomingMessages): AsyncGenerator<Uint8Array> {
  for (let group = await incoming.next(); group !== undefined; group = await incoming.next()) {
    try {
      yield group.messages[0]!
    } finally {
      group.release()
    }
  }
}

async function* groupsOf(incoming: IncomingMessages): AsyncGenerator<readonly Uint8Array[]> {
  for (let group = await incoming.nextGroup(); group !== undefined; group = await incoming.nextGroup()) {
    try {
      yield group.messages
    } finally {
      group.release()
    }
  }
}
