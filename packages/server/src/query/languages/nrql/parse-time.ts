// Times of SINCE and UNTIL: `30 minutes ago`, `now`, `yesterday`, milliseconds or seconds since 1970, `'2026-11-22 08:00:00'`.
import type { TokenReader } from './token-reader.ts'

const UNITS_MS: Readonly<Record<string, number>> = {
  SECOND: 1_000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 604_800_000,
}
const DAY_MS = 86_400_000
/** Numbers below this are seconds: 2001 in milliseconds. */
const FIRST_MS = 1e12
/** The last millisecond that dates know. */
const FARTHEST = 8.64e15
const DATE = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(?:Z|[+-]\d{2}:?\d{2})?$/

/** Whole milliseconds since the Unix epoch, negative before it; a date without a zone is UTC. */
export function parseTime(reader: TokenReader, nowMs: number): number {
  const expected = 'a time such as 30 minutes ago'
  if (reader.takeKeyword('NOW')) return nowMs
  if (reader.takeKeyword('TODAY')) return nowMs - (nowMs % DAY_MS)
  if (reader.takeKeyword('YESTERDAY')) return nowMs - (nowMs % DAY_MS) - DAY_MS
  if (reader.kind === 'string') {
    const text = reader.string(expected)
    const time = DATE.test(text) ? Date.parse(withZone(text)) : Number.NaN
    if (Number.isNaN(time)) throw reader.unexpected("a date such as '2026-11-22 08:00:00'", -1)
    return time
  }
  const amount = reader.number(expected)
  if (!(Math.abs(amount) <= FARTHEST)) throw reader.unexpected(`a number of at most ${FARTHEST}`, -1)
  const unit = Object.keys(UNITS_MS).find((name) => reader.takeKeyword(name) || reader.takeKeyword(`${name}S`))
  if (unit === undefined) return Math.floor(amount < FIRST_MS ? amount * 1_000 : amount)
  reader.keyword('AGO')
  return Math.floor(nowMs - amount * UNITS_MS[unit]!)
}

function withZone(text: string): string {
  const time = text.replace(' ', 'T')
  if (!time.includes('T')) return `${time}T00:00:00Z`
  return /(?:Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time}Z`
}
