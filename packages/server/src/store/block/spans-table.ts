// The search copy: rows of `spans` in the order of its key, with typed attribute items.
import {
  asBytes,
  constantUint16,
  constantUint64,
  LOW_CARDINALITY_PREFIX,
  lowCardinalityData,
  type NativeFileColumn,
} from '../native-writer.ts'
import type { AttributeCatalog } from './attribute-catalog.ts'
import { AttributeColumns } from './attribute-columns.ts'
import type { ByteInterner } from './byte-interner.ts'
import { FieldCursor } from './field-cursor.ts'
import * as tags from './otlp-tags.ts'
import type { SearchOrder } from './search-order.ts'
import type { SpanRows } from './span-rows.ts'

/** What every row of a block has in common. */
export interface BlockOf {
  readonly block: bigint
  /** Days since 1970. */
  readonly storedDay: number
}

export class SpansTable {
  readonly #attributes = new AttributeColumns('span')
  readonly #span = new FieldCursor()
  readonly #inner = new FieldCursor()

  columns(
    rows: SpanRows,
    originHashes: Uint32Array,
    search: SearchOrder,
    order: Uint32Array,
    of: BlockOf,
    catalog: AttributeCatalog,
  ): NativeFileColumn[] {
    this.#scan(rows, order, catalog)
    return [
      ...blockColumns(rows.tenants, take32(rows.tenant, order), of),
      { name: 'bucket', type: 'UInt32', chunks: [asBytes(take32(search.bucket, order))] },
      lowCardinalityColumn('service', rows.services, take32(rows.service, order)),
      lowCardinalityColumn('name', rows.names, take32(rows.name, order)),
      { name: 'start', type: 'UInt64', chunks: [asBytes(take64(rows.start, order))] },
      { name: 'duration', type: 'UInt64', chunks: [asBytes(take64(rows.duration, order))] },
      { name: 'trace_low', type: 'UInt64', chunks: [asBytes(take64(rows.traceLow, order))] },
      { name: 'span_id', type: 'UInt64', chunks: [asBytes(take64(rows.spanId, order))] },
      { name: 'kind', type: 'UInt8', chunks: [take8(rows.kind, order)] },
      { name: 'status', type: 'UInt8', chunks: [take8(rows.status, order)] },
      { name: 'root', type: 'UInt8', chunks: [take8(rows.root, order)] },
      { name: 'marks', type: 'UInt8', chunks: [take8(rows.marks, order)] },
      { name: 'origin', type: 'UInt64', chunks: [asBytes(take64(originHashes, take32(rows.origin, order)))] },
      ...this.#attributes.columns(),
    ]
  }

  #scan(rows: SpanRows, order: Uint32Array, catalog: AttributeCatalog): void {
    const attributes = this.#attributes
    const span = this.#span
    attributes.clear(catalog)
    let tenant = -1
    let service = -1
    const keys = {
      eventName: attributes.key('@event.name'),
      linkTrace: attributes.key('@link.trace_id'),
      linkSpan: attributes.key('@link.span_id'),
      statusMessage: attributes.key('@status.message'),
    }
    for (let i = 0; i < order.length; i++) {
      const row = order[i]!
      const bytes = rows.sources[rows.source[row]!]!
      if (rows.tenant[row] !== tenant || rows.service[row] !== service) {
        tenant = rows.tenant[row]!
        service = rows.service[row]!
        attributes.setOwner(rows.tenants.textOf(tenant), rows.services.textOf(service))
      }
      span.open(bytes, rows.itemOffset[row]!, rows.itemOffset[row]! + rows.itemLength[row]!)
      while (span.next()) {
        if (span.tag === tags.SPAN_ATTRIBUTES) attributes.addKeyValue(bytes, span.start, span.end, '')
        else if (span.tag === tags.SPAN_EVENTS) this.#scanEvent(bytes, span.start, span.end, keys.eventName)
        else if (span.tag === tags.SPAN_LINKS)
          this.#scanLink(bytes, span.start, span.end, keys.linkTrace, keys.linkSpan)
        else if (span.tag === tags.SPAN_STATUS) this.#scanStatus(bytes, span.start, span.end, keys.statusMessage)
      }
      attributes.endRow()
    }
  }

  #scanEvent(bytes: Uint8Array, start: number, end: number, nameKey: number): void {
    const event = this.#inner
    event.open(bytes, start, end)
    while (event.next()) {
      if (event.tag === tags.EVENT_NAME) this.#attributes.addString(nameKey, bytes, event.start, event.end)
      else if (event.tag === tags.EVENT_ATTRIBUTES)
        this.#attributes.addKeyValue(bytes, event.start, event.end, '@event:')
    }
  }

  #scanLink(bytes: Uint8Array, start: number, end: number, traceKey: number, spanKey: number): void {
    const link = this.#inner
    link.open(bytes, start, end)
    while (link.next()) {
      if (link.tag === tags.LINK_TRACE_ID) this.#addHex(traceKey, bytes, link.start, link.end)
      else if (link.tag === tags.LINK_SPAN_ID) this.#addHex(spanKey, bytes, link.start, link.end)
      else if (link.tag === tags.LINK_ATTRIBUTES) this.#attributes.addKeyValue(bytes, link.start, link.end, '@link:')
    }
  }

  #scanStatus(bytes: Uint8Array, start: number, end: number, key: number): void {
    const status = this.#inner
    status.open(bytes, start, end)
    while (status.next())
      if (status.tag === tags.STATUS_MESSAGE && status.end > status.start)
        this.#attributes.addString(key, bytes, status.start, status.end)
  }

  #addHex(key: number, bytes: Uint8Array, start: number, end: number): void {
    const hex = Buffer.from(Buffer.from(bytes.subarray(start, end)).toString('hex'))
    this.#attributes.addString(key, hex, 0, hex.length)
  }
}

/** The columns that lead every table. */
export function blockColumns(tenants: ByteInterner, tenant: Uint32Array, of: BlockOf): NativeFileColumn[] {
  return [
    lowCardinalityColumn('tenant', tenants, tenant),
    { name: 'stored_day', type: 'Date', chunks: [constantUint16(of.storedDay, tenant.length)] },
    { name: 'block', type: 'UInt64', chunks: [constantUint64(of.block, tenant.length)] },
  ]
}

export function lowCardinalityColumn(name: string, dictionary: ByteInterner, ids: Uint32Array): NativeFileColumn {
  const data = lowCardinalityData(dictionary.nativeStrings(), dictionary.size, ids, ids.length)
  return { name, type: 'LowCardinality(String)', chunks: [LOW_CARDINALITY_PREFIX, ...data] }
}

/** The values of `rows`, in that order. */
export function take8(values: Uint8Array, rows: Uint32Array): Uint8Array {
  const taken = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!]!
  return taken
}

export function take32(values: Uint32Array, rows: Uint32Array): Uint32Array {
  const taken = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!]!
  return taken
}

/** 64-bit values as words. */
export function take64(words: Uint32Array, rows: Uint32Array): Uint32Array {
  const taken = new Uint32Array(rows.length * 2)
  for (let i = 0; i < rows.length; i++) {
    taken[2 * i] = words[2 * rows[i]!]!
    taken[2 * i + 1] = words[2 * rows[i]! + 1]!
  }
  return taken
}
