// The opaque cursor of a search: the place after which the next page starts, the block and time range the first page
// saw, and the hash of the question, so that a cursor of another one is refused.
import { createHash } from 'node:crypto'
import { ClewError, parseUnixNano, type TraceQuery } from '@clew/model'
import { filterOf } from './plan.ts'
import type { Place } from './trace-order.ts'

export interface Cursor {
  readonly place: Place
  readonly block: bigint
  readonly from: bigint
  readonly to: bigint
  /** Low halves that two traces share, with one of them still to come. */
  readonly carried: readonly bigint[]
}

const VERSION = 1
/** A cursor travels in an address: more carried ids than this are ids made to collide. */
export const CARRIED_LIMIT = 50

export function encodeCursor(cursor: Cursor, query: TraceQuery): string {
  const { place, block, from, to, carried } = cursor
  const fields = [VERSION, questionHash(query), place.value, place.traceId, block, from, to, ...carried]
  return Buffer.from(fields.join(' ')).toString('base64url')
}

/** Throws INVALID_CURSOR when the text is no cursor or one of another question. */
export function decodeCursor(text: string, query: TraceQuery): Cursor {
  const [version, hash, value, traceId, block, from, to, ...carried] = Buffer.from(text, 'base64url')
    .toString('latin1')
    .split(' ')
  const numbers = [value, block, from, ...carried].map((field) => parseUnixNano(field ?? ''))
  const end = to === String(2n ** 64n) ? 2n ** 64n : parseUnixNano(to ?? '')
  const whole = numbers.every((number) => number !== undefined) && end !== undefined
  if (version !== String(VERSION) || !whole || !/^[0-9a-f]{32}$/.test(traceId ?? '') || carried.length > CARRIED_LIMIT)
    throw new ClewError('INVALID_CURSOR', 'cursor: expected the one of the page before, got something else')
  if (hash !== questionHash(query))
    throw new ClewError(
      'INVALID_CURSOR',
      'cursor: expected one of this question, got one of a question with other conditions or order',
    )
  return {
    place: { value: numbers[0]!, traceId: traceId! },
    block: numbers[1]!,
    from: numbers[2]!,
    to: end!,
    carried: numbers.slice(3).map((number) => number!),
  }
}

/** Conditions and order; the time range travels in the cursor itself, since `now` has moved on. */
function questionHash(query: TraceQuery): string {
  const question = JSON.stringify([filterOf(query), query.order], (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
  return createHash('sha256').update(question).digest('hex').slice(0, 16)
}
