// One attribute condition as the API reads it: `http.status = 500`, `span.user = "kim"`, `error.type exists`. A key with
// spaces or operators stands in quotes.
import type { AttributeValue } from '../api/generated.ts'

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~', 'exists'] as const
export type Operator = (typeof OPERATORS)[number]

export interface AttributeCondition {
  readonly key: string
  readonly operator: Operator
  /** As typed: `500`, `true`, `"500"`, `kim`. '' for `exists`. */
  readonly value: string
}

export function parseAttributeText(text: string): AttributeCondition | undefined {
  const [, key, rest = ''] = /^\s*("(?:[^"\\]|\\.)*"|[^\s=!<>]+)\s*([\s\S]*?)\s*$/.exec(text) ?? []
  const [, operator, value = ''] = /^(=~|!~|!=|<=|>=|=|<|>|exists$)\s*([\s\S]*)$/.exec(rest) ?? []
  if (key === undefined || operator === undefined) return undefined
  return { key: key.startsWith('"') ? unquoted(key) : key, operator: operator as Operator, value }
}

export function printAttribute({ key, operator, value }: AttributeCondition): string {
  const name = /^[^\s=!<>"]+$/.test(key) ? key : JSON.stringify(key)
  return operator === 'exists' ? `${name} exists` : `${name} ${operator} ${value}`
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}

/** The literal that equals a value and nothing else; undefined for values that a condition cannot hold. */
export function literalOf({ type, value }: AttributeValue): string | undefined {
  if (type === 'string') return JSON.stringify(value)
  if (type === 'int' || type === 'double' || type === 'bool') return String(value)
  return undefined
}
