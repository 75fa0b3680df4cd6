// A column of 64-bit times as pairs of 32-bit halves, low one first (all platforms Node runs on are little-endian): loops
// over it make no BigInt.

/** Nanoseconds in one step of a high half: about 4.3 seconds. */
const HIGH_STEP = 2 ** 32

export function halvesOf(column: BigUint64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, 2 * column.length)
}

/** The high half of a time given in milliseconds since the epoch. */
export function highHalfOf(ms: number): number {
  return Math.floor((ms * 1e6) / HIGH_STEP)
}
