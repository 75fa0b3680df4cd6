// All log records of a segment as one set of columns; the counterpart of span-rows.ts.
import type { LogBatch } from '@clew/model'
import { ByteInterner } from './byte-interner.ts'
import type { OriginTable } from './origin-table.ts'
import { internText, plainBytes, readId, words } from './span-rows.ts'

export interface LogRequest {
  readonly tenant: string
  readonly acceptedMs: number
  readonly batch: LogBatch
}

export class LogRows {
  count = 0
  readonly sources: Uint8Array[] = []
  readonly source: Uint32Array
  readonly itemOffset: Uint32Array
  readonly itemLength: Uint32Array
  /** Own time, else that of observation, else that of acceptance; pairs of words, low first. */
  readonly start: Uint32Array
  readonly traceLow: Uint32Array
  readonly traceHigh: Uint32Array
  readonly spanId: Uint32Array
  readonly severity: Uint8Array
  readonly marks: Uint8Array
  readonly tenant: Uint32Array
  readonly origin: Uint32Array
  readonly service: Uint32Array
  readonly tenants = new ByteInterner()
  readonly services = new ByteInterner()
  readonly #origins: OriginTable

  constructor(capacity: number, origins: OriginTable) {
    this.#origins = origins
    this.source = new Uint32Array(capacity)
    this.itemOffset = new Uint32Array(capacity)
    this.itemLength = new Uint32Array(capacity)
    this.start = new Uint32Array(capacity * 2)
    this.traceLow = new Uint32Array(capacity * 2)
    this.traceHigh = new Uint32Array(capacity * 2)
    this.spanId = new Uint32Array(capacity * 2)
    this.severity = new Uint8Array(capacity)
    this.marks = new Uint8Array(capacity)
    this.tenant = new Uint32Array(capacity)
    this.origin = new Uint32Array(capacity)
    this.service = new Uint32Array(capacity)
  }

  add({ tenant, acceptedMs, batch }: LogRequest): void {
    const base = this.count
    const count = batch.count
    const origins = this.#origins.addAll(tenant, batch.origins)
    const services = Uint32Array.from(batch.origins, ({ service }) => internText(this.services, service))
    this.source.fill(this.sources.push(plainBytes(batch.bytes)) - 1, base, base + count)
    this.tenant.fill(internText(this.tenants, tenant), base, base + count)
    this.itemOffset.set(batch.itemOffset.subarray(0, count), base)
    this.itemLength.set(batch.itemLength.subarray(0, count), base)
    this.severity.set(batch.severity.subarray(0, count), base)
    this.marks.set(batch.marks.subarray(0, count), base)
    const own = words(batch.timeUnixNano, count)
    const observed = words(batch.observedUnixNano, count)
    const accepted = words(BigUint64Array.of(BigInt(acceptedMs) * 1_000_000n), 1)
    for (let i = 0; i < count; i++) {
      const row = base + i
      if (own[2 * i] !== 0 || own[2 * i + 1] !== 0) copyPair(own, 2 * i, this.start, 2 * row)
      else if (observed[2 * i] !== 0 || observed[2 * i + 1] !== 0) copyPair(observed, 2 * i, this.start, 2 * row)
      else copyPair(accepted, 0, this.start, 2 * row)
      readId(batch.traceId, i * 16, this.traceHigh, row * 2)
      readId(batch.traceId, i * 16 + 8, this.traceLow, row * 2)
      readId(batch.spanId, i * 8, this.spanId, row * 2)
      this.origin[row] = origins[batch.origin[i]!]!
      this.service[row] = services[batch.origin[i]!]!
    }
    this.count += count
  }
}

function copyPair(source: Uint32Array, from: number, target: Uint32Array, to: number): void {
  target[to] = source[from]!
  target[to + 1] = source[from + 1]!
}
