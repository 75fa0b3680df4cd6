// Character tests of RE2 patterns. Unicode properties and case folding come from the JavaScript engine, asked about one
// character at a time, so that no pattern of a user is ever run by its backtracking matcher.
import type { CharacterTest } from './syntax.ts'

const NEWLINE = 10

export const anyCharacter: CharacterTest = () => true
export const notNewline: CharacterTest = (c) => c !== NEWLINE

export function isWordCharacter(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95 || (c >= 97 && c <= 122)
}

/** A range of code points; with `ignoreCase` also what folds to one of them. */
export function characterRange(low: number, high: number, ignoreCase: boolean): CharacterTest {
  if (!ignoreCase) return low === high ? (c) => c === low : (c) => c >= low && c <= high
  return singleCharacter(new RegExp(`^[\\u{${low.toString(16)}}-\\u{${high.toString(16)}}]$`, 'iu'))
}

/** `\d`, `\s`, `\w` and their complements: ASCII only, and `\s` without the vertical tab. */
export function perlClass(letter: string): CharacterTest | undefined {
  const positive = PERL_CLASSES[letter.toLowerCase()]
  if (positive === undefined || letter === letter.toLowerCase()) return positive
  return complement(positive)
}

/** `[:alpha:]` and its kin. */
export function posixClass(name: string): CharacterTest | undefined {
  const pattern = POSIX_CLASSES[name]
  return pattern === undefined ? undefined : singleCharacter(new RegExp(`^[${pattern}]$`, 'u'))
}

/** `\p{Greek}`, `\pL`: a general category or a script. */
export function unicodeClass(name: string, ignoreCase: boolean): CharacterTest | undefined {
  if (name === 'Any') return anyCharacter
  if (!/^[A-Z][A-Za-z_]*$/.test(name)) return undefined
  const property = /^[A-Z][a-z]?$/.test(name) ? name : `Script=${name}`
  try {
    return singleCharacter(new RegExp(`^\\p{${property}}$`, ignoreCase ? 'iu' : 'u'))
  } catch {
    return undefined
  }
}

export function complement(test: CharacterTest): CharacterTest {
  return (c) => !test(c)
}

export function union(tests: readonly CharacterTest[]): CharacterTest {
  return tests.length === 1 ? tests[0]! : (c) => tests.some((test) => test(c))
}

function singleCharacter(pattern: RegExp): CharacterTest {
  const seen = new Map<number, boolean>()
  return (c) => {
    let fits = seen.get(c)
    if (fits === undefined) {
      fits = pattern.test(String.fromCodePoint(c))
      if (seen.size < SEEN_LIMIT) seen.set(c, fits)
    }
    return fits
  }
}

/** Enough for the letters of any one script; a text with more is asked again. */
const SEEN_LIMIT = 1024

const PERL_CLASSES: Readonly<Record<string, CharacterTest>> = {
  d: (c) => c >= 48 && c <= 57,
  s: (c) => c === 32 || c === 9 || c === 10 || c === 12 || c === 13,
  w: isWordCharacter,
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}
