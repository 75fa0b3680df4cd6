// `timestamp`: milliseconds since 1970, as a number or as its digits in a string.
import { MAX_UINT64 } from '@clew/model'
import type { JsonBytesReader } from '../wire/json-bytes-reader.ts'
import { millisOfText, readMillis } from './number-text.ts'

/** Nanoseconds; undefined for null; else what is wrong with the value. The value is taken in any case. */
export function readTimestamp(reader: JsonBytesReader, bytes: Uint8Array): bigint | undefined | string {
  const kind = reader.kind()
  reader.skip()
  const { valueStart: start, valueEnd: end } = reader
  if (kind === 'null') return undefined
  let nanos: bigint | undefined
  if (kind === 'number') nanos = readMillis(bytes, start, end)
  else if (kind === 'string') nanos = millisOfText(reader.textAt(start + 1, end - 1, false).trim())
  if (nanos !== undefined && nanos >= 0n && nanos <= MAX_UINT64) return nanos
  const expected = nanos === undefined ? 'milliseconds since 1970' : 'milliseconds from 1970 to 2554'
  return `expected ${expected}, got ${reader.textAt(start, Math.min(end, start + MOST_SHOWN), false)}`
}

const MOST_SHOWN = 40
