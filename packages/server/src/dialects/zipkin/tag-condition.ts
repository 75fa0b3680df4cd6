// A term of an annotation query as a condition on spans: where OTLP keeps what an answer gives as that tag or annotation.
// Selects too much where the search cannot say it exactly.
import type { Expression, Field, Literal } from '@clew/model'

const ALL: Expression = { kind: 'all' }

/** Tags that are made of fields which the search cannot ask for. */
const FIELD_TAGS = /^(otel\.scope\.|otel\.dropped_|w3c\.tracestate$|otlp\.link\.)/

/** `value` '' asks for any tag of that key, and for an annotation of that text. */
export function tagCondition(key: string, value: string): Expression {
  if (FIELD_TAGS.test(key)) return ALL
  const status = statusCondition(key, value)
  const kept = [...fieldsOf(key).flatMap((field) => valueConditions(field, value)), ...status]
  if (value !== '') return { kind: 'or', operands: kept }
  // An event with attributes is an annotation that begins so: its name alone is in the text.
  if (key.startsWith('"')) return ALL
  return { kind: 'or', operands: [...kept, { kind: 'text', text: key }] }
}

/** Keys that Clew uses itself are kept behind a prefix. */
function fieldsOf(key: string): readonly Field[] {
  const keys = key.startsWith('zipkin.') || key === 'service.name' ? [key, `zipkin.tag.${key}`] : [key]
  return keys.flatMap((own): Field[] => [
    { kind: 'attribute', scope: 'span', key: own },
    { kind: 'attribute', scope: 'resource', key: own },
  ])
}

/** All values that have this text as a tag. */
function valueConditions(field: Field, text: string): readonly Expression[] {
  // Lists and maps are JSON there, and the empty text stands for any value.
  if (text === '' || text.startsWith('[') || text.startsWith('{')) return [{ kind: 'exists', field }]
  const literals: Literal[] = [{ type: 'string', value: text }]
  if (/^-?\d{1,19}$/.test(text)) literals.push({ type: 'int', value: BigInt(text) })
  else if (/^-?\d[\d.]*(e[+-]?\d+)?$/.test(text)) literals.push({ type: 'double', value: Number(text) })
  if (text === 'true' || text === 'false') literals.push({ type: 'bool', value: text === 'true' })
  return literals.map((value) => ({ kind: 'compare', field, operator: '=', value }))
}

/** `error` and `otel.status_code` say what the status says. */
function statusCondition(key: string, value: string): readonly Expression[] {
  const isStatus = (code: 'ok' | 'error'): Expression => ({
    kind: 'compare',
    field: { kind: 'intrinsic', name: 'status' },
    operator: '=',
    value: { type: 'status', value: code },
  })
  if (key === 'error') {
    if (value === '') return [isStatus('error')]
    const message: Field = { kind: 'intrinsic', name: 'statusMessage' }
    return [{ kind: 'compare', field: message, operator: '=', value: { type: 'string', value } }]
  }
  if (key !== 'otel.status_code') return []
  return (['ok', 'error'] as const).filter((code) => value === '' || value === code.toUpperCase()).map(isStatus)
}
