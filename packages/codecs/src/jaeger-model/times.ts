// Times between the signed microseconds or seconds of Jaeger and the nanoseconds since 1970 of OTLP.

const MAX_UNIX_NANO = 2n ** 64n - 1n

/** Whole numbers up to here are exact as doubles: microseconds up to the year 2255. */
const SAFE_HIGH = 2 ** 21

/** Signed microseconds, as the unsigned halves of an i64, in nanoseconds. */
export function nanoFromMicros(low: number, high: number): bigint {
  if (high < SAFE_HIGH) return BigInt(high * 2 ** 32 + low) * 1000n
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)) * 1000n
}

/** Rounded down, so that a time never moves past what follows it. */
export function microsFromNano(nano: bigint): bigint {
  const micros = nano / 1000n
  return nano < 0n && micros * 1000n !== nano ? micros - 1n : micros
}

/** Whether OTLP can say the time: after 1970 begins, as unsigned 64 bits. 0 is its word for none. */
export function isUnixNano(nano: bigint): boolean {
  return nano > 0n && nano <= MAX_UNIX_NANO
}

/** `google.protobuf.Timestamp` and `Duration`: they reach from the year 1 to 9999, or as far the other way. */
const MAX_SECONDS = 400_000_000_000n

/** Nanoseconds of a Timestamp or Duration; undefined for what neither can be. */
export function nanoFromSeconds(seconds: bigint, nanos: number): bigint | undefined {
  if (seconds > MAX_SECONDS || seconds < -MAX_SECONDS) return undefined
  return seconds * 1_000_000_000n + BigInt(nanos)
}
