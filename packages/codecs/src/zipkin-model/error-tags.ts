// New Relic's way to say with tags that a span failed, beside Zipkin's: a key that begins with `error.`, or an `error` of
// the type boolean that is true.
import { decodeUtf8, encodeUtf8 } from '../wire/utf8.ts'
import { type SpanScratch, TAG_TYPE } from './span-scratch.ts'
import type { SpecialTags } from './special-tags.ts'

const ERROR = encodeUtf8('error')
const ERROR_MESSAGE = encodeUtf8('error.message')
const POINT = 0x2e
const LETTER_T = 0x74

/** To be called when the special tags are settled; what they say of the status goes before. */
export function failByErrorTags({ tagKeys, tagTypes, tagValues }: SpanScratch, special: SpecialTags): void {
  if (special.statusCode !== 0) return
  let isFailed = false
  let message = ''
  for (let row = 0; row < tagKeys.count; row++) {
    const { bytes } = tagKeys.items[row]!
    if (bytes.length < ERROR.length || !startsWith(bytes, ERROR)) continue
    if (bytes.length === ERROR.length) isFailed ||= tagTypes[row] === TAG_TYPE.bool && isTrue(tagValues, row)
    else if (bytes[ERROR.length] === POINT) {
      isFailed = true
      if (
        bytes.length === ERROR_MESSAGE.length &&
        tagTypes[row] === TAG_TYPE.string &&
        startsWith(bytes, ERROR_MESSAGE)
      )
        message = decodeUtf8(tagValues.bytes[row]!, tagValues.start[row]!, tagValues.end[row]!)
    }
  }
  if (isFailed) special.fail(message)
}

function startsWith(bytes: Uint8Array, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text[i]) return false
  return true
}

/** Booleans are kept as they were written. */
function isTrue(values: SpanScratch['tagValues'], row: number): boolean {
  return values.bytes[row]![values.start[row]!] === LETTER_T
}
