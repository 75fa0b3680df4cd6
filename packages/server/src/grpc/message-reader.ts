// Takes gRPC messages out of the data frames of one call. A message is announced by five bytes, so its room is taken from
// the byte budget before any of it is kept.
//
//   00 00 00 01 2c | 300 bytes of message | 01 00 00 00 40 | 64 bytes, compressed | …
//   ^flag: compressed   ^length, big-endian
//
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message)
import { ClewError } from '@clew/model'
import { tooLarge } from '../http/inflate.ts'
import type { ByteBudget, Reservation } from '../pipeline/byte-budget.ts'

export interface ReceivedMessage {
  readonly bytes: Uint8Array
  readonly compressed: boolean
  readonly reservation: Reservation
}

export interface MessageReaderOptions {
  readonly limitBytes: number
  readonly budget: ByteBudget
  readonly onMessage: (message: ReceivedMessage) => void
}

const PREFIX_BYTES = 5

export class MessageReader {
  readonly #options: MessageReaderOptions
  readonly #prefix = Buffer.alloc(PREFIX_BYTES)
  #prefixLength = 0
  #body: Buffer | undefined
  #bodyLength = 0
  #reservation: Reservation | undefined

  constructor(options: MessageReaderOptions) {
    this.#options = options
  }

  /** True between two messages: a call that ends elsewhere was cut off. */
  get isAtBoundary(): boolean {
    return this.#prefixLength === 0
  }

  /** Throws BODY_TOO_LARGE, OVERLOADED or REQUEST_MALFORMED; the reader is of no use afterwards. */
  write(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length || this.#isComplete()) {
      if (this.#prefixLength < PREFIX_BYTES) {
        const count = Math.min(PREFIX_BYTES - this.#prefixLength, chunk.length - at)
        chunk.copy(this.#prefix, this.#prefixLength, at, at + count)
        this.#prefixLength += count
        at += count
        if (this.#prefixLength === PREFIX_BYTES) this.#announce()
        continue
      }
      const wanted = this.#announcedBytes()
      if (this.#body === undefined && chunk.length - at >= wanted) {
        const bytes = chunk.subarray(at, at + wanted)
        at += wanted
        this.#deliver(bytes)
        continue
      }
      this.#body ??= Buffer.allocUnsafeSlow(wanted)
      const count = Math.min(wanted - this.#bodyLength, chunk.length - at)
      chunk.copy(this.#body, this.#bodyLength, at, at + count)
      this.#bodyLength += count
      at += count
      if (this.#bodyLength === wanted) this.#deliver(this.#body)
    }
  }

  /** Gives back the room of a message that will not come whole; idempotent. */
  release(): void {
    this.#reservation?.release()
    this.#reservation = undefined
  }

  /** An announced message of no bytes is whole without any further chunk. */
  #isComplete(): boolean {
    return this.#prefixLength === PREFIX_BYTES && this.#announcedBytes() === 0
  }

  #announcedBytes(): number {
    return this.#prefix.readUInt32BE(1)
  }

  #announce(): void {
    const flag = this.#prefix[0]!
    if (flag > 1)
      throw new ClewError(
        'REQUEST_MALFORMED',
        `message: expected 0 or 1 as its first byte (compressed or not), got ${flag}`,
      )
    if (this.#announcedBytes() > this.#options.limitBytes) throw tooLarge(this.#options.limitBytes)
    this.#reservation = this.#options.budget.reserve(this.#announcedBytes())
  }

  #deliver(bytes: Uint8Array): void {
    const reservation = this.#reservation!
    const compressed = this.#prefix[0] === 1
    this.#reservation = undefined
    this.#body = undefined
    this.#bodyLength = 0
    this.#prefixLength = 0
    this.#options.onMessage({ bytes, compressed, reservation })
  }
}
