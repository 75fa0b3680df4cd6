// Matches whole texts against an RE2 pattern by following all its states at once: time is text length times pattern
// size, whatever the pattern, so that no question can stop the process.
import { ClewError } from '@clew/model'
import { isWordCharacter } from './character-class.ts'
import { parseRe2 } from './parse.ts'
import type { Assertion, CharacterTest, Re2Node } from './syntax.ts'

/** Above this a pattern costs too much on every character; RE2 has a bound of the same kind in bytes. */
const STATE_LIMIT = 10_000

/** A text costs at most so many steps (a state looked at for a character): some tenths of a second. */
const STEP_LIMIT = 50_000_000
/** Steps between two looks at the clock. */
const STEPS_AT_ONCE = 1_000_000
const NO_CHARACTER = -1

type State =
  | { readonly kind: 'character'; readonly fits: CharacterTest; next: number }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'assert'; readonly at: Assertion; next: number }
  | { readonly kind: 'accept' }

/** Hears now and then that work goes on; what it throws ends the work. */
export type KeepGoing = () => void

export class Re2Pattern {
  readonly #states: State[] = []
  readonly #start: number
  readonly #keepGoing: KeepGoing
  /** The states that are active before a character and after it, in turn; and when each was last made active. */
  #active: Int32Array
  #reached: Int32Array
  readonly #madeActive: Float64Array
  #moment = 0
  readonly #open: number[] = []

  /** Throws INVALID_ARGUMENT when RE2 would refuse the pattern. */
  constructor(pattern: string, keepGoing: KeepGoing = () => {}) {
    this.#keepGoing = keepGoing
    this.#start = this.#compile(parseRe2(pattern), this.#add({ kind: 'accept' }))
    this.#active = new Int32Array(this.#states.length)
    this.#reached = new Int32Array(this.#states.length)
    this.#madeActive = new Float64Array(this.#states.length)
  }

  /**
   * Whether the whole text matches. Throws QUERY_TOO_EXPENSIVE when text and pattern together are too large to tell, and
   * what `keepGoing` throws.
   */
  matches(text: string): boolean {
    let before = NO_CHARACTER
    let at = 0
    let here = characterAt(text, at)
    this.#moment++
    let count = this.#follow(this.#start, 0, this.#reached, before, here)
    let steps = 0
    let nextLook = STEPS_AT_ONCE
    while (here !== NO_CHARACTER && count > 0) {
      const active = this.#reached
      this.#reached = this.#active
      this.#active = active
      at += here > 0xffff ? 2 : 1
      const after = characterAt(text, at)
      this.#moment++
      let reached = 0
      for (let i = 0; i < count; i++) {
        const state = this.#states[active[i]!]!
        if (state.kind === 'character' && state.fits(here))
          reached = this.#follow(state.next, reached, this.#reached, here, after)
      }
      steps += count
      if (steps >= nextLook) {
        this.#look(steps, text)
        nextLook = steps + STEPS_AT_ONCE
      }
      count = reached
      before = here
      here = after
    }
    for (let i = 0; i < count; i++) if (this.#states[this.#reached[i]!]!.kind === 'accept') return true
    return false
  }

  #look(steps: number, text: string): void {
    this.#keepGoing()
    if (steps < STEP_LIMIT) return
    const problem = `a pattern of ${this.#states.length} states on a text of ${text.length} characters takes more than`
    throw new ClewError('QUERY_TOO_EXPENSIVE', `${problem} ${STEP_LIMIT} steps`)
  }

  /** Adds a state and all that it reaches without a character behind the `count` of `into`; gives the new count. */
  #follow(from: number, count: number, into: Int32Array, before: number, after: number): number {
    const open = this.#open
    let reached = count
    open.push(from)
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (this.#madeActive[index] === this.#moment) continue
      this.#madeActive[index] = this.#moment
      into[reached++] = index
      const state = this.#states[index]!
      if (state.kind === 'split') open.push(state.first, state.second)
      if (state.kind === 'assert' && holds(state.at, before, after)) open.push(state.next)
    }
    return reached
  }

  /** Builds the states of a node in front of the state `next`; answers where the node starts. */
  #compile(node: Re2Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next
      case 'character':
        return this.#add({ kind: 'character', fits: node.fits, next })
      case 'assert':
        return this.#add({ kind: 'assert', at: node.at, next })
      case 'concat':
        return node.nodes.reduceRight((following, part) => this.#compile(part, following), next)
      case 'alternate':
        return node.nodes
          .map((branch) => this.#compile(branch, next))
          .reduceRight((second, first) => this.#add({ kind: 'split', first, second }))
      case 'repeat':
        return this.#compileRepeat(node.node, node.min, node.max, next)
    }
  }

  #compileRepeat(node: Re2Node, min: number, max: number, next: number): number {
    let start = next
    if (max === Number.POSITIVE_INFINITY) {
      const loop: State = { kind: 'split', first: next, second: next }
      start = this.#add(loop)
      loop.first = this.#compile(node, start)
    } else {
      for (let i = min; i < max; i++) {
        start = this.#add({ kind: 'split', first: this.#compile(node, start), second: next })
      }
    }
    for (let i = 0; i < min; i++) start = this.#compile(node, start)
    return start
  }

  #add(state: State): number {
    if (this.#states.length >= STATE_LIMIT)
      throw new ClewError('INVALID_ARGUMENT', `a pattern may have ${STATE_LIMIT} states, this one has more`)
    return this.#states.push(state) - 1
  }
}

function characterAt(text: string, at: number): number {
  return text.codePointAt(at) ?? NO_CHARACTER
}

function holds(at: Assertion, before: number, after: number): boolean {
  switch (at) {
    case 'textStart':
      return before === NO_CHARACTER
    case 'textEnd':
      return after === NO_CHARACTER
    case 'lineStart':
      return before === NO_CHARACTER || before === NEWLINE
    case 'lineEnd':
      return after === NO_CHARACTER || after === NEWLINE
    default:
      return (isWordCharacter(before) !== isWordCharacter(after)) === (at === 'wordBoundary')
  }
}

const NEWLINE = 10
