// Attribute values as text: exact, and of a length that can be shown. Nested values become JSON.
import type { AttributeValue } from '../api/generated.ts'

/** One text for any value. Integers stay the digits that came. */
export function valueText(value: AttributeValue): string {
  const plain = plainValue(value)
  return typeof plain === 'string' ? plain : JSON.stringify(plain, undefined, 2)
}

function plainValue({ type, value, values }: AttributeValue): unknown {
  if (type === 'empty') return ''
  if (type === 'array' && Array.isArray(values ?? value))
    return ((values ?? value) as AttributeValue[]).map((item) => nested(item))
  if (type === 'kvlist' && Array.isArray(values ?? value))
    return Object.fromEntries(
      ((values ?? value) as { key: string; value: AttributeValue }[]).map((item) => [item.key, nested(item.value)]),
    )
  return typeof value === 'string' ? value : String(value)
}

/** Within JSON numbers and truth values stand without quotes, except integers that JSON numbers cannot hold. */
function nested(item: AttributeValue): unknown {
  const plain = plainValue(item)
  if (item.type === 'empty') return null
  if (item.type === 'bool') return plain === 'true'
  if (item.type === 'double' || item.type === 'int') {
    const number = Number(plain)
    return Number.isFinite(number) && (item.type === 'double' || Number.isSafeInteger(number)) ? number : plain
  }
  return plain
}
