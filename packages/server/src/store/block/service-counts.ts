// How many spans each service has in each trace of a block, and how many of them failed: two map columns of
// `trace_summaries`. Traces have few services, so a list a trace is searched from its start.
import { asBytes, type NativeFileColumn } from '../native-writer.ts'
import type { ByteInterner } from './byte-interner.ts'
import { GrowableBytes, GrowableUint32 } from './growable-bytes.ts'

export class ServiceCounts {
  readonly #spans: MapColumn
  readonly #errors: MapColumn

  constructor(services: ByteInterner) {
    this.#spans = new MapColumn(services)
    this.#errors = new MapColumn(services)
  }

  add(service: number, isError: boolean): void {
    this.#spans.add(service)
    if (isError) this.#errors.add(service)
  }

  endTrace(): void {
    this.#spans.endRow()
    this.#errors.endRow()
  }

  columns(): NativeFileColumn[] {
    return [this.#spans.column('services'), this.#errors.column('service_errors')]
  }
}

/** `Map(String, UInt64)`, written as an array of pairs: ends, then all keys, then all values. */
class MapColumn {
  readonly #services: ByteInterner
  readonly #ids = new GrowableUint32(1024)
  /** Words, low first; the high ones stay 0. */
  readonly #counts = new GrowableUint32(2048)
  readonly #ends = new GrowableUint32(2048)
  #rowStart = 0

  constructor(services: ByteInterner) {
    this.#services = services
  }

  add(service: number): void {
    const ids = this.#ids
    for (let i = this.#rowStart; i < ids.length; i++)
      if (ids.values[i] === service) {
        this.#counts.values[2 * i]!++
        return
      }
    ids.push(service)
    this.#counts.push(1)
    this.#counts.push(0)
  }

  endRow(): void {
    this.#ends.push(this.#ids.length)
    this.#ends.push(0)
    this.#rowStart = this.#ids.length
  }

  column(name: string): NativeFileColumn {
    const keys = new GrowableBytes(this.#ids.length * 16 + 16)
    for (let i = 0; i < this.#ids.length; i++) {
      const service = this.#services.bytesOf(this.#ids.values[i]!)
      keys.pushString(service, 0, service.length)
    }
    const words = (column: GrowableUint32): Uint8Array => asBytes(column.values.slice(0, column.length))
    return { name, type: 'Map(String, UInt64)', chunks: [words(this.#ends), keys.written(), words(this.#counts)] }
  }
}
