// Matches whole texts against an RE2 pattern by following all its states at once: time is text length times pattern
// size, whatever the pattern, so that no question can stop the process.
import { ClewError } from '@clew/model'
import { isWordCharacter } from './character-class.ts'
import { parseRe2 } from './parse.ts'
import type { Assertion, CharacterTest, Re2Node } from './syntax.ts'

/** Above this a pattern costs too much on every character; RE2 has a bound of the same kind in bytes. */
const STATE_LIMIT = 10_000

type State =
  | { readonly kind: 'character'; readonly fits: CharacterTest; next: number }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'assert'; readonly at: Assertion; next: number }
  | { readonly kind: 'accept' }

export class Re2Pattern {
  readonly #states: State[] = []
  readonly #start: number

  /** Throws INVALID_ARGUMENT when RE2 would refuse the pattern. */
  constructor(pattern: string) {
    this.#start = this.#compile(parseRe2(pattern), this.#add({ kind: 'accept' }))
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    const characters = Array.from(text, (character) => character.codePointAt(0)!)
    let active = new Set<number>()
    this.#follow(this.#start, active, characters, 0)
    for (let at = 0; at < characters.length && active.size > 0; at++) {
      const reached = new Set<number>()
      for (const index of active) {
        const state = this.#states[index]!
        if (state.kind === 'character' && state.fits(characters[at]!)) {
          this.#follow(state.next, reached, characters, at + 1)
        }
      }
      active = reached
    }
    for (const index of active) if (this.#states[index]!.kind === 'accept') return true
    return false
  }

  /** Adds a state and all that it reaches without a character. */
  #follow(from: number, into: Set<number>, characters: readonly number[], at: number): void {
    const open = [from]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (into.has(index)) continue
      into.add(index)
      const state = this.#states[index]!
      if (state.kind === 'split') open.push(state.first, state.second)
      if (state.kind === 'assert' && holds(state.at, characters, at)) open.push(state.next)
    }
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

function holds(at: Assertion, characters: readonly number[], index: number): boolean {
  const before = characters[index - 1]
  const after = characters[index]
  switch (at) {
    case 'textStart':
      return before === undefined
    case 'textEnd':
      return after === undefined
    case 'lineStart':
      return before === undefined || before === NEWLINE
    case 'lineEnd':
      return after === undefined || after === NEWLINE
    default: {
      const boundary =
        (before !== undefined && isWordCharacter(before)) !== (after !== undefined && isWordCharacter(after))
      return boundary === (at === 'wordBoundary')
    }
  }
}

const NEWLINE = 10
