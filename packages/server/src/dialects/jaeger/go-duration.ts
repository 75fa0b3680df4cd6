// Durations as Go writes them, "1.5s" or "2m3s": Jaeger takes them in questions and writes them in warnings.
// https://pkg.go.dev/time#ParseDuration, https://pkg.go.dev/time#Duration.String
import { ClewError, sumDurationParts } from '@clew/model'

const DURATION = /^([+-])?((?:(?:\d{1,19}\.?\d{0,18}|\.\d{1,18})(?:ns|us|µs|μs|ms|s|m|h))+)$/
const PART = /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g
/** Go keeps a duration in 64 bits with a sign. */
const MAX_NANOS = 2n ** 63n - 1n

/** Nanoseconds. Throws INVALID_ARGUMENT under the name of the parameter. */
export function parseGoDuration(name: string, text: string): bigint {
  const [, sign, parts] = (text === '0' ? '0s' : text).match(DURATION) ?? []
  const nanos = sumDurationParts(parts?.matchAll(PART) ?? [])
  if (parts === undefined || nanos > MAX_NANOS)
    throw new ClewError(
      'INVALID_ARGUMENT',
      `unable to parse param '${name}': expected a duration such as 1.2s, 100us or 5ms, got ${JSON.stringify(text.slice(0, 100))}`,
    )
  return sign === '-' ? -nanos : nanos
}

export function printGoDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${printGoDuration(-nanos)}`
  if (nanos === 0n) return '0s'
  if (nanos < 1_000n) return `${nanos}ns`
  if (nanos < 1_000_000n) return `${decimal(nanos, 1_000n)}µs`
  if (nanos < 1_000_000_000n) return `${decimal(nanos, 1_000_000n)}ms`
  const minutes = nanos / 60_000_000_000n
  const seconds = `${decimal(nanos % 60_000_000_000n, 1_000_000_000n)}s`
  if (minutes === 0n) return seconds
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** `nanos` in units of `unit` nanoseconds (a power of ten), without zeros behind. */
function decimal(nanos: bigint, unit: bigint): string {
  const digits = String(nanos % unit).padStart(String(unit).length - 1, '0')
  return `${nanos / unit}.${digits}`.replace(/\.?0+$/, '')
}
