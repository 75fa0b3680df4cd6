// A tag of a search as a condition on one span. Jaeger compares tags as texts, wherever they stand: on the span, its
// resource or its scope, on an event or a link. What OTLP has fields for is asked of the fields.
import {
  type AttributeScope,
  type Expression,
  type Field,
  type Intrinsic,
  type Literal,
  SPAN_KINDS,
  STATUS_CODES,
} from '@clew/model'

const SCOPES: readonly AttributeScope[] = ['span', 'resource', 'scope', 'event', 'link']
const OF_RESOURCE = 'resource.'

export function tagCondition(key: string, value: string): Expression {
  return fieldCondition(key, value) ?? attributeCondition(key, value)
}

function fieldCondition(key: string, value: string): Expression | undefined {
  switch (key) {
    case 'error':
      if (value === 'true') return statusIs('error')
      return value === 'false' ? { kind: 'not', operand: statusIs('error') } : undefined
    case 'span.kind': {
      const kind = SPAN_KINDS.find((name) => name === value.toLowerCase())
      return kind && is({ kind: 'intrinsic', name: 'kind' }, { type: 'kind', value: kind })
    }
    case 'span.status':
    case 'otel.status_code': {
      const status = STATUS_CODES.find((name) => name === value.toLowerCase())
      return status && statusIs(status)
    }
    case 'otel.status_description':
      return either([textIs('statusMessage', value), attributeCondition(key, value)])
    case 'scope.name':
    case 'otel.scope.name':
      return either([textIs('scopeName', value), attributeCondition(key, value)])
    case 'scope.version':
    case 'otel.scope.version':
      return either([textIs('scopeVersion', value), attributeCondition(key, value)])
    default:
      return undefined
  }
}

/** An attribute of any type whose text this is. */
function attributeCondition(key: string, value: string): Expression {
  const places: Field[] = SCOPES.map((scope) => ({ kind: 'attribute', scope, key }))
  if (key.startsWith(OF_RESOURCE))
    places.push({ kind: 'attribute', scope: 'resource', key: key.slice(OF_RESOURCE.length) })
  return either(literalsOf(value).flatMap((literal) => places.map((place) => is(place, literal))))
}

/** Every value that is written so. */
function literalsOf(text: string): readonly Literal[] {
  const literals: Literal[] = [{ type: 'string', value: text }]
  if (text === 'true' || text === 'false') literals.push({ type: 'bool', value: text === 'true' })
  const isInteger = /^-?\d{1,19}$/.test(text) && String(BigInt(text)) === text
  if (isInteger) literals.push({ type: 'int', value: BigInt(text) })
  else if (text !== '' && Number.isFinite(Number(text)) && String(Number(text)) === text)
    literals.push({ type: 'double', value: Number(text) })
  return literals
}

function statusIs(value: (typeof STATUS_CODES)[number]): Expression {
  return is({ kind: 'intrinsic', name: 'status' }, { type: 'status', value })
}

function textIs(name: Intrinsic, value: string): Expression {
  return is({ kind: 'intrinsic', name }, { type: 'string', value })
}

function is(field: Field, value: Literal): Expression {
  return { kind: 'compare', field, operator: '=', value }
}

function either(operands: readonly Expression[]): Expression {
  return operands.length === 1 ? operands[0]! : { kind: 'or', operands }
}
