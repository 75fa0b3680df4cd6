// A text of NRQL into its words: names, strings, numbers and signs, each with its place for messages.
import { ClewError } from '@clew/model'

export interface Token {
  /** `end` stands behind the last word. */
  readonly kind: 'name' | 'string' | 'number' | 'sign' | 'end'
  /** A name without its backticks, a string without its quotes; a number as written. */
  readonly text: string
  /** A name in backticks is never a keyword. */
  readonly isQuoted: boolean
  /** Place of the first character, from 0. */
  readonly at: number
}

/** Signs of two characters first. */
const SIGN = /!=|<>|<=|>=|[=<>(),*]/y
const SPACE = /\s+/y
const NAME = /[a-z_][\w.:]*/iy
const NUMBER = /[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy
const STRING = /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y
const BACKTICKS = /`([^`]*)`/y

/** Throws INVALID_ARGUMENT, with the place, for what is no word of NRQL. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match ?? undefined
  }
  const push = (kind: Token['kind'], value: string, start: number, isQuoted = false) =>
    tokens.push({ kind, text: value, isQuoted, at: start })
  while (at < text.length) {
    if (take(SPACE)) continue
    const start = at
    const quoted = take(STRING)
    if (quoted) push('string', (quoted[1] ?? quoted[2] ?? '').replaceAll(/\\([\s\S])/g, '$1'), start)
    else {
      const backticks = take(BACKTICKS)
      const name = backticks ?? take(NAME)
      const number = name === undefined ? take(NUMBER) : undefined
      const sign = name ?? number ?? take(SIGN)
      if (backticks) push('name', backticks[1]!, start, true)
      else if (name) push('name', name[0], start)
      else if (number) push('number', number[0], start)
      else if (sign) push('sign', sign[0], start)
      else throw syntaxError(text, start, 'a word of NRQL')
    }
  }
  push('end', '', text.length)
  return tokens
}

export function syntaxError(text: string, at: number, expected: string): ClewError {
  const found = at >= text.length ? 'the end' : JSON.stringify(text.slice(at, at + 20))
  return new ClewError('INVALID_ARGUMENT', `NRQL Syntax Error: expected ${expected} at position ${at}, got ${found}`)
}
