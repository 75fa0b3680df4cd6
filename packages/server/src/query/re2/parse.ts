// Reads an RE2 pattern into its tree and refuses what RE2 refuses: backreferences, lookaround, counts above 1000.
import { ClewError } from '@clew/model'
import {
  anyCharacter,
  characterRange,
  complement,
  notNewline,
  perlClass,
  posixClass,
  unicodeClass,
  union,
} from './character-class.ts'
import type { CharacterTest, Re2Flags, Re2Node } from './syntax.ts'

/** RE2's own bound on `{n,m}`, also for the product of nested counts. */
const REPEAT_LIMIT = 1000
/** Parentheses deeper than this would be a recursion too deep for us; RE2 stops at 1000 as well. */
const NESTING_LIMIT = 200

/** Throws INVALID_ARGUMENT with the place when the pattern is none. */
export function parseRe2(pattern: string): Re2Node {
  return new Re2Parser(pattern).parse()
}

class Re2Parser {
  readonly #pattern: string
  readonly #characters: readonly string[]
  #at = 0
  #depth = 0
  #flags: Re2Flags = { ignoreCase: false, multiline: false, dotMatchesNewline: false }

  constructor(pattern: string) {
    this.#pattern = pattern
    this.#characters = [...pattern]
  }

  parse(): Re2Node {
    const { node } = this.#alternation()
    if (this.#at < this.#characters.length) this.#refuse('has a ) without its (')
    return node
  }

  /** `counts` is the largest product of nested counts inside. */
  #alternation(): Counted {
    if (++this.#depth > NESTING_LIMIT) this.#refuse(`nests deeper than ${NESTING_LIMIT} groups`)
    const flags = this.#flags
    const branches: Re2Node[] = []
    let counts = 1
    do {
      const branch = this.#concatenation()
      branches.push(branch.node)
      counts = Math.max(counts, branch.counts)
    } while (this.#take('|'))
    this.#flags = flags
    this.#depth--
    return { node: branches.length === 1 ? branches[0]! : { kind: 'alternate', nodes: branches }, counts }
  }

  #concatenation(): Counted {
    const nodes: Re2Node[] = []
    let counts = 1
    let quoted = false
    while (this.#at < this.#characters.length && (quoted || (this.#peek() !== '|' && this.#peek() !== ')'))) {
      if (this.#takeText(quoted ? '\\E' : '\\Q')) {
        quoted = !quoted
        continue
      }
      const atom = quoted ? { node: this.#literal(this.#next()), counts: 1 } : this.#atom()
      if (atom === undefined) continue
      // What follows \E repeats the last quoted character.
      if (quoted && this.#takeText('\\E')) quoted = false
      const repeated = quoted ? atom : this.#repetition(atom)
      nodes.push(repeated.node)
      counts = Math.max(counts, repeated.counts)
    }
    if (nodes.length === 0) return { node: { kind: 'empty' }, counts }
    return { node: nodes.length === 1 ? nodes[0]! : { kind: 'concat', nodes }, counts }
  }

  #repetition(atom: Counted): Counted {
    const times = this.#repeatOperator()
    if (times === undefined) return atom
    this.#take('?')
    if (this.#repeatOperator() !== undefined) this.#refuse('has two repetitions in a row')
    const counted = Math.max(times.min, times.max === Number.POSITIVE_INFINITY ? 1 : times.max, 1)
    const counts = atom.counts * counted
    if (counts > REPEAT_LIMIT) this.#refuse(`repeats more than ${REPEAT_LIMIT} times`)
    return { node: { kind: 'repeat', node: atom.node, ...times }, counts }
  }

  #repeatOperator(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.#take('?')) return { min: 0, max: 1 }
    if (this.#peek() !== '{') return undefined
    const rest = this.#characters.slice(this.#at, this.#at + 16).join('')
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(rest)
    if (counted === null) return undefined
    this.#at += counted[0].length
    const min = Number(counted[1])
    const max = counted[2] === undefined ? min : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3])
    if (min > REPEAT_LIMIT || (max !== Number.POSITIVE_INFINITY && max > REPEAT_LIMIT) || max < min)
      this.#refuse(`has a repetition out of order or above ${REPEAT_LIMIT}`)
    return { min, max }
  }

  /** One thing that can be repeated, or undefined where only flags were set. */
  #atom(): Counted | undefined {
    const character = this.#next()
    if (character === '(') return this.#group()
    if (character === '*' || character === '+' || character === '?')
      this.#refuse(`has nothing to repeat before ${character}`)
    return { node: this.#single(character), counts: 1 }
  }

  #single(character: string): Re2Node {
    const { multiline, dotMatchesNewline } = this.#flags
    if (character === '.') return { kind: 'character', fits: dotMatchesNewline ? anyCharacter : notNewline }
    if (character === '^') return { kind: 'assert', at: multiline ? 'lineStart' : 'textStart' }
    if (character === '$') return { kind: 'assert', at: multiline ? 'lineEnd' : 'textEnd' }
    if (character === '[') return { kind: 'character', fits: this.#bracket() }
    if (character === '\\') return this.#escape()
    return this.#literal(character)
  }

  #group(): Counted | undefined {
    const outside = this.#flags
    if (this.#take('?')) {
      const head = /^(?:P?<([A-Za-z_][A-Za-z0-9_]*)>|([imsU]*)(-[imsU]+)?([:)]))/.exec(
        this.#characters.slice(this.#at, this.#at + 80).join(''),
      )
      if (head === null || head[0] === ')') this.#refuse('has a group (?… that RE2 does not know, such as lookaround')
      this.#at += head[0].length
      if (head[4] !== undefined) this.#flags = changedFlags(outside, head[2] ?? '', head[3] ?? '')
      if (head[4] === ')') return undefined
    }
    const inside = this.#alternation()
    if (!this.#take(')')) this.#refuse('has a ( without its )')
    this.#flags = outside
    return inside
  }

  #escape(): Re2Node {
    if (this.#at >= this.#characters.length) this.#refuse('ends in a backslash')
    const letter = this.#next()
    const assertion = ASSERTIONS[letter]
    if (assertion !== undefined) return { kind: 'assert', at: assertion }
    const fits = this.#classEscape(letter)
    return fits === undefined ? this.#codePoint(this.#escapedCharacter(letter)) : { kind: 'character', fits }
  }

  #classEscape(letter: string): CharacterTest | undefined {
    if (letter !== 'p' && letter !== 'P') return perlClass(letter)
    let name = this.#next()
    let negated = letter === 'P'
    if (name === '{') {
      const end = this.#characters.indexOf('}', this.#at)
      if (end < 0) this.#refuse('has a \\p{ without its }')
      name = this.#characters.slice(this.#at, end).join('')
      this.#at = end + 1
    }
    if (name.startsWith('^')) {
      negated = !negated
      name = name.slice(1)
    }
    const fits = unicodeClass(name, this.#flags.ignoreCase)
    if (fits === undefined) this.#refuse(`names the unknown character class ${name}`)
    return negated ? complement(fits) : fits
  }

  /** The code point an escape stands for, after its first letter was taken. */
  #escapedCharacter(letter: string): number {
    const control = CONTROLS[letter]
    if (control !== undefined) return control
    const rest = this.#characters.slice(this.#at, this.#at + 12).join('')
    const hex = letter === 'x' ? /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})/.exec(rest) : null
    if (hex !== null) {
      this.#at += hex[0].length
      const value = Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
      if (value <= 0x10ffff) return value
    }
    const octal = letter === '0' ? /^[0-7]{0,2}/.exec(rest) : /^[1-7]/.test(letter) ? /^[0-7]{1,2}/.exec(rest) : null
    if (octal !== null) {
      this.#at += octal[0].length
      return Number.parseInt(letter + octal[0], 8)
    }
    if (letter === '_' || /^[!-/:-@[-`{-~]$/.test(letter)) return letter.charCodeAt(0)
    return this.#refuse(`has the escape \\${letter}, which RE2 does not know (nor backreferences)`)
  }

  #bracket(): CharacterTest {
    const negated = this.#take('^')
    const tests: CharacterTest[] = []
    let first = true
    while (first || this.#peek() !== ']') {
      if (this.#at >= this.#characters.length) this.#refuse('has a [ without its ]')
      first = false
      tests.push(this.#posix() ?? this.#bracketItem())
    }
    this.#at++
    return negated ? complement(union(tests)) : union(tests)
  }

  #posix(): CharacterTest | undefined {
    const named = /^\[:(\^?)([a-z]+):\]/.exec(this.#characters.slice(this.#at, this.#at + 14).join(''))
    if (named === null) return undefined
    const fits = posixClass(named[2]!)
    if (fits === undefined) this.#refuse(`names the unknown character class ${named[0]}`)
    this.#at += named[0].length
    return named[1] === '^' ? complement(fits) : fits
  }

  #bracketItem(): CharacterTest {
    const low = this.#bracketCharacter()
    if (typeof low !== 'number') return low
    if (this.#peek() !== '-' || this.#characters[this.#at + 1] === ']')
      return characterRange(low, low, this.#flags.ignoreCase)
    this.#at++
    if (this.#at >= this.#characters.length) this.#refuse('has a [ without its ]')
    const high = this.#bracketCharacter()
    if (typeof high !== 'number' || high < low) return this.#refuse('has a character range out of order')
    return characterRange(low, high, this.#flags.ignoreCase)
  }

  #bracketCharacter(): number | CharacterTest {
    const character = this.#next()
    if (character !== '\\') return character.codePointAt(0)!
    if (this.#at >= this.#characters.length) this.#refuse('ends in a backslash')
    const letter = this.#next()
    return this.#classEscape(letter) ?? this.#escapedCharacter(letter)
  }

  #literal(character: string): Re2Node {
    return this.#codePoint(character.codePointAt(0)!)
  }

  #codePoint(codePoint: number): Re2Node {
    return { kind: 'character', fits: characterRange(codePoint, codePoint, this.#flags.ignoreCase) }
  }

  #peek(): string | undefined {
    return this.#characters[this.#at]
  }

  #next(): string {
    return this.#characters[this.#at++] ?? this.#refuse('ends too early')
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #takeText(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#characters[this.#at + i] !== text[i]) return false
    this.#at += text.length
    return true
  }

  #refuse(problem: string): never {
    throw new ClewError(
      'INVALID_ARGUMENT',
      `pattern ${JSON.stringify(this.#pattern)} ${problem} (character ${this.#at})`,
    )
  }
}

interface Counted {
  readonly node: Re2Node
  readonly counts: number
}

function changedFlags(flags: Re2Flags, set: string, cleared: string): Re2Flags {
  const value = (letter: string, present: boolean) =>
    cleared.includes(letter) ? false : set.includes(letter) ? true : present
  return {
    ignoreCase: value('i', flags.ignoreCase),
    multiline: value('m', flags.multiline),
    dotMatchesNewline: value('s', flags.dotMatchesNewline),
  }
}

const ASSERTIONS: Readonly<Record<string, 'textStart' | 'textEnd' | 'wordBoundary' | 'noWordBoundary'>> = {
  A: 'textStart',
  z: 'textEnd',
  b: 'wordBoundary',
  B: 'noWordBoundary',
}

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }
