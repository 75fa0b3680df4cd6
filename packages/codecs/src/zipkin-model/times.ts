// Zipkin's microseconds and OTLP's nanoseconds. Microseconds come as two halves of 32 bits, so that none is lost and no
// BigInt is made before the end.
import { MAX_UINT64 } from '@clew/model'

const MICRO_NANOS = 1000n
const TWO_32 = 0x1_0000_0000
/** Below this high half, high * 2^32 + low is exact in a double. */
const EXACT_HIGH = 0x20_0000
/** Below this high half, a thousand times the value is below 2^64. */
const SAFE_HIGH = 0x40_0000
/** From here on the value is negative for Zipkin, which has signed integers. */
const NEGATIVE_HIGH = 0x8000_0000

export function microsFromHalves(low: number, high: number): bigint {
  return high < EXACT_HIGH ? BigInt(high * TWO_32 + low) : (BigInt(high) << 32n) | BigInt(low)
}

/** Nanoseconds of these microseconds; undefined above 2^64-1, which OTLP cannot say. */
export function nanosFromHalves(low: number, high: number): bigint | undefined {
  const nanos = microsFromHalves(low, high) * MICRO_NANOS
  return high < SAFE_HIGH || nanos <= MAX_UINT64 ? nanos : undefined
}

/** `nanos` and so many microseconds; undefined above 2^64-1. */
export function laterNanos(nanos: bigint, low: number, high: number): bigint | undefined {
  const later = nanos + microsFromHalves(low, high) * MICRO_NANOS
  return later <= MAX_UINT64 ? later : undefined
}

/** The microsecond in which a nanosecond is. */
export function microsFromNanos(nanos: bigint): bigint {
  return nanos / MICRO_NANOS
}

/** Zipkin has no negative times: it reads them as none. */
export function isNegative(high: number): boolean {
  return high >= NEGATIVE_HIGH
}

/** Halves of a whole number that a double holds exactly. */
export function lowHalfOf(value: number): number {
  return value % TWO_32
}

export function highHalfOf(value: number): number {
  return Math.floor(value / TWO_32)
}
