// The tree of an RE2 pattern (https://github.com/google/re2/wiki/Syntax). The store's engine matches with RE2 itself;
// this tree lets the evaluator decide the same on decoded spans, in linear time, and refuse what RE2 would refuse.

export type Re2Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly fits: CharacterTest }
  | { readonly kind: 'concat' | 'alternate'; readonly nodes: readonly Re2Node[] }
  | { readonly kind: 'repeat'; readonly node: Re2Node; readonly min: number; readonly max: number }
  | { readonly kind: 'assert'; readonly at: Assertion }

export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary'

/** Whether a code point belongs to a character class. */
export type CharacterTest = (codePoint: number) => boolean

/** Letters of `(?ims-U)`; greediness changes no answer here, since a pattern must match the whole text. */
export interface Re2Flags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotMatchesNewline: boolean
}
