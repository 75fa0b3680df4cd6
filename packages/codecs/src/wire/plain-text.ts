// Where the plain part of a JSON string ends, four bytes at a time: a look at each byte by itself costs more than anything
// else that is done with a long text. For those who go over every byte of a body.
import { CODE } from './json-tokens.ts'

const FIRST_PRINTED = 0x20

/** For `afterPlainText`; to be made once for many calls. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * The place of the first quote, backslash or control character at or after `start`, where the plain part of a string ends;
 * `end` where there is none before it. Bytes above 0x7f are plain.
 */
export function afterPlainText(view: DataView, start: number, end: number): number {
  let at = start
  const lastWord = end - 4
  while (at <= lastWord) {
    const word = view.getInt32(at, true)
    // Zero bytes of a word are found by a borrow into their highest bit (Anderson, "Bit Twiddling Hacks", "Determine if a
    // word has a zero byte", "… a byte less than n"). With its second bit turned, a quote is 0x20 and the controls are below.
    const found = (((word ^ 0x02020202) - 0x21212121) | ((word ^ 0x5c5c5c5c) - 0x01010101)) & ~word & 0x80808080
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3)
    at += 4
  }
  while (at < end) {
    const code = view.getUint8(at)
    if (code === CODE.quote || code === CODE.backslash || code < FIRST_PRINTED) return at
    at++
  }
  return at
}
