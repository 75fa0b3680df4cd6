// Where a JSON value ends whose bytes come in chunks. Only strings and brackets are looked at, eight bytes at a time: most
// of them hold no bracket and no backslash, and of their quotes it only matters whether they are odd.
import { CODE } from '../wire/json-tokens.ts'
import { viewOf } from '../wire/plain-text.ts'

const NO_BYTES = new Uint8Array(0)

export class JsonValueScanner {
  /** Whether a value has begun and not yet ended. */
  isWithin = false
  #isFresh = false
  #depth = 0
  #inString = false
  #inEscape = false
  #inToken = false
  #chunk: Uint8Array = NO_BYTES
  #view = viewOf(NO_BYTES)

  /** A value begins with the next byte that is scanned. */
  begin(): void {
    this.isWithin = true
    this.#isFresh = true
    this.#depth = 0
  }

  /** Goes on at `from`: the place after the value, or the end of the chunk while it is within. */
  scan(chunk: Uint8Array, from: number): number {
    if (chunk !== this.#chunk) {
      this.#chunk = chunk
      this.#view = viewOf(chunk)
    }
    const at = this.#isFresh ? this.#enter(chunk, from) : from
    if (this.#inToken) return this.#scanToken(chunk, at)
    return this.#depth > 0 ? this.#scanContainer(chunk, at) : this.#scanString(chunk, at)
  }

  #enter(chunk: Uint8Array, at: number): number {
    const code = chunk[at]!
    this.#isFresh = false
    this.#inString = code === CODE.quote
    this.#inEscape = false
    this.#depth = KINDS[code] === KIND.open ? 1 : 0
    this.#inToken = !this.#inString && this.#depth === 0
    return this.#inToken ? at : at + 1
  }

  #leave(at: number): number {
    this.isWithin = false
    this.#inToken = false
    return at
  }

  #scanToken(chunk: Uint8Array, from: number): number {
    let at = from
    while (at < chunk.length && !isTokenEnd(chunk[at]!)) at++
    return at === chunk.length ? at : this.#leave(at)
  }

  /** A string that is the value. */
  #scanString(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      if (this.#inEscape) this.#inEscape = false
      else if (chunk[at] === CODE.backslash) this.#inEscape = true
      else if (chunk[at] === CODE.quote) return this.#leave(at + 1)
    }
    return chunk.length
  }

  /** An object or array, from anywhere within. */
  #scanContainer(chunk: Uint8Array, from: number): number {
    const view = this.#view
    const end = chunk.length
    const lastWords = end - 8
    let depth = this.#depth
    let inString = this.#inString ? 1 : 0
    let inEscape = this.#inEscape
    let at = from
    while (at < end) {
      if (at <= lastWords && !inEscape) {
        const word = view.getInt32(at, true)
        const next = view.getInt32(at + 4, true)
        if ((bracketsOf(word) | bracketsOf(next)) === 0) {
          inString ^= isOddInQuotes(word, next)
          at += 8
          continue
        }
      }
      const stop = Math.min(at + 8, end)
      for (; at < stop; at++) {
        const kind = KINDS[chunk[at]!]
        if (inEscape) inEscape = false
        else if (kind === KIND.quote) inString ^= 1
        else if (inString === 1) inEscape = kind === KIND.backslash
        else if (kind === KIND.open) depth++
        else if (kind === KIND.close && --depth === 0) return this.#leave(at + 1)
      }
    }
    this.#depth = depth
    this.#inString = inString === 1
    this.#inEscape = inEscape
    return end
  }
}

/** Not 0 when a byte of the word is `[`, `]`, `{`, `}` or a backslash. */
function bracketsOf(word: number): number {
  // Their lower-case forms are 0x7b to 0x7d: added 5 they reach 0x80, added 2 they do not. No sum leaves its byte.
  const lower = (word | 0x20202020) & 0x7f7f7f7f
  return (lower + 0x05050505) & ~(lower + 0x02020202) & ~word & HIGH_BITS
}

/** 1 when an odd number of the bytes of both words are quotes, else 0. */
function isOddInQuotes(word: number, next: number): number {
  let quotes = quotesOf(word) ^ quotesOf(next)
  quotes ^= quotes >>> 16
  quotes ^= quotes >>> 8
  return (quotes >>> 7) & 1
}

/** The highest bit of each byte that is a quote. */
function quotesOf(word: number): number {
  const turned = word ^ 0x22222222
  return ~(((turned & 0x7f7f7f7f) + 0x7f7f7f7f) | turned) & HIGH_BITS
}

const HIGH_BITS = 0x80808080
const KIND = { other: 0, quote: 1, open: 2, close: 3, backslash: 4 } as const

/** Of each byte. */
const KINDS = new Uint8Array(256)
KINDS[CODE.quote] = KIND.quote
KINDS[CODE.backslash] = KIND.backslash
KINDS[CODE.openObject] = KIND.open
KINDS[CODE.openArray] = KIND.open
KINDS[CODE.closeObject] = KIND.close
KINDS[CODE.closeArray] = KIND.close

function isTokenEnd(code: number): boolean {
  return code <= 0x20 || code === CODE.comma || KINDS[code] !== KIND.other
}
