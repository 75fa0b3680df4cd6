// Where a JSON value ends whose bytes come in chunks. Only strings and brackets are looked at.
import { CODE } from '../wire/json-tokens.ts'

export class JsonValueScanner {
  /** Whether a value has begun and not yet ended. */
  isWithin = false
  #isFresh = false
  #depth = 0
  #inString = false
  #inEscape = false
  #inToken = false

  /** A value begins with the next byte that is scanned. */
  begin(): void {
    this.isWithin = true
    this.#isFresh = true
    this.#depth = 0
  }

  /** Goes on at `from`: the place after the value, or the end of the chunk while it is within. */
  scan(chunk: Uint8Array, from: number): number {
    const end = chunk.length
    let at = this.#isFresh ? this.#enter(chunk, from) : from
    let depth = this.#depth
    while (at < end) {
      if (this.#inString) {
        const after = this.#afterString(chunk, at)
        if (after < 0) return end
        this.#inString = false
        at = after
        if (depth === 0) return this.#leave(at)
        continue
      }
      if (this.#inToken) {
        while (at < end && !isTokenEnd(chunk[at]!)) at++
        return at === end ? end : this.#leave(at)
      }
      const kind = KINDS[chunk[at++]!]
      if (kind === KIND.other) continue
      if (kind === KIND.quote) {
        at = this.#afterString(chunk, at)
        // Of a string that the chunk ends in, the next one brings the rest.
        if (at < 0) {
          this.#inString = true
          at = end
        }
      } else if (kind === KIND.open) depth++
      else if (--depth === 0) return this.#leave(at)
    }
    this.#depth = depth
    return at
  }

  #enter(chunk: Uint8Array, at: number): number {
    const code = chunk[at]!
    this.#isFresh = false
    this.#inString = code === CODE.quote
    this.#depth = KINDS[code] === KIND.open ? 1 : 0
    this.#inToken = !this.#inString && this.#depth === 0
    return this.#inToken ? at : at + 1
  }

  #leave(at: number): number {
    this.isWithin = false
    this.#inToken = false
    return at
  }

  /** The place after the quote that ends the string, or -1 when the chunk ends first. */
  #afterString(chunk: Uint8Array, from: number): number {
    const end = chunk.length
    let at = from
    if (this.#inEscape && at < end) {
      this.#inEscape = false
      at++
    }
    while (at < end) {
      const code = chunk[at++]!
      if (code === CODE.quote) return at
      if (code === CODE.backslash && at++ === end) this.#inEscape = true
    }
    return -1
  }
}

const KIND = { other: 0, quote: 1, open: 2, close: 3 } as const

/** Of each byte outside of strings. */
const KINDS = new Uint8Array(256)
KINDS[CODE.quote] = KIND.quote
KINDS[CODE.openObject] = KIND.open
KINDS[CODE.openArray] = KIND.open
KINDS[CODE.closeObject] = KIND.close
KINDS[CODE.closeArray] = KIND.close

function isTokenEnd(code: number): boolean {
  return code <= 0x20 || code === CODE.comma || KINDS[code] !== KIND.other
}
