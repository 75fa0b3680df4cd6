// A pull reader of JSON (RFC 8259): the caller asks for the next key, item or value and nothing is built that it did not
// ask for. JSON.parse would lose 64-bit integers written as numbers, and says not where in the document it failed.
import { DecodeError } from '@clew/model'

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Skipped values may nest as deep as they like: they take one counter each, no stack. */
export class JsonReader {
  readonly #format: string
  readonly #text: string
  #at = 0
  /** Keys and indexes from the root to the value that is read, for error messages. */
  readonly #path: (string | number)[] = []
  /** Whether the container at that depth has had an entry, so that a comma is due. */
  readonly #started: boolean[] = []

  constructor(format: string, text: string) {
    this.#format = format
    this.#text = text
  }

  kind(): JsonKind {
    this.#space()
    const code = this.#text.charCodeAt(this.#at)
    if (code === 0x22) return 'string'
    if (code === 0x7b) return 'object'
    if (code === 0x5b) return 'array'
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return 'number'
    if (code === 0x6e) return 'null'
    if (code === 0x74 || code === 0x66) return 'boolean'
    return this.fail(`expected a value, got ${this.#found()}`)
  }

  openObject(): void {
    this.#open('{', '')
  }

  openArray(): void {
    this.#open('[', -1)
  }

  /** The next key of the object that is open, or undefined when it ends here; the value follows. */
  nextKey(): string | undefined {
    if (!this.#nextEntry('}')) return undefined
    if (this.#text[this.#at] !== '"') this.fail(`expected a key, got ${this.#found()}`)
    const key = this.#quoted()
    this.#path[this.#path.length - 1] = key
    this.#space()
    if (this.#text[this.#at] !== ':') this.fail(`expected ":", got ${this.#found()}`)
    this.#at++
    return key
  }

  /** Whether the array that is open has another item; it follows. */
  nextItem(): boolean {
    if (!this.#nextEntry(']')) return false
    this.#path[this.#path.length - 1] = (this.#path.at(-1) as number) + 1
    return true
  }

  string(): string {
    this.#expect('string')
    return this.#quoted()
  }

  /** The digits of a number as they were written. */
  number(): string {
    this.#expect('number')
    const start = this.#at
    let at = start
    while (isNumberPart(this.#text.charCodeAt(at))) at++
    const digits = this.#text.slice(start, at)
    if (!NUMBER.test(digits)) this.fail(`expected a number, got ${this.#found()}`)
    this.#at = at
    return digits
  }

  boolean(): boolean {
    this.#expect('boolean')
    const value = this.#text[this.#at] === 't'
    this.#literal(value ? 'true' : 'false')
    return value
  }

  /** Takes a `null` if that is the value here. */
  takeNull(): boolean {
    this.#space()
    if (this.#text[this.#at] !== 'n') return false
    this.#literal('null')
    return true
  }

  /** Steps over the value here, whatever it is. */
  skip(): void {
    const depth = this.#path.length
    do {
      const open = this.#path.length
      if (open > depth) {
        const inArray = typeof this.#path.at(-1) === 'number'
        if (inArray ? !this.nextItem() : this.nextKey() === undefined) continue
      }
      switch (this.kind()) {
        case 'object':
          this.openObject()
          break
        case 'array':
          this.openArray()
          break
        case 'string':
          this.#quoted()
          break
        case 'number':
          this.number()
          break
        case 'boolean':
          this.boolean()
          break
        case 'null':
          this.takeNull()
      }
    } while (this.#path.length > depth)
  }

  /** Nothing but white space may follow the document. */
  finish(): void {
    this.#space()
    if (this.#at < this.#text.length) this.fail(`expected the end of the document, got ${this.#found()}`)
  }

  fail(problem: string): never {
    let path = ''
    for (const part of this.#path.slice(0, MAX_PATH_SHOWN)) {
      if (typeof part === 'number') path += part < 0 ? '' : `[${part}]`
      else if (part !== '') path += path === '' ? shorten(part) : `.${shorten(part)}`
    }
    throw new DecodeError(this.#format, path === '' ? `character ${this.#at}` : path, problem)
  }

  #open(bracket: '{' | '[', path: string | number): void {
    this.#expect(bracket === '{' ? 'object' : 'array')
    this.#at++
    this.#path.push(path)
    this.#started.push(false)
  }

  #nextEntry(close: '}' | ']'): boolean {
    this.#space()
    const depth = this.#started.length - 1
    if (this.#text[this.#at] === close) {
      this.#at++
      this.#path.pop()
      this.#started.pop()
      return false
    }
    if (this.#started[depth]) {
      if (this.#text[this.#at] !== ',') this.fail(`expected "," or "${close}", got ${this.#found()}`)
      this.#at++
      this.#space()
    }
    this.#started[depth] = true
    return true
  }

  #quoted(): string {
    const text = this.#text
    const start = this.#at
    let at = start + 1
    let hasEscapes = false
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === 0x22) break
      if (code === 0x5c) {
        hasEscapes = true
        at += 2
      } else if (code >= 0x20) at++
      else {
        // A control character, or the end of the document, where the code is NaN.
        this.#at = at
        this.fail(`expected the end of a string, got ${this.#found()}`)
      }
    }
    this.#at = at + 1
    if (!hasEscapes) return text.slice(start + 1, at)
    try {
      return JSON.parse(text.slice(start, at + 1)) as string
    } catch {
      this.#at = start
      return this.fail(`string with an unknown escape: ${this.#found()}`)
    }
  }

  #expect(kind: JsonKind): void {
    const found = this.kind()
    if (found !== kind) this.fail(`expected ${article(kind)}, got ${this.#found()}`)
  }

  #literal(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) this.fail(`expected a value, got ${this.#found()}`)
    this.#at += word.length
  }

  #space(): void {
    const text = this.#text
    let at = this.#at
    for (;;) {
      const code = text.charCodeAt(at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break
      at++
    }
    this.#at = at
  }

  #found(): string {
    if (this.#at >= this.#text.length) return 'the end of the document'
    return JSON.stringify(this.#text.slice(this.#at, this.#at + 20))
  }
}

/** Digits, signs, the point and the exponent's letter: what may be within a number and cannot follow one. */
function isNumberPart(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x2b || (code | 0x20) === 0x65
}

const MAX_PATH_SHOWN = 32
const MAX_KEY_SHOWN = 40

function shorten(key: string): string {
  return key.length > MAX_KEY_SHOWN ? `${key.slice(0, MAX_KEY_SHOWN)}…` : key
}

function article(kind: JsonKind): string {
  return kind === 'null' ? 'null' : `${kind === 'object' || kind === 'array' ? 'an' : 'a'} ${kind}`
}
