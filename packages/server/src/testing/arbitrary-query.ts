// Random questions about the world of arbitrary-spans.ts.
import {
  type ComparisonOperator,
  type Expression,
  type Field,
  type Intrinsic,
  type Literal,
  SPAN_KINDS,
  STATUS_CODES,
  type TraceQuery,
} from '@clew/model'
import fc from 'fast-check'
import { DOUBLES, INTS, KEYS, LONG, NAMES, SERVICES, STRINGS, WORLD_NOW } from './arbitrary-spans.ts'

const ORDERED = ['=', '!=', '<', '<=', '>', '>='] as const
const PATTERNS = ['x+', '(?i)get.*', '.*', '', 'a.b', '(?s)a.b', '[^x]*', `(?:long )+A`, 'É|é', "it's", '\\\\']

const stringLiteral = fc.constantFrom(...STRINGS, LONG).map((value): Literal => ({ type: 'string', value }))
const numberLiteral = fc.oneof(
  fc.constantFrom(...INTS).map((value): Literal => ({ type: 'int', value })),
  fc.constantFrom(...DOUBLES).map((value): Literal => ({ type: 'double', value })),
)

function comparison(
  field: fc.Arbitrary<Field>,
  operators: readonly ComparisonOperator[],
  value: fc.Arbitrary<Literal>,
) {
  return fc.record({
    kind: fc.constant('compare' as const),
    field,
    operator: fc.constantFrom(...operators),
    value,
  })
}

const attribute: fc.Arbitrary<Field> = fc.record({
  kind: fc.constant('attribute' as const),
  scope: fc.constantFrom('any', 'span', 'resource', 'scope', 'event', 'link'),
  key: fc.constantFrom(...KEYS),
})
const intrinsic = (name: Intrinsic) => fc.constant<Field>({ kind: 'intrinsic', name })
const pattern = fc.constantFrom(...PATTERNS).map((value): Literal => ({ type: 'string', value }))

const leaf: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: comparison(attribute, ORDERED, fc.oneof(stringLiteral, numberLiteral)) },
  {
    weight: 1,
    arbitrary: comparison(
      attribute,
      ORDERED,
      fc.boolean().map((value) => ({ type: 'bool', value })),
    ),
  },
  { weight: 2, arbitrary: comparison(attribute, ['=~', '!~'], pattern) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('exists' as const),
      field: fc.oneof({ weight: 4, arbitrary: attribute }, { weight: 1, arbitrary: intrinsic('scopeName') }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Expression>({ kind: 'all' }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('', 'x', 'GET', 'long a', 'é', 'Straße', 'exception', 'lib', '8448EB')
      .map((text): Expression => ({ kind: 'text', text })),
  },
  {
    weight: 3,
    arbitrary: fc.oneof(
      comparison(
        intrinsic('service'),
        ORDERED,
        fc.constantFrom(...SERVICES).map((value) => ({ type: 'string', value })),
      ),
      comparison(
        intrinsic('name'),
        [...ORDERED, '=~', '!~'],
        fc.constantFrom(...NAMES).map((value) => ({ type: 'string', value })),
      ),
      comparison(
        fc.oneof(intrinsic('statusMessage'), intrinsic('scopeName'), intrinsic('scopeVersion')),
        [...ORDERED, '=~', '!~'],
        fc.oneof(stringLiteral, pattern).filter(isPatternText),
      ),
      comparison(
        intrinsic('kind'),
        ['=', '!='],
        fc.constantFrom(...SPAN_KINDS).map((value) => ({ type: 'kind', value })),
      ),
      comparison(
        intrinsic('status'),
        ['=', '!='],
        fc.constantFrom(...STATUS_CODES).map((value) => ({ type: 'status', value })),
      ),
      comparison(
        intrinsic('root'),
        ['=', '!='],
        fc.boolean().map((value) => ({ type: 'bool', value })),
      ),
      comparison(
        intrinsic('duration'),
        ORDERED,
        fc.oneof(
          fc.constantFrom(-1n, 0n, 1000n, 5_000_000n, 2n ** 64n).map((value): Literal => ({ type: 'duration', value })),
          fc.constantFrom(0.5, 1000, 1e30, -0.5, Number.NaN).map((value): Literal => ({ type: 'double', value })),
        ),
      ),
    ),
  },
)

function isPatternText(literal: Literal): boolean {
  return literal.value !== '\\'
}

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        operands: fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), operand: tie('expression') }) },
  ),
}))

const timeRange = fc.constantFrom(
  { from: 0n, to: 2n ** 64n },
  { from: 0n, to: 2n ** 64n - 1n },
  { from: WORLD_NOW - 3_600_000_000_000n, to: WORLD_NOW + 60_000_000_000n },
  { from: WORLD_NOW - 100_000_000_000n, to: WORLD_NOW },
  { from: 1n, to: 2n },
)

export const arbitraryQuery: fc.Arbitrary<TraceQuery> = fc.record({
  timeRange,
  stages: fc.array(
    expression.map((where) => ({ kind: 'filter' as const, spanset: { kind: 'spans' as const, where } })),
    { minLength: 1, maxLength: 2 },
  ),
  order: fc.record({
    by: fc.constantFrom('newest', 'newest', 'newest', 'duration', 'spanCount', 'errorCount'),
    direction: fc.constantFrom('descending', 'descending', 'ascending'),
  }),
  page: fc.record({ limit: fc.integer({ min: 1, max: 4 }), cursor: fc.constant(undefined) }),
  totals: fc.boolean(),
  spansPerTrace: fc.integer({ min: 0, max: 3 }),
})
