// All spans of a segment as one set of columns, however many requests they came in: what every table of the block is
// built from. Ids become numbers (big-endian, as their hex reads), names and services become interned numbers.
import type { SpanBatch } from '@clew/model'
import { ByteInterner } from './byte-interner.ts'
import { OriginTable } from './origin-table.ts'

export interface SpanRecord {
  readonly tenant: string
  readonly batch: SpanBatch
}

export class SpanRows {
  count = 0
  /** What `itemOffset` of a row points into: `sources[source[row]]`. */
  readonly sources: Uint8Array[] = []
  readonly source: Uint32Array
  readonly itemOffset: Uint32Array
  readonly itemLength: Uint32Array
  /** 64-bit columns as pairs of 32-bit words, low word first: no BigInt is made for a span. */
  readonly start: Uint32Array
  readonly end: Uint32Array
  readonly duration: Uint32Array
  readonly traceLow: Uint32Array
  readonly traceHigh: Uint32Array
  readonly spanId: Uint32Array
  readonly kind: Uint8Array
  readonly status: Uint8Array
  readonly marks: Uint8Array
  /** 1 for a span without a parent. */
  readonly root: Uint8Array
  /** Index into the block's tenants, `OriginTable` entry, ids in `services` and `names`. */
  readonly tenant: Uint32Array
  readonly origin: Uint32Array
  readonly service: Uint32Array
  readonly name: Uint32Array
  readonly tenants = new ByteInterner()
  readonly services = new ByteInterner()
  readonly names = new ByteInterner()
  readonly capacity: number
  #origins = new OriginTable()

  constructor(capacity: number) {
    this.capacity = capacity
    this.source = new Uint32Array(capacity)
    this.itemOffset = new Uint32Array(capacity)
    this.itemLength = new Uint32Array(capacity)
    this.start = new Uint32Array(capacity * 2)
    this.end = new Uint32Array(capacity * 2)
    this.duration = new Uint32Array(capacity * 2)
    this.traceLow = new Uint32Array(capacity * 2)
    this.traceHigh = new Uint32Array(capacity * 2)
    this.spanId = new Uint32Array(capacity * 2)
    this.kind = new Uint8Array(capacity)
    this.status = new Uint8Array(capacity)
    this.marks = new Uint8Array(capacity)
    this.root = new Uint8Array(capacity)
    this.tenant = new Uint32Array(capacity)
    this.origin = new Uint32Array(capacity)
    this.service = new Uint32Array(capacity)
    this.name = new Uint32Array(capacity)
  }

  /** Begins another block, whose origins go into `origins`. */
  clear(origins: OriginTable): void {
    this.#origins = origins
    this.count = 0
    this.sources.length = 0
    this.tenants.clear()
    this.services.clear()
    this.names.clear()
  }

  add({ tenant, batch }: SpanRecord): void {
    const base = this.count
    const count = batch.count
    const source = this.sources.push(plainBytes(batch.bytes)) - 1
    const tenantId = internText(this.tenants, tenant)
    const origins = this.#origins.addAll(tenant, batch.origins)
    const services = Uint32Array.from(batch.origins, ({ service }) => internText(this.services, service))
    this.source.fill(source, base, base + count)
    this.tenant.fill(tenantId, base, base + count)
    this.itemOffset.set(batch.itemOffset.subarray(0, count), base)
    this.itemLength.set(batch.itemLength.subarray(0, count), base)
    this.kind.set(batch.kind.subarray(0, count), base)
    this.status.set(batch.status.subarray(0, count), base)
    this.marks.set(batch.marks.subarray(0, count), base)
    this.start.set(words(batch.startUnixNano, count), base * 2)
    this.end.set(words(batch.endUnixNano, count), base * 2)
    const { bytes, traceId, spanId, parentSpanId, origin, nameOffset, nameLength } = batch
    for (let i = 0; i < count; i++) {
      const row = base + i
      readId(traceId, i * 16, this.traceHigh, row * 2)
      readId(traceId, i * 16 + 8, this.traceLow, row * 2)
      readId(spanId, i * 8, this.spanId, row * 2)
      this.root[row] = isZero(parentSpanId, i * 8) ? 1 : 0
      const from = origin[i]!
      this.origin[row] = origins[from]!
      this.service[row] = services[from]!
      this.name[row] = this.names.intern(bytes, nameOffset[i]!, nameOffset[i]! + nameLength[i]!)
      subtract(this.end, this.start, row * 2, this.duration)
    }
    this.count += count
  }
}

/** Interns a short text that is already a JavaScript string (once a request, not once a span). */
export function internText(interner: ByteInterner, text: string): number {
  const bytes = Buffer.from(text)
  return interner.intern(bytes, 0, bytes.length)
}

/** The first `count` 64-bit values as 32-bit words, low word first. */
export function words(values: BigUint64Array, count: number): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, count * 2)
}

/** Eight big-endian bytes as a number in two words, low word first. */
export function readId(bytes: Uint8Array, at: number, target: Uint32Array, to: number): void {
  target[to + 1] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  target[to] = (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 8; i++) if (bytes[i] !== 0) return false
  return true
}

/** target = a - b, or 0 when b is larger (a span that ends before it starts). */
function subtract(a: Uint32Array, b: Uint32Array, at: number, target: Uint32Array): void {
  const low = a[at]! - b[at]!
  const high = a[at + 1]! - b[at + 1]! - (low < 0 ? 1 : 0)
  target[at] = high < 0 ? 0 : low
  target[at + 1] = high < 0 ? 0 : high
}

/** The same memory as a plain Uint8Array: a Buffer among them would make the hot loops handle two kinds of array. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
