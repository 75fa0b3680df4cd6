// How many spans each service has in each trace of a block, and how many of them failed: the map `services` of
// `trace_summaries`, with both counts in one number. Traces have few services, so a list a trace is searched from its start.
import { asBytes, type NativeFileColumn } from '../native-writer.ts'
import type { ByteInterner } from './byte-interner.ts'
import { GrowableBytes, GrowableUint32 } from './growable-bytes.ts'

/** `Map(String, UInt64)`, written as an array of pairs: ends, then all keys, then all values. */
export class ServiceCounts {
  readonly #services: ByteInterner
  readonly #ids = new GrowableUint32(1024)
  /** Two words each: spans, then those with an error. */
  readonly #counts = new GrowableUint32(2048)
  readonly #ends = new GrowableUint32(2048)
  #rowStart = 0

  constructor(services: ByteInterner) {
    this.#services = services
  }

  add(service: number, isError: boolean): void {
    const at = this.#find(service)
    this.#counts.values[2 * at]!++
    if (isError) this.#counts.values[2 * at + 1]!++
  }

  endTrace(): void {
    this.#ends.push(this.#ids.length)
    this.#ends.push(0)
    this.#rowStart = this.#ids.length
  }

  column(): NativeFileColumn {
    const keys = new GrowableBytes(this.#ids.length * 16 + 16)
    for (let i = 0; i < this.#ids.length; i++) {
      const service = this.#services.bytesOf(this.#ids.values[i]!)
      keys.pushString(service, 0, service.length)
    }
    const words = (column: GrowableUint32): Uint8Array => asBytes(column.values.slice(0, column.length))
    const chunks = [words(this.#ends), keys.written(), words(this.#counts)]
    return { name: 'services', type: 'Map(String, UInt64)', chunks }
  }

  /** Where the service stands in the list of the trace; it is added when it is not there. */
  #find(service: number): number {
    const ids = this.#ids
    for (let i = this.#rowStart; i < ids.length; i++) if (ids.values[i] === service) return i
    ids.push(service)
    this.#counts.push(0)
    this.#counts.push(0)
    return ids.length - 1
  }
}
