// Exact divisions of 64-bit nanoseconds without BigInt: minutes, and the five-minute buckets of the search key.

/** 60 s and 300 s in ns are 2^11 times an integer, and a 64-bit number without its low 11 bits is an exact double. */
const MINUTE_UNITS = 60_000_000_000 / 2048
const BUCKET_UNITS = 300_000_000_000 / 2048

export const BUCKET_NANOS = 300_000_000_000n
export const MINUTE_NANOS = 60_000_000_000n

/** floor(nanoseconds / 60 s); `words` at `at`: low word, high word. */
export function minuteOf(words: Uint32Array, at: number): number {
  return Math.floor((words[at + 1]! * 2_097_152 + (words[at]! >>> 11)) / MINUTE_UNITS)
}

/** floor(nanoseconds / 300 s): the `bucket` column. */
export function bucketOf(words: Uint32Array, at: number): number {
  return Math.floor((words[at + 1]! * 2_097_152 + (words[at]! >>> 11)) / BUCKET_UNITS)
}
