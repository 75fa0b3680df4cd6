// Numbers, durations and times as people read them. Nanoseconds stay exact: a Date only ever carries whole milliseconds,
// the digits below come from the integer.
import { NANOS_PER_MILLI, NANOS_PER_SECOND } from '@clew/model'

const NARROW_SPACE = '\u202f'
const LARGER_UNITS = [
  { seconds: 86_400, unit: 'd', restSeconds: 3_600, rest: 'h' },
  { seconds: 3_600, unit: 'h', restSeconds: 60, rest: 'm' },
  { seconds: 60, unit: 'm', restSeconds: 1, rest: 's' },
] as const

/** Three significant digits and the unit that fits: `640 ns`, `45.1 µs`, `312 ms`, `1.24 s`, `2 m 5 s`, `3 d 4 h`. */
export function formatDuration(nanos: number | bigint, locale: string): string {
  const value = Number(nanos)
  if (value < 1_000) return join(String(Math.round(value)), 'ns')
  if (value < 999_500) return join(significant(value / 1_000, locale), 'µs')
  if (value < 999_500_000) return join(significant(value / 1_000_000, locale), 'ms')
  if (value < 59_950_000_000) return join(significant(value / 1_000_000_000, locale), 's')
  const seconds = Math.round(value / 1_000_000_000)
  for (const { seconds: size, unit, restSeconds, rest } of LARGER_UNITS) {
    if (seconds < size) continue
    const more = Math.floor((seconds % size) / restSeconds)
    return `${join(formatCount(Math.floor(seconds / size), locale), unit)}${more > 0 ? ` ${join(String(more), rest)}` : ''}`
  }
  return join(String(seconds), 's')
}

/** A share between 0 and 1: `46%`, `0.3%`. */
export function formatShare(share: number, locale: string): string {
  const digits = share > 0 && share < 0.0995 ? 1 : 0
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(share)
}

export function formatCount(count: number | bigint, locale: string): string {
  return numberFormat(locale).format(count)
}

/** Time of day to `digits` digits below the second, with the date unless it is the day of `nowMs`. */
export function formatTime(unixNano: string | bigint, locale: string, digits: number, nowMs: number): string {
  const nanos = BigInt(unixNano)
  const date = new Date(Number(nanos / NANOS_PER_MILLI))
  const day = date.toDateString() === new Date(nowMs).toDateString() ? '' : `${dayFormat(locale, date, nowMs)} `
  const clock = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const below = (nanos % NANOS_PER_SECOND).toString().padStart(9, '0').slice(0, digits)
  return `${day}${clock.format(date)}${digits > 0 ? `.${below}` : ''}`
}

/** ISO 8601 in UTC with all nine digits, for copying. */
export function formatIso(unixNano: string | bigint): string {
  const nanos = BigInt(unixNano)
  const whole = new Date(Number(nanos / NANOS_PER_SECOND) * 1_000).toISOString().slice(0, -5)
  return `${whole}.${(nanos % NANOS_PER_SECOND).toString().padStart(9, '0')}Z`
}

function dayFormat(locale: string, date: Date, nowMs: number): string {
  const sameYear = date.getFullYear() === new Date(nowMs).getFullYear()
  return new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(date)
}

const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(locale: string): Intl.NumberFormat {
  const known = formats.get(locale) ?? new Intl.NumberFormat(locale)
  formats.set(locale, known)
  return known
}

function significant(value: number, locale: string): string {
  // A whole number stays short; others keep their zeros, so that columns of numbers line up.
  const digits = Number.isInteger(value) ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0
  const key = `${locale}/${digits}`
  const format =
    formats.get(key) ?? new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  formats.set(key, format)
  return format.format(value)
}

function join(number: string, unit: string): string {
  return `${number}${NARROW_SPACE}${unit}`
}
