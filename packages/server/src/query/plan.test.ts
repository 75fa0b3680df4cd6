// What SQL is trusted to decide alone, and where it only bounds.
import type { AttributeScope, ComparisonOperator, Expression, Literal } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { planExpression } from './plan.ts'

function attribute(operator: ComparisonOperator, value: Literal, scope: AttributeScope = 'span'): Expression {
  return { kind: 'compare', field: { kind: 'attribute', scope, key: 'k' }, operator, value }
}
const text = (value: string): Literal => ({ type: 'string', value })
const int = (value: bigint): Literal => ({ type: 'int', value })

describe('planExpression', () => {
  it.each<[string, Expression]>([
    ['everything', { kind: 'all' }],
    ['a string', attribute('=', text('x'))],
    ['a number', attribute('>', int(500n))],
    ['a string of the span or its resource', attribute('=', text('x'), 'any')],
    ['existence', { kind: 'exists', field: { kind: 'attribute', scope: 'any', key: 'k' } }],
    [
      'a duration',
      {
        kind: 'compare',
        field: { kind: 'intrinsic', name: 'duration' },
        operator: '>=',
        value: { type: 'duration', value: 5n },
      },
    ],
    [
      'a pattern on a name',
      { kind: 'compare', field: { kind: 'intrinsic', name: 'name' }, operator: '=~', value: text('GET.*') },
    ],
    ['a negation of what is exact', { kind: 'not', operand: attribute('=', text('x')) }],
  ])('leaves %s to SQL alone', (_what, expression) => {
    expect(planExpression(expression).exact).toBe(true)
  })

  it.each<[string, Expression]>([
    ['text, since long values are cut', { kind: 'text', text: 'x' }],
    ['a pattern on an attribute, since long values are cut', attribute('=~', text('x.*'))],
    ['a string as long as the cut', attribute('=', text('x'.repeat(1021)))],
    ['an empty string, since values without a scalar are stored so', attribute('=', text(''))],
    ['an integer that doubles round', attribute('=', int(2n ** 53n))],
    ['inequality, since a value without a scalar looks like an empty string', attribute('!=', text('x'))],
    ['inequality on events, of which a span has several', attribute('!=', int(5n), 'event')],
    ['a negation of what is not exact', { kind: 'not', operand: attribute('=~', text('x')) }],
  ])('bounds %s from both sides', (_what, expression) => {
    expect(planExpression(expression).exact).toBe(false)
  })

  it('turns durations that no span can have into constants', () => {
    const duration = (operator: ComparisonOperator, value: Literal): Expression => ({
      kind: 'compare',
      field: { kind: 'intrinsic', name: 'duration' },
      operator,
      value,
    })
    expect(planExpression(duration('>', { type: 'duration', value: -1n })).upper).toEqual({
      kind: 'constant',
      value: true,
    })
    expect(planExpression(duration('=', { type: 'double', value: 0.5 })).upper).toEqual({
      kind: 'constant',
      value: false,
    })
    expect(planExpression(duration('<', { type: 'double', value: 1e30 })).upper).toEqual({
      kind: 'constant',
      value: true,
    })
  })

  it.each<[string, Expression, RegExp]>([
    ['a pattern that RE2 refuses', attribute('=~', text('(?=x)')), /lookaround/],
    ['a pattern that is no text', attribute('=~', int(5n)), /span\.k =~: expected a text, got int/],
    [
      'an intrinsic with a value of another type',
      { kind: 'compare', field: { kind: 'intrinsic', name: 'kind' }, operator: '=', value: text('server') },
      /kind: expected a value of type kind, got string/,
    ],
    [
      'an order among kinds',
      {
        kind: 'compare',
        field: { kind: 'intrinsic', name: 'kind' },
        operator: '<',
        value: { type: 'kind', value: 'server' },
      },
      /kind: expected the operator = or !=, got </,
    ],
  ])('refuses %s', (_what, expression, message) => {
    expect(() => planExpression(expression)).toThrow(message)
    expect(() => planExpression(expression)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })
})
