// What the search copy of a span can decide: conditions on its columns and on its typed items (attributes, events,
// links, status message). plan.ts makes two of these from an Expression; the store compiles them to SQL.
import type { ComparisonOperator } from '@clew/model'

export type Predicate =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Predicate[] }
  | { readonly kind: 'not'; readonly operand: Predicate }
  | { readonly kind: 'column'; readonly column: 'service' | 'name'; readonly test: StringTest }
  | { readonly kind: 'column'; readonly column: 'kind' | 'status' | 'root' | 'duration'; readonly test: NumberTest }
  | { readonly kind: 'item'; readonly where: ItemPlace; readonly key: string; readonly test: ItemTest }
  /** Some item of that key is there, of whatever type. */
  | { readonly kind: 'hasKey'; readonly where: ItemPlace; readonly key: string }
  /** Some string of names, service or items (of the span and its origin) fits. */
  | { readonly kind: 'anyText'; readonly test: TextTest }

/** Where the items of a field are: with the span or with its origin, and under which kind of key. */
export type ItemPlace =
  | ('span' | 'event' | 'link' | 'resource' | 'scope')
  /** Fields of OTLP that are written as items; an empty one is none. */
  | ('statusMessage' | 'scopeName' | 'scopeVersion')

export type ItemTest =
  | ({ readonly type: 'string' } & StringTest)
  | ({ readonly type: 'number' } & NumberTest)
  | { readonly type: 'bool'; readonly quantifier: Quantifier; readonly operator: '=' | '!='; readonly value: boolean }

/** `some`: one item satisfies it. `every`: there is an item of that type, and all of them satisfy it. */
export type Quantifier = 'some' | 'every'

export interface StringTest {
  readonly quantifier: Quantifier
  readonly operator: ComparisonOperator
  readonly value: string
  /** What a value that may have been cut counts as: it fits, it does not, or it compares like any other. */
  readonly cut: 'fits' | 'fails' | 'compares'
  /** An empty item may stand for a value that has no scalar (bytes, map): it does not fit. */
  readonly emptyFails: boolean
}

export interface NumberTest {
  readonly quantifier: Quantifier
  readonly operator: Exclude<ComparisonOperator, '=~' | '!~'>
  readonly value: number | bigint
}

export interface TextTest {
  /** In lower case already: ASCII letters alone when `ascii`, else Unicode's full mapping. */
  readonly needle: string
  readonly ascii: boolean
  readonly cut: 'fits' | 'fails'
}

export const ALWAYS: Predicate = { kind: 'constant', value: true }
export const NEVER: Predicate = { kind: 'constant', value: false }

/** `and` / `or` with constants taken out. */
export function combine(kind: 'and' | 'or', operands: readonly Predicate[]): Predicate {
  const absorbing = kind === 'or'
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]))
  if (flat.some((operand) => operand.kind === 'constant' && operand.value === absorbing))
    return absorbing ? ALWAYS : NEVER
  const rest = flat.filter((operand) => operand.kind !== 'constant')
  if (rest.length === 0) return absorbing ? NEVER : ALWAYS
  return rest.length === 1 ? rest[0]! : { kind, operands: rest }
}

export function negate(operand: Predicate): Predicate {
  if (operand.kind === 'constant') return operand.value ? NEVER : ALWAYS
  return operand.kind === 'not' ? operand.operand : { kind: 'not', operand }
}
