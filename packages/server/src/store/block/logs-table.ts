// Log records in the order of their table: by tenant, bucket, service and time, with their OTLP bytes.
import { asBytes, type NativeFileColumn } from '../native-writer.ts'
import { itemBytes } from './item-bytes.ts'
import type { LogRows } from './log-rows.ts'
import { sortRows } from './row-order.ts'
import { searchOrder } from './search-order.ts'
import { type BlockOf, blockColumns, lowCardinalityColumn, take8, take32, take64 } from './spans-table.ts'

export function logColumns(rows: LogRows, originHashes: Uint32Array, of: BlockOf): NativeFileColumn[] {
  const search = searchOrder(rows)
  const order = sortRows(rows.count, search)
  return [
    ...blockColumns(rows.tenants, take32(rows.tenant, order), of),
    { name: 'bucket', type: 'UInt32', chunks: [asBytes(take32(search.bucket, order))] },
    lowCardinalityColumn('service', rows.services, take32(rows.service, order)),
    { name: 'time', type: 'UInt64', chunks: [asBytes(take64(rows.start, order))] },
    { name: 'severity', type: 'UInt8', chunks: [take8(rows.severity, order)] },
    { name: 'trace_low', type: 'UInt64', chunks: [asBytes(take64(rows.traceLow, order))] },
    { name: 'trace_high', type: 'UInt64', chunks: [asBytes(take64(rows.traceHigh, order))] },
    { name: 'span_id', type: 'UInt64', chunks: [asBytes(take64(rows.spanId, order))] },
    { name: 'origin', type: 'UInt64', chunks: [asBytes(take64(originHashes, take32(rows.origin, order)))] },
    { name: 'marks', type: 'UInt8', chunks: [take8(rows.marks, order)] },
    { name: 'otlp', type: 'String', chunks: itemBytes(rows, order) },
  ]
}
