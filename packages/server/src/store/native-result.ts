// An engine's answer in Native format as columns. Fixed-width columns are views of the answer's bytes where alignment
// allows; strings are read on demand.
//
//   answer   |block: columns, rows, (name, type, data)…|block|…    blocks are joined column by column
import { DecodeError } from '@clew/model'
import { JoinedColumn, type NativeColumn } from './native-columns.ts'
import { NativeReader } from './native-reader.ts'
import { columnReader } from './native-types.ts'

export type { NativeColumn, NativeValue } from './native-columns.ts'

export class NativeResult {
  readonly rows: number
  readonly #columns: ReadonlyMap<string, NativeColumn>

  private constructor(rows: number, columns: ReadonlyMap<string, NativeColumn>) {
    this.rows = rows
    this.#columns = columns
  }

  /** Throws DecodeError when the bytes are no Native blocks, or of a type that is not read here. */
  static parse(bytes: Uint8Array): NativeResult {
    const reader = new NativeReader(bytes)
    const parts = new Map<string, NativeColumn[]>()
    let rows = 0
    while (!reader.atEnd) {
      const columnCount = reader.varUint()
      const blockRows = reader.varUint()
      for (let i = 0; i < columnCount; i++) {
        const name = reader.text()
        const type = columnReader(reader.text())
        const columns = parts.get(name) ?? []
        parts.set(name, columns)
        if (blockRows === 0) continue
        type.prefix(reader)
        columns.push(type.data(reader, blockRows))
      }
      rows += blockRows
    }
    const columns = new Map<string, NativeColumn>()
    for (const [name, part] of parts) columns.set(name, part.length === 1 ? part[0]! : new JoinedColumn(part))
    return new NativeResult(rows, columns)
  }

  /** Of the columns, in the order of the SELECT. */
  get names(): string[] {
    return [...this.#columns.keys()]
  }

  /** The column of that name in the SELECT; a name that is not there is a mistake of this program. */
  column(name: string): NativeColumn {
    const column = this.#columns.get(name)
    if (column !== undefined) return column
    // A result without rows may come without a header.
    if (this.rows === 0) return new JoinedColumn([])
    throw new DecodeError('native result', name, `no such column; there are ${[...this.#columns.keys()].join(', ')}`)
  }
}
