// Limits that New Relic has and Clew has only where they are set: how old a span may be, how much its attributes may say.
import type { AttributeList } from './attribute-list.ts'
import { VALUE } from './value-kind.ts'

export interface NewRelicLimits {
  /** How far from now a span may start, either way, in nanoseconds; one further away is left out. */
  readonly windowNanos?: bigint | undefined
  /** Most attributes of a span with those of `common`; further ones are dropped. */
  readonly attributes?: number | undefined
  /** Most characters of a key, beyond which its attribute is dropped, and of a string, which is cut. */
  readonly keyChars?: number | undefined
  readonly valueChars?: number | undefined
}

/** What the limits took from the attributes of a span. */
export interface Trimmed {
  readonly dropped: number
  readonly cut: number
}

/** `others` are attributes that count beside those of the list. What is dropped becomes null, which nobody writes. */
export function trimAttributes(
  list: AttributeList,
  bytes: Uint8Array,
  limits: NewRelicLimits,
  others: number,
): Trimmed {
  const { attributes = Number.POSITIVE_INFINITY, keyChars = Number.POSITIVE_INFINITY, valueChars } = limits
  let kept = others
  let dropped = 0
  let cut = 0
  for (let i = 0; i < list.count; i++) {
    if (list.kind(i) === VALUE.null) continue
    if (kept >= attributes || list.keys[i]!.text.length > keyChars) {
      list.drop(i)
      dropped++
      continue
    }
    kept++
    if (valueChars === undefined || list.kind(i) !== VALUE.string || list.end(i) - list.start(i) <= valueChars) continue
    const end = endOfChars(bytes, list.start(i), list.end(i), valueChars)
    if (end === list.end(i)) continue
    if (list.hasEscapes(i)) {
      // Where the text is cut its escapes would have to be known: such a long value goes as a whole.
      list.drop(i)
      dropped++
    } else {
      list.cut(i, end)
      cut++
    }
  }
  return { dropped, cut }
}

/** The place after the first `chars` code points of the UTF-8 in `bytes[start, end)`. */
function endOfChars(bytes: Uint8Array, start: number, end: number, chars: number): number {
  let seen = 0
  for (let at = start; at < end; at++) {
    const isContinuation = (bytes[at]! & 0xc0) === 0x80
    if (!isContinuation && seen++ === chars) return at
  }
  return end
}
