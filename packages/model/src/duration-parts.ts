// What the units of durations mean, for every notation that is made of a number and a unit: `1.5s`, `1m30s`, `250us`.

const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
}

/** Nanoseconds of matches of (digits)(digits behind the point)(unit), each of which may lack one of the first two. */
export function sumDurationParts(parts: Iterable<RegExpMatchArray>): bigint {
  let nanos = 0n
  for (const [, whole, fraction = '', unit] of parts) {
    const each = UNIT_NANOS[unit!]!
    nanos += BigInt(whole || '0') * each + (BigInt(fraction || '0') * each) / 10n ** BigInt(fraction.length)
  }
  return nanos
}
