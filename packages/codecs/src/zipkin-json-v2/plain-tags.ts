// The fast way through `tags`: entries as all writers write them, a key and a value without escapes and with at most one
// space between tokens, in one pass over the bytes. The reader of JSON takes over where anything else stands.
import { CODE } from '../wire/json-tokens.ts'
import { type SpanScratch, TAG_TYPE } from '../zipkin-model/span-scratch.ts'

const SPACE = 0x20

/**
 * Adds the entries from `start`, just behind the opening bracket, to the span, and gives the place behind the last of
 * them; `start` where there was none.
 */
export function readPlainTags(bytes: Uint8Array, start: number, end: number, span: SpanScratch): number {
  const { tagKeys } = span
  let done = start
  for (;;) {
    let at = done
    if (done > start) {
      if (bytes[at] !== CODE.comma) return done
      at++
    }
    if (bytes[at] === SPACE) at++
    if (bytes[at] !== CODE.quote) return done
    const keyStart = at + 1
    const sameEnd = tagKeys.plainEnd(bytes, keyStart)
    const keyEnd = sameEnd === 0 ? endOfPlain(bytes, keyStart, end) : sameEnd
    if (keyEnd === 0 || bytes[keyEnd + 1] !== CODE.colon) return done
    at = keyEnd + 2
    if (bytes[at] === SPACE) at++
    if (bytes[at] !== CODE.quote) return done
    const valueEnd = endOfPlain(bytes, at + 1, end)
    if (valueEnd === 0) return done
    if (sameEnd === 0) tagKeys.add(bytes, keyStart, keyEnd)
    else tagKeys.addAgain()
    span.addTag(TAG_TYPE.string, bytes, at + 1, valueEnd)
    done = valueEnd + 1
  }
}

/** Place of the quote that ends a string without escapes; 0 where there is none. */
function endOfPlain(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = bytes[at]!
    if (code === CODE.quote) return at
    if (code === CODE.backslash || code < SPACE) return 0
  }
  return 0
}
