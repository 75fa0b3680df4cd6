// The order of rows in a table's sort key, found here so that the engine does not sort and move whole rows again. Keys are
// packed with the row number into one 64-bit integer and sorted natively; rows whose packed keys agree are put in order by
// comparison afterwards.
//
//   packed   |key, as many high bits as fit|row number|

export interface SortKey {
  /** 64-bit keys as words, low word first. They need not decide alone. */
  readonly words: Uint32Array
  /** The full order; asked only for rows whose packed keys agree. */
  compare(rowA: number, rowB: number): number
}

/** Row numbers in the order of `key`; rows that compare equal stay in the order they came. */
export function sortRows(count: number, key: SortKey): Uint32Array {
  const rowBits = Math.max(1, 32 - Math.clz32(count))
  const rowMask = rowBits === 32 ? 0xffff_ffff : (1 << rowBits) - 1
  const packed = new BigUint64Array(count)
  const packedWords = new Uint32Array(packed.buffer)
  for (let row = 0; row < count; row++) {
    packedWords[2 * row] = ((key.words[2 * row]! & ~rowMask) | row) >>> 0
    packedWords[2 * row + 1] = key.words[2 * row + 1]!
  }
  packed.sort()
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = packedWords[2 * i]! & rowMask
  sortRuns(order, packedWords, rowMask, key)
  return order
}

function sortRuns(order: Uint32Array, packedWords: Uint32Array, rowMask: number, key: SortKey): void {
  let runStart = 0
  for (let i = 1; i <= order.length; i++) {
    const same =
      i < order.length &&
      packedWords[2 * i + 1] === packedWords[2 * runStart + 1] &&
      (packedWords[2 * i]! & ~rowMask) === (packedWords[2 * runStart]! & ~rowMask)
    if (same) continue
    if (i - runStart > 1) sortRun(order, runStart, i, key)
    runStart = i
  }
}

/** Runs are a handful of rows (the spans of a trace); only odd ids make a long one. */
const INSERTION_SORT_ROWS = 32

function sortRun(order: Uint32Array, start: number, end: number, key: SortKey): void {
  if (end - start > INSERTION_SORT_ROWS) {
    order.subarray(start, end).sort((a, b) => key.compare(a, b) || a - b)
    return
  }
  for (let i = start + 1; i < end; i++) {
    const row = order[i]!
    let to = i
    while (to > start && key.compare(order[to - 1]!, row) > 0) {
      order[to] = order[to - 1]!
      to--
    }
    order[to] = row
  }
}

/** Compares two unsigned 64-bit values given as words at `2 * row`. */
export function compareWords(words: Uint32Array, rowA: number, rowB: number): number {
  const high = words[2 * rowA + 1]! - words[2 * rowB + 1]!
  return high !== 0 ? high : words[2 * rowA]! - words[2 * rowB]!
}
