// What is new in the piece dictionaries, as rows of `span_pieces`.
import { asBytes, constantUint16, constantUint64, type NativeFileColumn, stringData } from '../native-writer.ts'
import { ByteInterner } from './byte-interner.ts'
import type { PieceDictionaries } from './piece-dictionaries.ts'
import { internText } from './span-rows.ts'
import { type BlockOf, lowCardinalityColumn } from './spans-table.ts'

export function pieceColumns(
  dictionaries: PieceDictionaries,
  of: BlockOf,
): { rows: number; columns: NativeFileColumn[] } {
  const news = dictionaries.takeNews()
  const tenants = new ByteInterner()
  const tenant = Uint32Array.from(
    news.flatMap(({ tenant, pieces }) => new Array<number>(pieces.length).fill(internText(tenants, tenant))),
  )
  const number = Uint32Array.from(news.flatMap(({ first, pieces }) => pieces.map((_, i) => first + i)))
  const columns: NativeFileColumn[] = [
    lowCardinalityColumn('tenant', tenants, tenant),
    { name: 'stored_day', type: 'Date', chunks: [constantUint16(of.storedDay, tenant.length)] },
    { name: 'block', type: 'UInt64', chunks: [constantUint64(of.block, tenant.length)] },
    { name: 'dictionary', type: 'UInt64', chunks: [constantUint64(dictionaries.id, tenant.length)] },
    { name: 'number', type: 'UInt32', chunks: [asBytes(number)] },
    { name: 'piece', type: 'String', chunks: [stringData(news.flatMap(({ pieces }) => pieces))] },
  ]
  return { rows: tenant.length, columns }
}
