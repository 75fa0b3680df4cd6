// Counts and durations per minute, service, name, kind and status: the rows of `span_stats` for a block.
import { asBytes, constantUint16, constantUint64, type NativeFileColumn, uint32Bytes } from '../native-writer.ts'
import { durationBucket } from './duration-bucket.ts'
import { GrowableUint32 } from './growable-bytes.ts'
import { IntTupleTable } from './int-tuple-table.ts'
import type { SpanRows } from './span-rows.ts'
import { type BlockOf, lowCardinalityColumn, take32 } from './spans-table.ts'
import { minuteOf } from './time-units.ts'

export function statsColumns(rows: SpanRows, of: BlockOf): { rows: number; columns: NativeFileColumn[] } {
  const groups = new IntTupleTable()
  const cells = new IntTupleTable()
  const firstRow = new GrowableUint32(1024)
  const minutes = new GrowableUint32(1024)
  const spanCounts = new GrowableUint32(1024)
  const durations: number[] = []
  const durationsHigh: number[] = []
  const cellCounts = new GrowableUint32(4096)
  for (let row = 0; row < rows.count; row++) {
    const minute = minuteOf(rows.start, 2 * row)
    const kindAndStatus = (rows.kind[row]! << 8) | rows.status[row]!
    const group = groups.intern(rows.tenant[row]!, rows.service[row]!, rows.name[row]!, kindAndStatus, minute)
    if (group === spanCounts.length) {
      firstRow.push(row)
      minutes.push(minute)
      spanCounts.push(0)
      durations.push(0)
      durationsHigh.push(0)
    }
    spanCounts.values[group]!++
    const low = rows.duration[2 * row]!
    const high = rows.duration[2 * row + 1]!
    durations[group]! += low
    durationsHigh[group]! += high
    const cell = cells.intern(group, durationBucket(low, high), 0, 0, 0)
    if (cell === cellCounts.length) cellCounts.push(0)
    cellCounts.values[cell]!++
  }
  const first = firstRow.values.slice(0, groups.size)
  const counts = new Uint32Array(groups.size * 2)
  const sums = new BigUint64Array(groups.size)
  for (let group = 0; group < groups.size; group++) {
    counts[2 * group] = spanCounts.values[group]!
    // The sum wraps like SQL's sum over UInt64 does.
    sums[group] = BigInt.asUintN(64, BigInt(durations[group]!) + (BigInt(durationsHigh[group]!) << 32n))
  }
  const column8 = (name: string, values: Uint8Array): NativeFileColumn => ({
    name,
    type: 'UInt8',
    chunks: [Uint8Array.from(first, (row) => values[row]!)],
  })
  const columns: NativeFileColumn[] = [
    lowCardinalityColumn('tenant', rows.tenants, take32(rows.tenant, first)),
    { name: 'stored_day', type: 'Date', chunks: [constantUint16(of.storedDay, groups.size)] },
    { name: 'block', type: 'UInt64', chunks: [constantUint64(of.block, groups.size)] },
    { name: 'minute', type: 'UInt32', chunks: [uint32Bytes(minutes)] },
    lowCardinalityColumn('service', rows.services, take32(rows.service, first)),
    lowCardinalityColumn('name', rows.names, take32(rows.name, first)),
    column8('kind', rows.kind),
    column8('status', rows.status),
    { name: 'span_count', type: 'UInt64', chunks: [asBytes(counts)] },
    { name: 'duration_sum', type: 'UInt64', chunks: [asBytes(sums)] },
    { name: 'buckets', type: 'Map(UInt16, UInt64)', chunks: bucketMaps(cells, cellCounts, groups.size) },
  ]
  return { rows: groups.size, columns }
}

/** Cells (group, bucket) with their counts as a Map column: ends, then all keys, then all values. */
function bucketMaps(cells: IntTupleTable, counts: GrowableUint32, groupCount: number): Uint8Array[] {
  // Sorted natively by group and bucket, the cell in the low word.
  const packed = new Uint32Array(cells.size * 2)
  for (let cell = 0; cell < cells.size; cell++) {
    packed[2 * cell] = cell
    packed[2 * cell + 1] = cells.at(cell, 0) * BUCKETS + cells.at(cell, 1)
  }
  new BigUint64Array(packed.buffer).sort()
  const ends = new Uint32Array(groupCount * 2)
  const keys = new Uint16Array(cells.size)
  const values = new Uint32Array(cells.size * 2)
  for (let i = 0; i < cells.size; i++) {
    const cell = packed[2 * i]!
    ends[2 * cells.at(cell, 0)] = i + 1
    keys[i] = cells.at(cell, 1)
    values[2 * i] = counts.values[cell]!
  }
  return [asBytes(ends), asBytes(keys), asBytes(values)]
}

/** More than there are duration buckets. */
const BUCKETS = 512
