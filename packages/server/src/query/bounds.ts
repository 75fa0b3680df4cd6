// What the typed items of the search copy say of one attribute comparison. They are rounded (integers beyond 2^53), cut
// (strings beyond 1 KiB), flat (the elements of arrays beside each other), and a value without a scalar (bytes, map,
// empty) is an empty string: so an answer may have two bounds.
import type { ComparisonOperator, Expression } from '@clew/model'
import { elementsSatisfy } from './compare.ts'
import { checkedComparison } from './evaluate.ts'
import {
  combine,
  type ItemPlace,
  type ItemTest,
  NEVER,
  type NumberTest,
  type Predicate,
  type Quantifier,
} from './predicate.ts'

/** `upper` holds wherever the comparison does, `lower` only where it does; the same object when both are one. */
export interface Bounds {
  readonly upper: Predicate
  readonly lower: Predicate
}

export type CompareExpression = Expression & { readonly kind: 'compare' }

export function exactly(predicate: Predicate): Bounds {
  return { upper: predicate, lower: predicate }
}

/** The writer cuts strings at the last whole character within 1024 bytes, so what is shorter than this is whole. */
export const SURELY_WHOLE_BYTES = 1021
/** Integers below this are exact as doubles. */
const FIRST_ROUNDED = 2 ** 53

/** The two answers of the search copy's items to one comparison. */
export function itemBounds(where: ItemPlace, key: string, expression: CompareExpression): Bounds {
  const { operator, value } = expression
  const item = (test: ItemTest): Predicate => ({ kind: 'item', where, key, test })
  if (value.type === 'string' || value.type === 'kind' || value.type === 'status')
    return stringBounds(where, item, expression, value.value)
  // That every one of several events or links differs is certain; that only some do is possible, since an array among
  // them needs all its elements to differ and the flat items do not tell it from single values.
  const lower = isNegative(operator) ? 'every' : 'some'
  const upper = isNegative(operator) && !isMany(where) ? 'every' : 'some'
  if (value.type !== 'bool') return numberBounds(item, operator as NumberTest['operator'], value.value, upper, lower)
  if (operator !== '=' && operator !== '!=') return exactly(NEVER)
  const test = (quantifier: Quantifier) => item({ type: 'bool', quantifier, operator, value: value.value })
  return upper === lower ? exactly(test(lower)) : { upper: test(upper), lower: test(lower) }
}

function stringBounds(
  where: ItemPlace,
  item: (test: ItemTest) => Predicate,
  expression: CompareExpression,
  value: string,
): Bounds {
  const { operator } = expression
  const negative = isNegative(operator)
  const cutMatters = operator === '=~' || operator === '!~' || utf8Length(value) >= SURELY_WHOLE_BYTES
  // A status message is never empty here: an empty one is none.
  const emptyMatters = where !== 'statusMessage' && elementsSatisfy([''], checkedComparison(expression))
  const test = (quantifier: Quantifier, cut: 'fits' | 'fails', emptyFails = false) =>
    item({ type: 'string', quantifier, operator, value, cut: cutMatters ? cut : 'compares', emptyFails })
  if (!negative) {
    if (!cutMatters && !emptyMatters) return exactly(test('some', 'fails'))
    return { upper: test('some', 'fits'), lower: test('some', 'fails', emptyMatters) }
  }
  if (where === 'statusMessage' && !cutMatters) return exactly(test('every', 'fails'))
  const nonEmpty = item({
    type: 'string',
    quantifier: 'some',
    operator: '!=',
    value: '',
    cut: 'compares',
    emptyFails: false,
  })
  return {
    upper: test(emptyMatters && !isMany(where) ? 'every' : 'some', 'fits'),
    lower: combine('and', emptyMatters ? [nonEmpty, test('every', 'fails')] : [test('every', 'fails')]),
  }
}

/** Integers beyond 2^53 are rounded in the search copy: next to such a literal both answers stay possible. */
function numberBounds(
  item: (test: ItemTest) => Predicate,
  operator: NumberTest['operator'],
  value: number | bigint,
  upper: Quantifier,
  lower: Quantifier,
): Bounds {
  const rounded = Number(value)
  const test = (quantifier: Quantifier, by: NumberTest['operator']) =>
    item({ type: 'number', quantifier, operator: by, value: rounded })
  if (!(Math.abs(rounded) >= FIRST_ROUNDED) || !Number.isFinite(rounded))
    return upper === lower
      ? exactly(test(lower, operator))
      : { upper: test(upper, operator), lower: test(lower, operator) }
  switch (operator) {
    case '=':
      return { upper: test('some', '='), lower: NEVER }
    case '!=':
      return { upper: combine('or', [test('some', '='), test('some', '!=')]), lower: test(lower, '!=') }
    case '<':
    case '<=':
      return { upper: test('some', '<='), lower: test('some', '<') }
    case '>':
    case '>=':
      return { upper: test('some', '>='), lower: test('some', '>') }
  }
}

function isNegative(operator: ComparisonOperator): boolean {
  return operator === '!=' || operator === '!~'
}

/** A span has several events and links, each with attributes of its own. */
function isMany(where: ItemPlace): boolean {
  return where === 'event' || where === 'link'
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}
