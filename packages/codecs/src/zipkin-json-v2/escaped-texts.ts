// Texts that are written with escapes, as the bytes they mean. What spans say again and again (an exception with its stack,
// an event of OpenTelemetry, a statement with quotes in it) is written out once and found again by its bytes.
import type { ReserveMemory } from '../codec.ts'
import { viewOf } from '../wire/plain-text.ts'
import { decodeUtf8, encodeUtf8Into, utf8Bound } from '../wire/utf8.ts'

/** Texts that are kept, by a hash of their bytes; one takes the place of another. */
const SLOTS = 256
/** Longer ones are rarely said twice. */
const MOST_KEPT_BYTES = 4096
/** More is told of before it is taken. */
const FREE_BYTES = 4096

interface KnownText {
  /** As it is written. */
  readonly written: DataView
  readonly text: Uint8Array
}

const recent: (KnownText | undefined)[] = new Array(SLOTS).fill(undefined)

export class EscapedTexts {
  readonly #reserve: ReserveMemory

  constructor(reserve: ReserveMemory = () => {}) {
    this.#reserve = reserve
  }

  /** What stands between the quotes of a string, in `source[start, end)` with its `view`: the same array for the same text. */
  textOf(source: Uint8Array, view: DataView, start: number, end: number): Uint8Array {
    if (end - start > MOST_KEPT_BYTES) return this.#textOf(source, start, end)
    const slot = slotOf(source, start, end)
    const known = recent[slot]
    if (known !== undefined && isSame(known.written, view, start, end)) return known.text
    const text = this.#textOf(source, start, end)
    recent[slot] = { written: viewOf(source.slice(start, end)), text }
    return text
  }

  #textOf(source: Uint8Array, start: number, end: number): Uint8Array {
    const text = JSON.parse(`"${decodeUtf8(source, start, end)}"`) as string
    const bound = utf8Bound(text)
    if (bound > FREE_BYTES) this.#reserve(bound)
    const bytes = new Uint8Array(bound)
    // A lone surrogate becomes bytes that are no UTF-8, which are seen and mended later.
    return bytes.slice(0, encodeUtf8Into(bytes, 0, text))
  }
}

function slotOf(source: Uint8Array, start: number, end: number): number {
  let hash = end - start
  const step = 1 + (hash >>> 6)
  for (let at = start; at < end; at += step) hash = (Math.imul(hash, 31) + source[at]!) | 0
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1)
}

function isSame(written: DataView, view: DataView, start: number, end: number): boolean {
  const length = end - start
  if (written.byteLength !== length) return false
  let at = 0
  for (const lastWord = length - 4; at <= lastWord; at += 4)
    if (written.getInt32(at, true) !== view.getInt32(start + at, true)) return false
  for (; at < length; at++) if (written.getUint8(at) !== view.getUint8(start + at)) return false
  return true
}
