// One attribute condition as the API reads it: `http.status = 500`, `span.user = "kim"`, `error.type exists`.
import type { AttributeValue } from '../api/types.ts'

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~', 'exists'] as const
export type Operator = (typeof OPERATORS)[number]

export interface AttributeCondition {
  readonly key: string
  readonly operator: Operator
  /** As typed: `500`, `true`, `"500"`, `kim`. '' for `exists`. */
  readonly value: string
}

export function parseAttributeText(text: string): AttributeCondition | undefined {
  const [, existing] = /^\s*(\S+)\s+exists\s*$/.exec(text) ?? []
  if (existing !== undefined) return { key: existing, operator: 'exists', value: '' }
  const [, key, operator, value] = /^\s*([^\s=!<>]+)\s*(=~|!~|!=|<=|>=|=|<|>)\s*([\s\S]*?)\s*$/.exec(text) ?? []
  if (key === undefined || value === undefined) return undefined
  return { key, operator: operator as Operator, value }
}

export function printAttribute({ key, operator, value }: AttributeCondition): string {
  return operator === 'exists' ? `${key} exists` : `${key} ${operator} ${value}`
}

/** The literal that equals a value and nothing else; undefined for values that a condition cannot hold. */
export function literalOf({ type, value }: AttributeValue): string | undefined {
  if (type === 'string') return JSON.stringify(value)
  if (type === 'int' || type === 'double' || type === 'bool') return String(value)
  return undefined
}
