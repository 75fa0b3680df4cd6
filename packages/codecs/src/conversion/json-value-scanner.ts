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
        at = this.#afterString(chunk, at)
        if (this.#inString) break
        if (depth === 0) return this.#leave(at)
        continue
      }
      if (this.#inToken) {
        while (at < end && !isTokenEnd(chunk[at]!)) at++
        return at === end ? end : this.#leave(at)
      }
      const code = chunk[at++]!
      if (code === CODE.quote) this.#inString = true
      // The brackets of either kind differ in this bit only.
      else if ((code | 0x20) === CODE.openObject) depth++
      else if ((code | 0x20) === CODE.closeObject && --depth === 0) return this.#leave(at)
    }
    this.#depth = depth
    return at
  }

  #enter(chunk: Uint8Array, at: number): number {
    const code = chunk[at]!
    this.#isFresh = false
    this.#inString = code === CODE.quote
    this.#depth = (code | 0x20) === CODE.openObject ? 1 : 0
    this.#inToken = !this.#inString && this.#depth === 0
    return this.#inToken ? at : at + 1
  }

  #leave(at: number): number {
    this.isWithin = false
    this.#inToken = false
    return at
  }

  #afterString(chunk: Uint8Array, from: number): number {
    const end = chunk.length
    let at = from
    if (this.#inEscape && at < end) {
      this.#inEscape = false
      at++
    }
    for (; at < end; at++) {
      const code = chunk[at]!
      if (code === CODE.quote) {
        this.#inString = false
        return at + 1
      }
      if (code === CODE.backslash && ++at === end) this.#inEscape = true
    }
    return end
  }
}

function isTokenEnd(code: number): boolean {
  return code <= 0x20 || code === CODE.comma || code === CODE.quote || (code | 0x20) === 0x7b || (code | 0x20) === 0x7d
}
