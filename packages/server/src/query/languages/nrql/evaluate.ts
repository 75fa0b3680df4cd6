// Whether an event satisfies a condition of NRQL. An attribute that an event does not have satisfies nothing but IS NULL
// and what is negated.
import type { NrqlCondition, NrqlOperator, NrqlValue } from './ast.ts'

/** What is not in it is null to a question. */
export type NrqlEvent = Pick<ReadonlyMap<string, NrqlValue>, 'get'>

export function satisfies(event: NrqlEvent, condition: NrqlCondition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => satisfies(event, operand))
    case 'or':
      return condition.operands.some((operand) => satisfies(event, operand))
    case 'not':
      return !satisfies(event, condition.operand)
    case 'isNull':
      return (event.get(condition.attribute) ?? null) === null
    case 'in':
      return condition.values.some((value) => compares(event.get(condition.attribute), '=', value))
    case 'like':
      return isLike(event.get(condition.attribute), condition.pattern)
    case 'compare':
      return compares(event.get(condition.attribute), condition.operator, condition.value)
  }
}

/**
 * Values of which the attribute, under any of its names, must have one for the condition to hold; undefined where the
 * condition may hold whatever it is.
 */
export function requiredValues(
  condition: NrqlCondition | undefined,
  attributes: readonly string[],
): readonly NrqlValue[] | undefined {
  switch (condition?.kind) {
    case 'and': {
      const lists = condition.operands.map((operand) => requiredValues(operand, attributes))
      return lists.find((values) => values !== undefined)
    }
    case 'or': {
      const lists = condition.operands.map((operand) => requiredValues(operand, attributes))
      return lists.every((values) => values !== undefined) ? lists.flat() : undefined
    }
    case 'compare':
      if (condition.operator !== '=') return undefined
      return attributes.includes(condition.attribute) ? [condition.value] : undefined
    case 'in':
      return attributes.includes(condition.attribute) ? condition.values : undefined
    default:
      return undefined
  }
}

/** Values of different types are never equal, and neither is more. */
function compares(value: NrqlValue | undefined, operator: NrqlOperator, other: NrqlValue): boolean {
  if (value === undefined || value === null || other === null) return false
  if (typeof value !== typeof other) return operator === '!='
  switch (operator) {
    case '=':
      return value === other
    case '!=':
      return value !== other
    case '<':
      return value < other
    case '<=':
      return value <= other
    case '>':
      return value > other
    case '>=':
      return value >= other
  }
}

/** Step by step, not as a regular expression: a pattern from outside must not take exponential time. */
function isLike(value: NrqlValue | undefined, pattern: string): boolean {
  if (typeof value !== 'string') return false
  const text = value.toLowerCase()
  const parts = pattern.toLowerCase().split('%')
  const [first = '', ...rest] = parts
  if (rest.length === 0) return text === first
  const last = rest.pop()!
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
