// The messages of one call as they come: kept until they are asked for, and then decompressed. The sender of a long stream
// is held back while too many wait; any other call is refused for sending more than it was asked for.
import type { ServerHttp2Stream } from 'node:http2'
import { ClewError } from '@clew/model'
import { GRPC_STATUS } from '../errors.ts'
import { inflate } from '../http/inflate.ts'
import type { ByteBudget, Reservation } from '../pipeline/byte-budget.ts'
import { MessageReader, type ReceivedMessage } from './message-reader.ts'
import { isOverload, type Patience } from './patience.ts'
import { GrpcRefusal } from './wire.ts'

export interface IncomingOptions {
  readonly limitBytes: number
  readonly budget: ByteBudget
  /** Its `grpc-encoding`. */
  readonly encoding: string | undefined
  /** Of a long stream: holds the sender back. */
  readonly patience: Patience | undefined
  /** What ended the call, when nobody waits for a message that could be told. */
  readonly onFailure: (error: unknown) => void
  /** Aborted when the call is over for its sender. */
  readonly signal: AbortSignal
}

/** Messages that were handed over; their room is given back with `release`. */
export interface MessageGroup {
  readonly messages: readonly Uint8Array[]
  release(): void
}

/** A call that sends no byte of a message for so long is given up, with the room it holds. */
const IDLE_MS = 60_000
/** Messages that wait to be served. An empty one takes five bytes of the wire and none of the budget, so they are counted. */
const MAX_WAITING = 64
/** The same for long streams, whose messages are served in groups: as many as make a group worth its fsync. */
const MAX_WAITING_LONG = 256
/** A stream is held back with so much: its window of HTTP/2, which may be under way as well. */
const HOLD_BACK_BYTES = 4 * 2 ** 20
/** Compressed bytes that are handed over together: what decodes in some milliseconds. */
const GROUP_BYTES = 256 * 2 ** 10

export class IncomingMessages {
  readonly #stream: ServerHttp2Stream
  readonly #options: IncomingOptions
  readonly #reader: MessageReader
  readonly #waiting: ReceivedMessage[] = []
  #waitingBytes = 0
  #wake: (() => void) | undefined
  #isHeldBack = false
  #isWaitingForRoom = false
  #isEnded = false
  #failure: unknown

  constructor(stream: ServerHttp2Stream, options: IncomingOptions) {
    const { limitBytes, budget, patience } = options
    this.#stream = stream
    this.#options = options
    this.#reader = new MessageReader({ limitBytes, reserve: (bytes) => (patience ?? budget).reserve(bytes) })
    stream.setTimeout(IDLE_MS, () => {
      if (!this.#reader.isAtBoundary && !this.#isHeldBack)
        this.#fail(new ClewError('REQUEST_TIMED_OUT', `message: no byte of it came for ${IDLE_MS} ms`))
    })
    stream.on('data', (chunk: Buffer) => {
      this.#reader.write(chunk)
      this.#readOn()
    })
    stream.on('end', () => {
      if (!this.#reader.isAtBoundary)
        this.#fail(new ClewError('REQUEST_MALFORMED', 'message: expected it whole, the call ended within it'))
      this.end()
    })
  }

  /** The next message, or undefined after the last. Throws what went wrong with the call or with the message. */
  next(): Promise<MessageGroup | undefined> {
    return this.#takeGroup(1, Number.POSITIVE_INFINITY)
  }

  /** All that wait and at least one, or undefined after the last. Throws like `next`, after all that was good. */
  async nextGroup(): Promise<MessageGroup | undefined> {
    // One stream with much to say must not keep the others from being heard: messages that need no disk need no wait.
    await new Promise((resolve) => setImmediate(resolve))
    return this.#takeGroup(MAX_WAITING_LONG, GROUP_BYTES)
  }

  /** No more will come; what is here may still be asked for. Idempotent. */
  end(): void {
    this.#isEnded = true
    this.#reader.release()
    this.#wake?.()
  }

  /** Nobody will ask for more: what is here gives its room back, what still comes is thrown away. */
  stop(): void {
    for (const message of this.#waiting.splice(0)) message.reservation.release()
    this.#discard()
    this.end()
  }

  async #takeGroup(count: number, bytes: number): Promise<MessageGroup | undefined> {
    for (;;) {
      while (this.#waiting.length === 0 && !this.#isEnded)
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      const group = await this.#handOver(this.#takeUpTo(count, bytes))
      if (group.messages.length > 0) return group
      group.release()
      if (this.#waiting.length > 0) continue
      if (this.#failure !== undefined) throw this.#failure
      return undefined
    }
  }

  #takeUpTo(count: number, bytes: number): ReceivedMessage[] {
    let taken = 0
    let left = bytes
    while (taken < Math.min(count, this.#waiting.length) && (taken === 0 || this.#waiting[taken]!.bytes.length <= left))
      left -= this.#waiting[taken++]!.bytes.length
    const messages = this.#waiting.splice(0, taken)
    for (const message of messages) this.#waitingBytes -= message.bytes.length
    this.#readOn()
    return messages
  }

  /** What cannot be decompressed ends the call, but not before the others are served. */
  async #handOver(received: readonly ReceivedMessage[]): Promise<MessageGroup> {
    const rooms: Reservation[] = received.map((message) => message.reservation)
    // All of them to their end: one that still inflates would take room after it was given back.
    const outcomes = await Promise.allSettled(received.map((message) => this.#decompress(message, rooms)))
    const messages: Uint8Array[] = []
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') messages.push(outcome.value)
      else this.#fail(outcome.reason)
    }
    return {
      messages,
      release: () => {
        for (const room of rooms) room.release()
      },
    }
  }

  async #decompress(message: ReceivedMessage, rooms: Reservation[]): Promise<Uint8Array> {
    if (!message.compressed) return message.bytes
    const { encoding, limitBytes, budget, patience, signal } = this.#options
    if (encoding !== 'gzip' && encoding !== 'deflate') throw unknownCompression(encoding)
    if (message.bytes.length === 0) return message.bytes
    const attempt = async () => {
      const room = budget.reserve(0, message.bytes.length)
      rooms.push(room)
      try {
        const plain = await inflate(message.bytes, encoding, { limitBytes, reserve: (bytes) => room.grow(bytes) })
        // What came compressed is let go, and what the decompressor took besides.
        message.reservation.release()
        room.shrink(room.bytes - plain.buffer.byteLength)
        return plain
      } catch (error) {
        room.release()
        throw error
      }
    }
    return patience === undefined ? attempt() : patience.untilRoom(attempt, signal)
  }

  /** Reads the messages that have come, as long as there is room for them. */
  #readOn(): void {
    if (this.#isEnded || this.#isWaitingForRoom) return
    try {
      this.#readAll()
    } catch (error) {
      if (this.#options.patience !== undefined && isOverload(error)) void this.#waitForRoom(this.#options.patience)
      else this.#fail(error)
    }
  }

  async #waitForRoom(patience: Patience): Promise<void> {
    this.#isWaitingForRoom = true
    this.#holdBack(true)
    try {
      await patience.inTurn(() => this.#readAll(), this.#options.signal)
      this.#isWaitingForRoom = false
    } catch (error) {
      this.#fail(error)
    }
  }

  #readAll(): void {
    const count = this.#waiting.length
    try {
      for (let message = this.#readOne(); message !== undefined; message = this.#readOne()) this.#keep(message)
    } catch (error) {
      // Who can wait takes what found room as enough for now.
      const isEnough = this.#options.patience !== undefined && this.#waiting.length > count
      if (!isOverload(error) || !isEnough) throw error
    }
    this.#holdBack(this.#isFull || !this.#reader.isDrained)
  }

  #readOne(): ReceivedMessage | undefined {
    return this.#isFull || this.#isEnded ? undefined : this.#reader.read()
  }

  get #isFull(): boolean {
    if (this.#options.patience === undefined) return false
    return this.#waiting.length >= MAX_WAITING_LONG || this.#waitingBytes >= HOLD_BACK_BYTES
  }

  #keep(message: ReceivedMessage): void {
    if (this.#isEnded) {
      message.reservation.release()
      return
    }
    if (this.#options.patience === undefined && this.#waiting.length >= MAX_WAITING) {
      message.reservation.release()
      throw new ClewError('OVERLOADED', `messages: expected at most ${MAX_WAITING} that wait to be served, got more`)
    }
    this.#waiting.push(message)
    this.#waitingBytes += message.bytes.length
    this.#wake?.()
  }

  #holdBack(hold: boolean): void {
    if (hold === this.#isHeldBack) return
    this.#isHeldBack = hold
    if (hold) this.#stream.pause()
    else this.#stream.resume()
  }

  #fail(error: unknown): void {
    this.#discard()
    this.#failure ??= error
    if (this.#options.patience === undefined || this.#waiting.length === 0) this.#options.onFailure(error)
    this.end()
  }

  #discard(): void {
    this.#stream.removeAllListeners('data')
    this.#stream.resume()
  }
}

function unknownCompression(encoding: string | undefined): Error {
  // This very status: https://github.com/grpc/grpc/blob/master/doc/compression.md#specific-disabling-of-compression
  if (encoding === undefined || encoding === 'identity')
    return new GrpcRefusal(
      GRPC_STATUS.internal,
      'message: expected it plain because grpc-encoding names no compression, got it compressed',
    )
  return new ClewError('UNSUPPORTED_ENCODING', `grpc-encoding: expected gzip, deflate or identity, got "${encoding}"`)
}
