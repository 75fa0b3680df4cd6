// Takes gRPC messages out of the data frames of one call. A message is announced by five bytes, so its room is taken from
// the byte budget before any of it is kept.
//
//   00 00 00 01 2c | 300 bytes of message | 01 00 00 00 40 | 64 bytes, compressed | …
//   ^flag: compressed   ^length, big-endian
//
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message)
import { ClewError } from '@clew/model'
import { tooLarge } from '../http/inflate.ts'
import type { Reservation } from '../pipeline/byte-budget.ts'

export interface ReceivedMessage {
  readonly bytes: Uint8Array
  readonly compressed: boolean
  readonly reservation: Reservation
}

export interface MessageReaderOptions {
  readonly limitBytes: number
  /** Takes room for an announced message; throws OVERLOADED when there is none now. */
  readonly reserve: (bytes: number) => Reservation
}

const PREFIX_BYTES = 5
const NOTHING = Buffer.alloc(0)

export class MessageReader {
  readonly #options: MessageReaderOptions
  readonly #prefix = Buffer.alloc(PREFIX_BYTES)
  #prefixLength = 0
  /** Bytes that came and were not looked at. */
  #rest: Buffer = NOTHING
  #body: Buffer | undefined
  #bodyLength = 0
  #reservation: Reservation | undefined

  constructor(options: MessageReaderOptions) {
    this.#options = options
  }

  /** True between two messages: a call that ends elsewhere was cut off. */
  get isAtBoundary(): boolean {
    return this.#prefixLength === 0 && this.#rest.length === 0
  }

  /** Whether all bytes that came were looked at. */
  get isDrained(): boolean {
    return this.#rest.length === 0
  }

  /** More bytes of the call. They are kept as they are until they are read. */
  write(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
  }

  /**
   * The next whole message, or undefined until more bytes come. After OVERLOADED the same may be tried again; after
   * BODY_TOO_LARGE and REQUEST_MALFORMED the reader is of no use.
   */
  read(): ReceivedMessage | undefined {
    if (this.#prefixLength < PREFIX_BYTES && !this.#readPrefix()) return undefined
    this.#reservation ??= this.#announce()
    const wanted = this.#announcedBytes()
    if (this.#body === undefined && this.#rest.length >= wanted) return this.#deliver(this.#take(wanted))
    this.#body ??= Buffer.allocUnsafeSlow(wanted)
    const part = this.#take(Math.min(wanted - this.#bodyLength, this.#rest.length))
    part.copy(this.#body, this.#bodyLength)
    this.#bodyLength += part.length
    return this.#bodyLength === wanted ? this.#deliver(this.#body) : undefined
  }

  /** Gives back the room of a message that will not come whole; idempotent. */
  release(): void {
    this.#reservation?.release()
    this.#reservation = undefined
    this.#body = undefined
    this.#rest = NOTHING
  }

  #readPrefix(): boolean {
    const part = this.#take(Math.min(PREFIX_BYTES - this.#prefixLength, this.#rest.length))
    part.copy(this.#prefix, this.#prefixLength)
    this.#prefixLength += part.length
    return this.#prefixLength === PREFIX_BYTES
  }

  #take(count: number): Buffer {
    const part = this.#rest.subarray(0, count)
    this.#rest = count === this.#rest.length ? NOTHING : this.#rest.subarray(count)
    return part
  }

  #announcedBytes(): number {
    return this.#prefix.readUInt32BE(1)
  }

  #announce(): Reservation {
    const flag = this.#prefix[0]!
    if (flag > 1)
      throw new ClewError(
        'REQUEST_MALFORMED',
        `message: expected 0 or 1 as its first byte (compressed or not), got ${flag}`,
      )
    if (this.#announcedBytes() > this.#options.limitBytes) throw tooLarge(this.#options.limitBytes)
    return this.#options.reserve(this.#announcedBytes())
  }

  #deliver(bytes: Uint8Array): ReceivedMessage {
    const message = { bytes, compressed: this.#prefix[0] === 1, reservation: this.#reservation! }
    this.#reservation = undefined
    this.#body = undefined
    this.#bodyLength = 0
    this.#prefixLength = 0
    return message
  }
}
