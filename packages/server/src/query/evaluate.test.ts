// The meaning of expressions on one span, as the API documents it.

import type { AttributeScope, ComparisonOperator, Expression, Literal, Span } from '@clew/model'
import { compareUtf8 } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { attributesOf, exampleSpan } from '../testing/example-spans.ts'
import { compileMatcher } from './evaluate.ts'

const span: Span = exampleSpan({
  attributes: [
    ...attributesOf({
      code: 500n,
      ratio: 0.5,
      cached: true,
      route: '/cart',
      big: 2n ** 53n + 1n,
      tags: {
        type: 'array',
        values: [
          { type: 'string', value: 'a' },
          { type: 'int', value: 2n },
        ],
      },
      map: { type: 'kvlist', values: [] },
    }),
    ...attributesOf({ twice: 'first' }),
    ...attributesOf({ twice: 'second' }),
  ],
  events: [
    {
      timeUnixNano: 1n,
      name: 'exception',
      attributes: attributesOf({ 'exception.message': 'Boom' }),
      droppedAttributesCount: 0,
    },
    { timeUnixNano: 2n, name: 'retry', attributes: attributesOf({ attempt: 2n }), droppedAttributesCount: 0 },
  ],
})

function matches(
  key: string,
  operator: ComparisonOperator,
  value: string | number | bigint | boolean,
  scope: AttributeScope = 'any',
) {
  return compileMatcher({ kind: 'compare', field: { kind: 'attribute', scope, key }, operator, value: literal(value) })(
    span,
  )
}

function literal(value: string | number | bigint | boolean): Literal {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'bigint') return { type: 'int', value }
  return typeof value === 'number' ? { type: 'double', value } : { type: 'bool', value }
}

describe('compileMatcher', () => {
  it.each([
    ['code', '=', 500n, true],
    ['code', '=', 500, true],
    ['code', '>', 499.5, true],
    ['ratio', '<', 1n, true],
    ['big', '=', 2n ** 53n, false],
    ['big', '>', 2 ** 53, true],
    ['cached', '=', true, true],
    ['cached', '<', true, false],
    ['route', '=~', '/ca.t', true],
    ['route', '=~', '/ca', false],
    ['route', '!~', '/x', true],
    ['route', '<', '/d', true],
  ] as const)('%s %s %s is %s', (key, operator, value, expected) => {
    expect(matches(key, operator, value)).toBe(expected)
  })

  it.each(['=', '!=', '<', '>='] as const)(
    'a missing attribute and one of another type do not satisfy %s',
    (operator) => {
      expect(matches('none', operator, 'x')).toBe(false)
      expect(matches('code', operator, '500')).toBe(false)
      expect(matches('map', operator, 'x')).toBe(false)
    },
  )

  it('an array is equal to each of its elements and different from all others', () => {
    expect(matches('tags', '=', 'a')).toBe(true)
    expect(matches('tags', '=', 2n)).toBe(true)
    expect(matches('tags', '!=', 'a')).toBe(false)
    expect(matches('tags', '!=', 'b')).toBe(true)
  })

  it('a key that occurs twice has both values', () => {
    expect(matches('twice', '=', 'first')).toBe(true)
    expect(matches('twice', '=', 'second')).toBe(true)
    expect(matches('twice', '!=', 'first')).toBe(false)
  })

  it('an own attribute hides that of the resource only for `any`', () => {
    const own = exampleSpan({ attributes: attributesOf({ 'service.name': 'own' }) })
    const is = (scope: AttributeScope, value: string) =>
      compileMatcher({
        kind: 'compare',
        field: { kind: 'attribute', scope, key: 'service.name' },
        operator: '=',
        value: literal(value),
      })(own)
    expect([is('any', 'own'), is('any', 'shop'), is('resource', 'shop')]).toEqual([true, false, true])
  })

  it('one event of several is enough', () => {
    expect(matches('exception.message', '=', 'Boom', 'event')).toBe(true)
    expect(matches('attempt', '!=', 3n, 'event')).toBe(true)
  })

  it.each([
    ['BOOM', true],
    ['get /CART', true],
    ['retry', true],
    ['nowhere', false],
  ])('text %s is %s', (text, expected) => {
    expect(compileMatcher({ kind: 'text', text })(span)).toBe(expected)
  })

  it('not is true where a comparison is false for want of a value', () => {
    const operand: Expression = {
      kind: 'compare',
      field: { kind: 'attribute', scope: 'any', key: 'none' },
      operator: '=',
      value: literal('x'),
    }
    expect(compileMatcher({ kind: 'not', operand })(span)).toBe(true)
  })
})

describe('compareUtf8', () => {
  it('orders as the bytes of UTF-8 do', () => {
    const texts = ['', 'a', 'ab', 'é', '\uffff', '\u{10000}', '\u{1f600}']
    for (const a of texts)
      for (const b of texts) expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
  })
})
