// Moves ids and times from message bytes into columns, without an object or a BigInt on the way.
import { readUint32 } from '../wire/protobuf-reader.ts'

export function isZero(bytes: Uint8Array, start: number, length: number): boolean {
  let all = 0
  for (let i = start; i < start + length; i++) all |= bytes[i]!
  return all === 0
}

export function copyBytes(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  for (let i = 0; i < length; i++) target[to + i] = source[from + i]!
}

/** Moves the fixed64 at `at` into `row` of a time column; an absent one (-1) leaves the 0 that is there. */
export function copyTime(bytes: Uint8Array, at: number, column: Uint32Array, row: number): void {
  if (at < 0) return
  column[2 * row] = readUint32(bytes, at)
  column[2 * row + 1] = readUint32(bytes, at + 4)
}

/** A column of 64-bit values seen as 32-bit halves, low half first: every platform Node runs on is little-endian. */
export function halves(column: BigUint64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.length * 2)
}
