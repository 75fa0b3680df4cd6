// The small texts of the native API: times, durations and attribute conditions, into the model's values.
import {
  type AttributeScope,
  ClewError,
  type Expression,
  type Field,
  type Literal,
  MAX_UINT64,
  sumDurationParts,
} from '@clew/model'

/** `100ms`, `1.5s`, `1m30s`, `250us`, or plain nanoseconds. Throws INVALID_ARGUMENT. */
export function parseDuration(name: string, text: string): bigint {
  if (/^\d{1,20}$/.test(text)) return BigInt(text)
  const parts = [...text.matchAll(/(\d{1,19})(?:\.(\d{1,18}))?(ns|us|µs|μs|ms|s|m|h|d)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new ClewError(
      'INVALID_ARGUMENT',
      `${name}: expected a duration such as 100ms or 1.5s, got ${JSON.stringify(text)}`,
    )
  return sumDurationParts(parts)
}

/** Unix nanoseconds, RFC 3339, `now`, or relative to now (`-1h`). Throws INVALID_ARGUMENT. */
export function parseTime(name: string, text: string, now: bigint): bigint {
  const trimmed = text.trim()
  if (/^\d{1,20}$/.test(trimmed) && BigInt(trimmed) <= MAX_UINT64) return BigInt(trimmed)
  if (trimmed === 'now') return now
  if (trimmed.startsWith('-')) {
    const time = now - parseDuration(name, trimmed.slice(1))
    return time < 0n ? 0n : time
  }
  const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.(\d{1,9})\d*)?(?:[Zz]|[+-]\d\d:\d\d)$/.exec(trimmed)
  const seconds = rfc3339 === null ? Number.NaN : Date.parse(trimmed.replace(/\.\d+/, '')) / 1000
  if (Number.isNaN(seconds) || seconds < 0)
    throw new ClewError(
      'INVALID_ARGUMENT',
      `${name}: expected nanoseconds since 1970, RFC 3339 or a time before now such as -1h, got ${JSON.stringify(text)}`,
    )
  const nanos = BigInt(seconds) * 1_000_000_000n + BigInt((rfc3339![1] ?? '').padEnd(9, '0'))
  // Nanoseconds end in the year 2554: a time after it is after all spans.
  return nanos < MAX_UINT64 ? nanos : MAX_UINT64
}

const OPERATORS = /^(=~|!~|!=|<=|>=|=|<|>)/

/**
 * `key = value`, with `= != < > <= >= =~ !~`, or `key exists`. The key may start with the scope it is in (`span.`,
 * `resource.`, `event.`, `link.`, `scope.`) and stand in double quotes. A value in double quotes is a string, a bare one
 * a number, true, false, or else a string. Throws INVALID_ARGUMENT.
 */
export function parseAttribute(text: string): Expression {
  const trimmed = text.trim()
  const key = /^"(?:[^"\\]|\\.)*"|^[^\s=!<>]+/.exec(trimmed)?.[0]
  if (key === undefined) throw refused(text)
  const rest = trimmed.slice(key.length).trim()
  const field = attributeField(key.startsWith('"') ? unquoted(key, text) : key)
  if (rest === 'exists') return { kind: 'exists', field }
  const operator = OPERATORS.exec(rest)?.[0] as (Expression & { kind: 'compare' })['operator'] | undefined
  if (operator === undefined) throw refused(text)
  const value = rest.slice(operator.length).trim()
  const isPattern = operator === '=~' || operator === '!~'
  return { kind: 'compare', field, operator, value: isPattern ? patternLiteral(value, text) : literal(value, text) }
}

function attributeField(text: string): Field {
  const scoped = /^(span|resource|event|link|scope)\.([\s\S]+)$/.exec(text)
  if (scoped === null) return { kind: 'attribute', scope: 'any', key: text }
  return { kind: 'attribute', scope: scoped[1] as AttributeScope, key: scoped[2]! }
}

function literal(value: string, text: string): Literal {
  if (value.startsWith('"')) return { type: 'string', value: unquoted(value, text) }
  if (value === 'true' || value === 'false') return { type: 'bool', value: value === 'true' }
  if (/^[+-]?\d{1,20}$/.test(value)) return { type: 'int', value: BigInt(value) }
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) return { type: 'double', value: Number(value) }
  return { type: 'string', value }
}

function patternLiteral(value: string, text: string): Literal {
  return { type: 'string', value: value.startsWith('"') ? unquoted(value, text) : value }
}

/** JSON's string: every character can be written in it. */
function unquoted(quoted: string, text: string): string {
  try {
    const value: unknown = JSON.parse(quoted)
    if (typeof value === 'string') return value
  } catch {
    // Said below.
  }
  throw refused(text)
}

function refused(text: string): ClewError {
  return new ClewError(
    'INVALID_ARGUMENT',
    `attribute: expected a condition such as http.route = "/cart" or error exists, got ${JSON.stringify(text.slice(0, 200))}`,
  )
}
