// Fixed exponential buckets of durations: eight to each doubling, so a bucket is at most 12.5 % wide. Worked out from the
// bits of the number alone, so that JavaScript and SQL agree on every value and counts merge exactly.
//
//   0 … 7 ns → 0 … 7     8 … 15 ns → 8 … 15     16,17 → 16   18,19 → 17 …     2^63 … 2^64-1 → 488 … 495
import type { UnixNano } from '@clew/model'
import { Sql, sql } from '../sql.ts'

/** Bucket of a 64-bit duration given as two words. */
export function durationBucket(low: number, high: number): number {
  const exponent = high === 0 ? 31 - Math.clz32(low) : 63 - Math.clz32(high)
  if (exponent < 3) return low
  const shift = exponent - 3
  const top = shift >= 32 ? high >>> (shift - 32) : shift === 0 ? low : (low >>> shift) | (high << (32 - shift))
  return (exponent - 2) * 8 + (top & 7)
}

/** Lowest duration of a bucket in nanoseconds; that of the next bucket ends it. */
export function durationBucketStart(bucket: number): UnixNano {
  if (bucket < 8) return BigInt(bucket)
  return BigInt(8 + (bucket % 8)) << BigInt(Math.floor(bucket / 8) - 1)
}

/** The same in SQL, for a UInt64 expression: all bits below the highest are set, then counted to find it. */
export function durationBucketSql(duration: Sql): Sql {
  let smeared = duration
  for (const shift of [1, 2, 4, 8, 16, 32])
    smeared = sql`bitOr(${smeared} AS s${Sql.trusted(String(shift))}, bitShiftRight(s${Sql.trusted(String(shift))}, ${shift}))`
  return sql`if(${duration} < 8, ${duration}, (bitCount(${smeared}) - 3) * 8 + bitAnd(bitShiftRight(${duration}, greatest(bitCount(${smeared}) - 4, 0)), 7))`
}
