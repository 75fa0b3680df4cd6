// Ids of New Relic spans, which may be any text: into the bytes of a span's head, their text remembered where it is not
// the id itself.
import { hexFromBytes, isZeroId, type TextHash, textSpanId, textTraceId } from '@clew/model'
import { decodeUtf8 } from '../wire/utf8.ts'
import type { TextPlace } from './text-place.ts'

/** 16 or 32 hex digits of any case into `target`, right-aligned; false when it is no such text, or all zero. */
export function readHexId(bytes: Uint8Array, start: number, end: number, target: Uint8Array): boolean {
  const digits = end - start
  if (digits !== 2 * target.length && digits !== 16) return false
  const from = target.length - digits / 2
  target.fill(0, 0, from)
  for (let i = from, at = start; i < target.length; i++, at += 2) {
    const high = nibble(bytes[at]!)
    const low = nibble(bytes[at + 1]!)
    if (high < 0 || low < 0) return false
    target[i] = (high << 4) | low
  }
  return !isZeroId(target, 0, target.length)
}

/** The ids of one span after the other. Traces in a body come in runs: the text of the last one is known. */
export class IdReader {
  readonly traceId = new Uint8Array(16)
  readonly spanId = new Uint8Array(8)
  readonly parentSpanId = new Uint8Array(8)
  /** What was written in place of an id; '' where that was the id itself. */
  traceText = ''
  spanText = ''
  parentText = ''
  readonly #hash: TextHash
  readonly #hashed = new Uint8Array(16)
  #hashedText = ''
  #traceHex = ''

  constructor(hash: TextHash) {
    this.#hash = hash
  }

  readTrace(bytes: Uint8Array, { start, end, unescaped }: TextPlace): void {
    this.#traceHex = ''
    this.traceText = ''
    if (unescaped === undefined && readHexId(bytes, start, end, this.traceId)) return
    const text = unescaped ?? decodeUtf8(bytes, start, end)
    if (text !== this.#hashedText) {
      this.#hashed.set(textTraceId(this.#hash, text))
      this.#hashedText = text
    }
    this.traceId.set(this.#hashed)
    this.traceText = text
  }

  /** After `readTrace`: the id of a text depends on its trace. */
  readSpan(bytes: Uint8Array, place: TextPlace): void {
    this.spanText = this.#read(bytes, place, this.spanId)
  }

  /** An empty text or zeros are no parent: the span is a root. */
  readParent(bytes: Uint8Array, place: TextPlace): void {
    this.parentText = ''
    if (place.isEmpty || isZeros(bytes, place.start, place.end)) this.parentSpanId.fill(0)
    else this.parentText = this.#read(bytes, place, this.parentSpanId)
  }

  #read(bytes: Uint8Array, { start, end, unescaped }: TextPlace, target: Uint8Array): string {
    if (unescaped === undefined && readHexId(bytes, start, end, target)) return ''
    const text = unescaped ?? decodeUtf8(bytes, start, end)
    if (this.#traceHex === '') this.#traceHex = hexFromBytes(this.traceId, 0, 16)
    target.set(textSpanId(this.#hash, this.#traceHex, text))
    return text
  }
}

/** Sixteen zeros, which senders of hex ids write for "none". */
function isZeros(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 16) return false
  for (let at = start; at < end; at++) if (bytes[at] !== 0x30) return false
  return true
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
