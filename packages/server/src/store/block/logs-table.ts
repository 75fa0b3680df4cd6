// Rows of `logs`, with their OTLP bytes, in the order they came.
import { asBytes, type NativeFileColumn } from '../native-writer.ts'
import { itemBytes } from './item-bytes.ts'
import type { LogRows } from './log-rows.ts'
import { type BlockOf, blockColumns, buckets, lowCardinalityColumn, take64 } from './spans-table.ts'

export function logColumns(rows: LogRows, originHashes: Uint32Array, of: BlockOf): NativeFileColumn[] {
  return [
    ...blockColumns(rows.tenants, rows.tenant, of),
    { name: 'bucket', type: 'UInt32', chunks: [asBytes(buckets(rows))] },
    lowCardinalityColumn('service', rows.services, rows.service),
    { name: 'time', type: 'UInt64', chunks: [asBytes(rows.start)] },
    { name: 'severity', type: 'UInt8', chunks: [rows.severity] },
    { name: 'trace_low', type: 'UInt64', chunks: [asBytes(rows.traceLow)] },
    { name: 'trace_high', type: 'UInt64', chunks: [asBytes(rows.traceHigh)] },
    { name: 'span_id', type: 'UInt64', chunks: [asBytes(rows.spanId)] },
    { name: 'origin', type: 'UInt64', chunks: [asBytes(take64(originHashes, rows.origin))] },
    { name: 'marks', type: 'UInt8', chunks: [rows.marks] },
    { name: 'otlp', type: 'String', chunks: itemBytes(rows) },
  ]
}
