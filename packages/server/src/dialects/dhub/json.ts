// JSON whose members stand in the order they were put in, whatever their names (JavaScript moves "20240615" to the front),
// and whose whole numbers have all their digits.
import type { AnyValue, Attributes } from '@clew/model'

export type Json = string | number | bigint | boolean | null | readonly Json[] | ReadonlyMap<string, Json>

export function printJson(value: Json): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${printJson(member)}`)}}`
  return `[${(value as readonly Json[]).map(printJson).join(',')}]`
}

export function object(members: Readonly<Record<string, Json>>): ReadonlyMap<string, Json> {
  return new Map(Object.entries(members))
}

/** Of a key that occurs twice the last value, in the place of the first. */
export function jsonOfAttributes(attributes: Attributes): ReadonlyMap<string, Json> {
  return new Map(attributes.map(({ key, value }) => [key, jsonOf(value)]))
}

/** What JSON has no number for is a text; bytes are base64. */
function jsonOf(value: AnyValue): Json {
  switch (value.type) {
    case 'empty':
      return null
    case 'double':
      return Number.isFinite(value.value) ? value.value : String(value.value)
    case 'bytes':
      return Buffer.from(value.value).toString('base64')
    case 'array':
      return value.values.map(jsonOf)
    case 'kvlist':
      return jsonOfAttributes(value.values)
    default:
      return value.value
  }
}
