// How an attribute value compares with a literal: one definition for evaluator and tests. The store's SQL must agree.
import type { AnyValue, ComparisonOperator, Literal } from '@clew/model'
import { compareUtf8 } from '@clew/model'
import type { Re2Pattern } from './re2/pattern.ts'

/** What one element of a value can be compared as. */
export type Comparable = string | boolean | number | bigint

/** A literal in the form that elements are compared with; `pattern` for `=~` and `!~`. */
export interface Comparison {
  readonly operator: ComparisonOperator
  readonly type: 'string' | 'number' | 'bool'
  readonly value: Comparable
  readonly pattern: Re2Pattern | undefined
}

/** The type a literal compares with. Status and kind compare by their names. */
export function comparableType(literal: Literal): Comparison['type'] {
  if (literal.type === 'bool') return 'bool'
  return literal.type === 'int' || literal.type === 'double' || literal.type === 'duration' ? 'number' : 'string'
}

/**
 * Whether a value satisfies a comparison. An array satisfies `=`, `<`, `=~` and their like when one element does, and
 * `!=` and `!~` when no element is equal and at least one could be compared (TraceQL: facts on arrays). A value of
 * another type satisfies nothing.
 */
export function valueSatisfies(value: AnyValue, comparison: Comparison): boolean {
  return elementsSatisfy(comparableElements(value), comparison)
}

export function elementsSatisfy(all: readonly Comparable[], comparison: Comparison): boolean {
  const elements = all.filter((element) => typeOf(element) === comparison.type)
  const { operator } = comparison
  if (operator === '!=' || operator === '!~')
    return elements.length > 0 && elements.every((element) => elementSatisfies(element, comparison))
  return elements.some((element) => elementSatisfies(element, comparison))
}

/** The scalars of a value: itself, or the scalar elements of an array. */
export function comparableElements(value: AnyValue): readonly Comparable[] {
  if (value.type === 'array') return value.values.flatMap((element) => scalar(element) ?? [])
  return scalar(value) ?? []
}

function scalar(value: AnyValue): readonly Comparable[] | undefined {
  switch (value.type) {
    case 'string':
    case 'bool':
    case 'int':
    case 'double':
      return [value.value]
    default:
      return undefined
  }
}

function typeOf(element: Comparable): Comparison['type'] {
  if (typeof element === 'string') return 'string'
  return typeof element === 'boolean' ? 'bool' : 'number'
}

function elementSatisfies(element: Comparable, { operator, value, pattern }: Comparison): boolean {
  switch (operator) {
    case '=':
      return same(element, value)
    case '!=':
      return !same(element, value)
    case '=~':
      return typeof element === 'string' && pattern?.matches(element) === true
    case '!~':
      return typeof element === 'string' && pattern?.matches(element) === false
    default:
      return ordered(element, operator, value)
  }
}

/** Int and double by their mathematical value; NaN equals nothing. */
function same(a: Comparable, b: Comparable): boolean {
  if (typeof a === typeof b) return a === b
  return a <= b && a >= b
}

function ordered(a: Comparable, operator: '<' | '<=' | '>' | '>=', b: Comparable): boolean {
  if (typeof a === 'boolean' || typeof b === 'boolean') return false
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a !== 'string' || typeof b !== 'string') return false
    return byOperator(compareUtf8(a, b), operator)
  }
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  return operator === '>' ? a > b : a >= b
}

function byOperator(order: number, operator: '<' | '<=' | '>' | '>='): boolean {
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}
