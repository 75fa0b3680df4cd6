// Splits a question between SQL and evaluation. Of every expression the columns give two answers: `upper` says too much
// but never too little, `lower` the reverse. Where both are the same the part is exact and no byte of a span is read;
// a span between them is decided on its OTLP bytes (evaluate.ts).
import {
  type AttributeScope,
  type Expression,
  type Field,
  type Intrinsic,
  type Literal,
  MAX_UINT64,
  SPAN_KINDS,
  STATUS_CODES,
  type TraceQuery,
} from '@clew/model'
import { type Bounds, type CompareExpression, exactly, itemBounds } from './bounds.ts'
import { checkedComparison } from './evaluate.ts'
import {
  ALWAYS,
  combine,
  type ItemPlace,
  type ItemTest,
  NEVER,
  type NumberTest,
  negate,
  type Predicate,
} from './predicate.ts'
import { textNeedle } from './text-search.ts'

export interface Plan {
  readonly upper: Predicate
  readonly lower: Predicate
  /** Both bounds are the same: SQL alone decides. */
  readonly exact: boolean
  /** It asks for one value of a string attribute, which the store has an index for: rare values are found at once. */
  readonly isIndexed: boolean
  /** Attributes of which every span that matches has one given text. */
  readonly valueKeys: readonly string[]
}

/** The expression that a query filters spans by. */
export function filterOf(query: TraceQuery): Expression {
  const operands = query.stages.map((stage) => stage.spanset.where)
  return operands.length === 1 ? operands[0]! : { kind: 'and', operands }
}

/** Throws INVALID_ARGUMENT for a comparison that can have no meaning. */
export function planExpression(expression: Expression): Plan {
  const { upper, lower } = bounds(expression)
  return { upper, lower, exact: upper === lower, isIndexed: isIndexed(upper), valueKeys: valueKeys(upper) }
}

function valueKeys(predicate: Predicate): readonly string[] {
  if (predicate.kind === 'and') return predicate.operands.flatMap(valueKeys)
  if (predicate.kind === 'or') {
    const [first = [], ...rest] = predicate.operands.map(valueKeys)
    return first.filter((key) => rest.every((keys) => keys.includes(key)))
  }
  return isIndexed(predicate) && predicate.kind === 'item' ? [predicate.key] : []
}

function isIndexed(predicate: Predicate): boolean {
  if (predicate.kind === 'and') return predicate.operands.some(isIndexed)
  if (predicate.kind === 'or') return predicate.operands.every(isIndexed)
  return predicate.kind === 'item' && predicate.test.type === 'string' && predicate.test.operator === '='
}

function bounds(expression: Expression): Bounds {
  switch (expression.kind) {
    case 'all':
      return exactly(ALWAYS)
    case 'and':
    case 'or':
      return both(expression.operands.map(bounds), (operands) => combine(expression.kind, operands))
    case 'not': {
      const operand = bounds(expression.operand)
      const upper = negate(operand.lower)
      return { upper, lower: operand.upper === operand.lower ? upper : negate(operand.upper) }
    }
    case 'text': {
      const { text: needle, ascii } = textNeedle(expression.text)
      if (needle === '') return exactly(ALWAYS)
      const test = (cut: 'fits' | 'fails'): Predicate => ({ kind: 'anyText', test: { needle, ascii, cut } })
      return { upper: test('fits'), lower: test('fails') }
    }
    case 'exists':
      return exactly(existence(expression.field))
    case 'compare':
      return comparisonBounds(expression)
  }
}

function both(parts: readonly Bounds[], join: (operands: Predicate[]) => Predicate): Bounds {
  const upper = join(parts.map((part) => part.upper))
  if (parts.every((part) => part.upper === part.lower)) return exactly(upper)
  return { upper, lower: join(parts.map((part) => part.lower)) }
}

function existence(field: Field): Predicate {
  if (field.kind === 'attribute') {
    const { key } = field
    const has = (where: ItemPlace): Predicate => ({ kind: 'hasKey', where, key })
    return field.scope === 'any' ? combine('or', [has('span'), has('resource')]) : has(field.scope)
  }
  if (field.name === 'statusMessage') return { kind: 'hasKey', where: 'statusMessage', key: '' }
  return isScopeField(field.name) ? { kind: 'item', where: field.name, key: '', test: NOT_EMPTY } : ALWAYS
}

/** Some senders write a name or version that is empty. */
const NOT_EMPTY: ItemTest = {
  ...{ type: 'string', quantifier: 'some', operator: '!=', value: '' },
  ...{ cut: 'compares', emptyFails: false },
}

function isScopeField(name: Intrinsic): name is 'scopeName' | 'scopeVersion' {
  return name === 'scopeName' || name === 'scopeVersion'
}

function comparisonBounds(expression: CompareExpression): Bounds {
  const { field, value } = expression
  checkedComparison(expression)
  if (field.kind === 'attribute') return attributeBounds(field.scope, field.key, expression)
  if (field.name === 'statusMessage' || isScopeField(field.name)) return itemBounds(field.name, '', expression)
  if (field.name === 'service' || field.name === 'name') {
    const { operator } = expression
    const test = {
      quantifier: 'some',
      operator,
      value: String(value.value),
      cut: 'compares',
      emptyFails: false,
    } as const
    return exactly({ kind: 'column', column: field.name, test })
  }
  const operator = expression.operator as NumberTest['operator']
  if (field.name === 'duration') return exactly(durationPredicate(operator, value))
  const number = columnNumber(value)
  return exactly({ kind: 'column', column: field.name, test: { quantifier: 'some', operator, value: number } })
}

/** OTLP's number of a kind or status; 1 for a root. */
function columnNumber(literal: Literal): number {
  if (literal.type === 'kind') return SPAN_KINDS.indexOf(literal.value)
  return literal.type === 'status' ? STATUS_CODES.indexOf(literal.value) : Number(literal.value)
}

/** Durations are whole nanoseconds from 0 to 2^64-1: a bound elsewhere becomes the next whole one, or a constant. */
function durationPredicate(operator: NumberTest['operator'], literal: Literal): Predicate {
  const { value } = literal
  if (typeof value === 'bigint') return boundedDuration(operator, value)
  const number = Number(value)
  if (Number.isNaN(number)) return operator === '!=' ? ALWAYS : NEVER
  if (!Number.isFinite(number)) return boundedDuration(operator, number > 0 ? MAX_UINT64 + 1n : -1n)
  if (Number.isInteger(number)) return boundedDuration(operator, BigInt(number))
  if (operator === '=' || operator === '!=') return operator === '=' ? NEVER : ALWAYS
  const floor = BigInt(Math.floor(number))
  return operator === '<' || operator === '<=' ? boundedDuration('<=', floor) : boundedDuration('>', floor)
}

function boundedDuration(operator: NumberTest['operator'], value: bigint): Predicate {
  if (value >= 0n && value <= MAX_UINT64)
    return { kind: 'column', column: 'duration', test: { quantifier: 'some', operator, value } }
  const fits = operator === '!=' || (value < 0n ? operator.startsWith('>') : operator.startsWith('<'))
  return fits ? ALWAYS : NEVER
}

/** `any` is the span's own attribute where it has that key, else its resource's. */
function attributeBounds(scope: AttributeScope, key: string, expression: CompareExpression): Bounds {
  if (scope !== 'any') return itemBounds(scope, key, expression)
  const inherited = negate({ kind: 'hasKey', where: 'span', key })
  const own = itemBounds('span', key, expression)
  const resource = itemBounds('resource', key, expression)
  return both([own, both([exactly(inherited), resource], (parts) => combine('and', parts))], (parts) =>
    combine('or', parts),
  )
}
