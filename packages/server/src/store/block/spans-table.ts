// The search copy: rows of `spans`, with typed attribute items.
import {
  asBytes,
  constantUint16,
  constantUint64,
  LOW_CARDINALITY_PREFIX,
  lowCardinalityData,
  type NativeFileColumn,
} from '../native-writer.ts'
import type { AttributeColumns } from './attribute-columns.ts'
import type { ByteInterner } from './byte-interner.ts'
import type { SpanRows } from './span-rows.ts'
import { bucketOf } from './time-units.ts'

/** What every row of a block has in common. */
export interface BlockOf {
  readonly block: bigint
  /** Days since 1970. */
  readonly storedDay: number
}

/** All rows in the order they came: the engine sorts them, which costs less than reading the spans in that order here. */
export function spanColumns(
  rows: SpanRows,
  originHashes: Uint32Array,
  attributes: AttributeColumns,
  of: BlockOf,
): NativeFileColumn[] {
  const { count } = rows
  return [
    ...blockColumns(rows.tenants, rows.tenant.subarray(0, count), of),
    { name: 'bucket', type: 'UInt32', chunks: [asBytes(buckets(rows))] },
    lowCardinalityColumn('service', rows.services, rows.service.subarray(0, count)),
    lowCardinalityColumn('name', rows.names, rows.name.subarray(0, count)),
    { name: 'start', type: 'UInt64', chunks: [asBytes(rows.start.subarray(0, 2 * count))] },
    { name: 'duration', type: 'UInt64', chunks: [asBytes(rows.duration.subarray(0, 2 * count))] },
    { name: 'trace_low', type: 'UInt64', chunks: [asBytes(rows.traceLow.subarray(0, 2 * count))] },
    { name: 'span_id', type: 'UInt64', chunks: [asBytes(rows.spanId.subarray(0, 2 * count))] },
    { name: 'kind', type: 'UInt8', chunks: [rows.kind.subarray(0, count)] },
    { name: 'status', type: 'UInt8', chunks: [rows.status.subarray(0, count)] },
    { name: 'root', type: 'UInt8', chunks: [rows.root.subarray(0, count)] },
    { name: 'marks', type: 'UInt8', chunks: [rows.marks.subarray(0, count)] },
    { name: 'origin', type: 'UInt64', chunks: [asBytes(take64(originHashes, rows.origin.subarray(0, count)))] },
    ...attributes.columns(),
  ]
}

/** The five minutes each row started in. */
export function buckets({ start, count }: { readonly start: Uint32Array; readonly count: number }): Uint32Array {
  const bucket = new Uint32Array(count)
  for (let row = 0; row < count; row++) bucket[row] = bucketOf(start, 2 * row)
  return bucket
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
