// Decides an Expression on a decoded span: what SQL leaves open is settled here, and tests take it as the truth.
//
//   Expression ──compileMatcher──▶ (span) => boolean        patterns are compiled once, errors come before any reading
import {
  type AttributeScope,
  type Attributes,
  ClewError,
  type ComparisonOperator,
  durationNano,
  type Expression,
  type Field,
  type Intrinsic,
  type Literal,
  type Span,
} from '@clew/model'
import { type Comparable, type Comparison, comparableElements, comparableType, elementsSatisfy } from './compare.ts'
import { type KeepGoing, Re2Pattern } from './re2/pattern.ts'
import { containsNeedle, textNeedle } from './text-search.ts'

export type SpanMatcher = (span: Span) => boolean

/**
 * Throws INVALID_ARGUMENT for a comparison that can have no meaning, such as a pattern RE2 refuses. `keepGoing` is asked
 * while patterns are matched; the matcher throws what it throws, and QUERY_TOO_EXPENSIVE.
 */
export function compileMatcher(expression: Expression, keepGoing?: KeepGoing): SpanMatcher {
  switch (expression.kind) {
    case 'all':
      return () => true
    case 'and': {
      const operands = expression.operands.map((operand) => compileMatcher(operand, keepGoing))
      return (span) => operands.every((matches) => matches(span))
    }
    case 'or': {
      const operands = expression.operands.map((operand) => compileMatcher(operand, keepGoing))
      return (span) => operands.some((matches) => matches(span))
    }
    case 'not': {
      const matches = compileMatcher(expression.operand, keepGoing)
      return (span) => !matches(span)
    }
    case 'exists': {
      const { field } = expression
      return (span) => fieldInstances(span, field).length > 0
    }
    case 'text': {
      const needle = textNeedle(expression.text)
      return (span) => searchedTexts(span).some((text) => containsNeedle(text, needle))
    }
    case 'compare': {
      const { field } = expression
      const comparison = checkedComparison(expression, keepGoing)
      return (span) => fieldInstances(span, field).some((instance) => elementsSatisfy(instance, comparison))
    }
  }
}

/** The comparison of an expression, checked: patterns need a text and must be RE2, intrinsics a literal of their kind. */
export function checkedComparison(expression: Expression & { kind: 'compare' }, keepGoing?: KeepGoing): Comparison {
  const { field, operator, value } = expression
  if (field.kind === 'intrinsic') checkIntrinsic(field.name, operator, value)
  const isPattern = operator === '=~' || operator === '!~'
  if (isPattern && value.type !== 'string')
    throw new ClewError('INVALID_ARGUMENT', `${fieldName(field)} ${operator}: expected a text, got ${value.type}`)
  return {
    operator,
    type: comparableType(value),
    value: value.value,
    pattern: isPattern ? new Re2Pattern(String(value.value), keepGoing) : undefined,
  }
}

function checkIntrinsic(name: Intrinsic, operator: ComparisonOperator, literal: Literal): void {
  const expected = INTRINSIC_LITERALS[name]
  if (!expected.includes(literal.type))
    throw new ClewError(
      'INVALID_ARGUMENT',
      `${name}: expected a value of type ${expected.join(' or ')}, got ${literal.type}`,
    )
  if (UNORDERED.has(name) && operator !== '=' && operator !== '!=')
    throw new ClewError('INVALID_ARGUMENT', `${name}: expected the operator = or !=, got ${operator}`)
}

const UNORDERED: ReadonlySet<Intrinsic> = new Set(['kind', 'status', 'root'])

const INTRINSIC_LITERALS: Readonly<Record<Intrinsic, readonly Literal['type'][]>> = {
  service: ['string'],
  name: ['string'],
  statusMessage: ['string'],
  scopeName: ['string'],
  scopeVersion: ['string'],
  kind: ['kind'],
  status: ['status'],
  duration: ['duration', 'int', 'double'],
  root: ['bool'],
}

export function fieldName(field: Field): string {
  return field.kind === 'intrinsic' ? field.name : `${field.scope}.${field.key}`
}

/**
 * The values a field has on a span, each with its comparable elements. Events and links may give several. A key that
 * occurs twice in one place has the elements of both: a search hides none of them.
 */
function fieldInstances(span: Span, field: Field): readonly (readonly Comparable[])[] {
  if (field.kind === 'intrinsic') return intrinsicInstances(span, field.name)
  return attributeInstances(span, field.scope, field.key)
}

function intrinsicInstances(span: Span, name: Intrinsic): readonly (readonly Comparable[])[] {
  switch (name) {
    case 'service':
      return [[span.serviceName]]
    case 'name':
      return [[span.name]]
    case 'kind':
      return [[span.kind]]
    case 'status':
      return [[span.status.code]]
    case 'statusMessage':
      return unlessEmpty(span.status.message)
    case 'scopeName':
      return unlessEmpty(span.scope.name)
    case 'scopeVersion':
      return unlessEmpty(span.scope.version)
    case 'duration':
      return [[durationNano(span.startTimeUnixNano, span.endTimeUnixNano)]]
    case 'root':
      return [[span.parentSpanId === '']]
  }
}

/** An empty text is OTLP's way of saying there is none. */
function unlessEmpty(text: string): readonly (readonly Comparable[])[] {
  return text === '' ? [] : [[text]]
}

function attributeInstances(span: Span, scope: AttributeScope, key: string): readonly (readonly Comparable[])[] {
  switch (scope) {
    case 'span':
      return instance(span.attributes, key)
    case 'resource':
      return instance(span.resource.attributes, key)
    case 'scope':
      return instance(span.scope.attributes, key)
    case 'any': {
      const own = instance(span.attributes, key)
      return own.length > 0 ? own : instance(span.resource.attributes, key)
    }
    case 'event':
      return span.events.flatMap((event) => instance(event.attributes, key))
    case 'link':
      return span.links.flatMap((link) => instance(link.attributes, key))
  }
}

/** None where the key is absent, else one: present, though perhaps without an element that could be compared. */
function instance(attributes: Attributes, key: string): readonly (readonly Comparable[])[] {
  const present = attributes.filter((attribute) => attribute.key === key)
  return present.length === 0 ? [] : [present.flatMap(({ value }) => comparableElements(value))]
}

/** Where text search looks: names, status message, event names, linked ids and every string value of any scope. */
function searchedTexts(span: Span): readonly string[] {
  return [
    span.serviceName,
    span.name,
    span.status.message,
    span.scope.name,
    span.scope.version,
    ...stringValues(span.attributes),
    ...stringValues(span.resource.attributes),
    ...stringValues(span.scope.attributes),
    ...span.events.flatMap((event) => [event.name, ...stringValues(event.attributes)]),
    ...span.links.flatMap((link) => [link.traceId, link.spanId, ...stringValues(link.attributes)]),
  ]
}

function stringValues(attributes: Attributes): readonly string[] {
  return attributes.flatMap(({ value }) => comparableElements(value)).filter((element) => typeof element === 'string')
}
