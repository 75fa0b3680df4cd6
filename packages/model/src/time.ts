// Times are nanoseconds since the Unix epoch as unsigned 64-bit integers (OTLP fixed64), never a Date of client values.

/** Nanoseconds since 1970-01-01T00:00:00Z, 0 to 2^64-1. */
export type UnixNano = bigint

export const NANOS_PER_MILLI = 1_000_000n
export const NANOS_PER_SECOND = 1_000_000_000n
export const MAX_UINT64 = 0xffff_ffff_ffff_ffffn

/** End minus start, or 0 when the end comes first: what a reader is shown as the duration of such a span. */
export function durationNano(start: UnixNano, end: UnixNano): bigint {
  return end > start ? end - start : 0n
}

/** A decimal text as nanoseconds, or undefined when it is no unsigned 64-bit integer. */
export function parseUnixNano(text: string): UnixNano | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined
  const value = BigInt(text)
  return value <= MAX_UINT64 ? value : undefined
}

/** The clock is injected everywhere, so that tests never sleep. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }
