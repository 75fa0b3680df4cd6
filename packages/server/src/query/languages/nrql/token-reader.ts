// Goes over the tokens of a question one by one, and says in one way what should have stood there instead.
import type { ClewError } from '@clew/model'
import { readTokens, syntaxError, type Token } from './tokens.ts'

export class TokenReader {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = readTokens(text)
  }

  get isAtEnd(): boolean {
    return this.#peek().kind === 'end'
  }

  isKeyword(word: string): boolean {
    const { kind, text, isQuoted } = this.#peek()
    return kind === 'name' && !isQuoted && text.toUpperCase() === word
  }

  takeKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false
    this.#next++
    return true
  }

  keyword(word: string): void {
    if (!this.takeKeyword(word)) throw this.unexpected(word)
  }

  takeSign(sign: string): boolean {
    const { kind, text } = this.#peek()
    if (kind !== 'sign' || text !== sign) return false
    this.#next++
    return true
  }

  sign(sign: string): void {
    if (!this.takeSign(sign)) throw this.unexpected(`"${sign}"`)
  }

  /** The sign that is here if it is one of these. */
  oneSign<const S extends string>(signs: readonly S[]): S | undefined {
    return signs.find((sign) => this.takeSign(sign))
  }

  name(expected: string): string {
    return this.#take('name', expected)
  }

  string(expected: string): string {
    return this.#take('string', expected)
  }

  number(expected: string): number {
    return Number(this.#take('number', expected))
  }

  /** A name or a string. */
  text(expected: string): string {
    return this.#take(this.#peek().kind === 'string' ? 'string' : 'name', expected)
  }

  get kind(): Token['kind'] {
    return this.#peek().kind
  }

  /** `offset` -1 is the token before this one. */
  unexpected(expected: string, offset = 0): ClewError {
    return syntaxError(this.#text, this.#tokens[Math.max(0, this.#next + offset)]!.at, expected)
  }

  #take(kind: Token['kind'], expected: string): string {
    const token = this.#peek()
    if (token.kind !== kind) throw this.unexpected(expected)
    this.#next++
    return token.text
  }

  #peek(): Token {
    return this.#tokens[this.#next]!
  }
}
