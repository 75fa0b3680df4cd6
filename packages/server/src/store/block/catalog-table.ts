// What is new in the attribute catalog, as rows of `attribute_catalog`.
import { constantUint16, constantUint64, type NativeFileColumn, stringData } from '../native-writer.ts'
import type { CatalogRow } from './attribute-catalog.ts'
import { ByteInterner } from './byte-interner.ts'
import { internText } from './span-rows.ts'
import { type BlockOf, lowCardinalityColumn } from './spans-table.ts'

export function catalogColumns(rows: readonly CatalogRow[], of: BlockOf): NativeFileColumn[] {
  const text = (name: string, read: (row: CatalogRow) => string): NativeFileColumn => {
    const dictionary = new ByteInterner()
    const ids = Uint32Array.from(rows, (row) => internText(dictionary, read(row)))
    return lowCardinalityColumn(name, dictionary, ids)
  }
  return [
    text('tenant', (row) => row.tenant),
    { name: 'stored_day', type: 'Date', chunks: [constantUint16(of.storedDay, rows.length)] },
    { name: 'block', type: 'UInt64', chunks: [constantUint64(of.block, rows.length)] },
    text('scope', (row) => row.scope),
    { name: 'key', type: 'String', chunks: [stringData(rows.map((row) => Buffer.from(row.key)))] },
    text('type', (row) => row.type),
    text('service', (row) => row.service),
    { name: 'value', type: 'String', chunks: [stringData(rows.map((row) => row.value))] },
    { name: 'many', type: 'UInt8', chunks: [Uint8Array.from(rows, (row) => (row.many ? 1 : 0))] },
  ]
}
