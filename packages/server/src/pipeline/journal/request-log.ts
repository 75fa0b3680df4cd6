// What the journal owes the memory of requests: the identities of a segment's requests stay durable when it is deleted.
//
//   entry   | accepted ms f64 | identity 16 bytes |   one for each request, behind each other
import { IDENTITY_BYTES, NO_IDENTITY } from '../accepted-request.ts'

export interface RequestLog {
  /** Requests found in segments at start. */
  restore(entries: Uint8Array): void
  /** Resolves when the entries are durable without their segment. */
  persist(entries: Uint8Array): Promise<void>
}

export const ENTRY_BYTES = 8 + IDENTITY_BYTES

/** Entries of one segment, growing with it. */
export class RequestEntries {
  #buffer = Buffer.allocUnsafe(64 * ENTRY_BYTES)
  #length = 0

  /** What has no identity is never asked for. */
  add(acceptedMs: number, identity: Uint8Array): void {
    if (NO_IDENTITY.every((byte, i) => identity[i] === byte)) return
    if (this.#length === this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * this.#buffer.length)
      larger.set(this.#buffer)
      this.#buffer = larger
    }
    this.#buffer.writeDoubleLE(acceptedMs, this.#length)
    this.#buffer.set(identity, this.#length + 8)
    this.#length += ENTRY_BYTES
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }
}
