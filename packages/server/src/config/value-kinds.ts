// How a value of a setting is written: what a YAML file, an environment variable or a flag may say, and what it means.
// An environment variable and a flag are always text; YAML may bring numbers, booleans and lists.
import { parseYaml } from './parse-yaml.ts'

export interface ValueKind<T> {
  /** Completes "expected …" in an error. */
  readonly expected: string
  /** Undefined when `raw` is no such value. */
  parse(raw: unknown): T | undefined
  /** As it would be written in YAML. */
  print(value: T): string
}

export interface AccessKey {
  readonly name: string
  /** Lower-case hex of the sha256 of the key. */
  readonly sha256: string
  readonly tenant: string
  readonly access: 'read' | 'write' | 'both'
}

const printText = (value: string) => (/^[\w./-]+$/.test(value) ? value : JSON.stringify(value))

export const text: ValueKind<string> = {
  expected: 'a text',
  parse: (raw) => (typeof raw === 'string' ? raw : undefined),
  print: printText,
}

export const nonEmptyText: ValueKind<string> = {
  expected: 'a text that is not empty',
  parse: (raw) => (typeof raw === 'string' && raw !== '' ? raw : undefined),
  print: printText,
}

/** The path of a file, or what would be in it as JSON text; YAML may bring that as an object. */
export const fileOrObject: ValueKind<string> = {
  expected: 'the path of a file, or an object',
  parse: (raw) =>
    typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? JSON.stringify(raw) : text.parse(raw),
  print: (value) => (value.startsWith('{') ? value : printText(value)),
}

export const boolean: ValueKind<boolean> = {
  expected: 'true or false',
  parse(raw) {
    if (raw === true || raw === 'true' || raw === '1') return true
    if (raw === false || raw === 'false' || raw === '0') return false
    return undefined
  },
  print: String,
}

export function integer(min: number, max: number, what = 'a whole number'): ValueKind<number> {
  return {
    expected: `${what} from ${min} to ${max}`,
    parse(raw) {
      const value = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : raw
      return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined
    },
    print: String,
  }
}

export const fraction: ValueKind<number> = {
  expected: 'a number from 0 to 1',
  parse(raw) {
    const value = typeof raw === 'string' && /^\d*\.?\d+$/.test(raw) ? Number(raw) : raw
    return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined
  },
  print: String,
}

export const port = integer(0, 65_535, 'a port, or 0 for any free one,')

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
}

/** `64MiB`, `1.5 GB`, `1048576`. */
export const bytes: ValueKind<number> = {
  expected: 'a size such as 64MiB, 1.5GB or a number of bytes',
  parse(raw) {
    const match = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(typeof raw === 'number' ? String(raw) : asText(raw).trim())
    const unit = BYTE_UNITS[match?.[2]?.toUpperCase() ?? '?']
    if (!match || unit === undefined) return undefined
    const value = Math.round(Number(match[1]) * unit)
    return Number.isSafeInteger(value) ? value : undefined
  },
  print(value) {
    for (const unit of ['TiB', 'GiB', 'MiB', 'KiB']) {
      const size = BYTE_UNITS[unit.toUpperCase()]!
      if (value >= size && value % size === 0) return `${value / size}${unit}`
    }
    return String(value)
  },
}

/** `30d`, or `forever`, which is Infinity. */
export const days: ValueKind<number> = {
  expected: 'a number of days such as 30d, or forever',
  parse(raw) {
    if (raw === 'forever') return Number.POSITIVE_INFINITY
    const match = /^([1-9]\d{0,4})d$/.exec(asText(raw))
    return match ? Number(match[1]) : undefined
  },
  print: (value) => (value === Number.POSITIVE_INFINITY ? 'forever' : `${value}d`),
}

const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }

/** `500ms`, `10s`, `5m`; the value is in milliseconds. */
export const milliseconds: ValueKind<number> = {
  expected: 'a time such as 500ms, 10s or 5m',
  parse(raw) {
    const match = /^(\d{1,6})(ms|s|m)$/.exec(asText(raw))
    return match ? Number(match[1]) * TIME_UNITS[match[2]!]! : undefined
  },
  print: (value) => (value % 1_000 === 0 ? `${value / 1_000}s` : `${value}ms`),
}

/** 32 bytes, or none. */
export const hexKey: ValueKind<string> = {
  expected: '64 hex digits, or nothing',
  parse: (raw) => (typeof raw === 'string' && /^([0-9a-f]{64})?$/i.test(raw) ? raw.toLowerCase() : undefined),
  print: text.print,
}

export function oneOf<const T extends string>(...values: T[]): ValueKind<T> {
  return {
    expected: `one of ${values.join(', ')}`,
    parse: (raw) => values.find((value) => value === raw),
    print: String,
  }
}

export const httpUrl: ValueKind<string> = {
  expected: 'an address that starts with http:// or https://, or nothing',
  parse(raw) {
    if (raw === '') return ''
    const url = typeof raw === 'string' && URL.canParse(raw) ? new URL(raw) : undefined
    return url?.protocol === 'http:' || url?.protocol === 'https:' ? asText(raw) : undefined
  },
  print: printText,
}

/** Origins as a browser sends them: `https://shop.example`, or `*` for every one. As text: separated by commas. */
export const origins: ValueKind<readonly string[]> = {
  expected: 'a list of origins such as https://shop.example (scheme, host, port, no path), or *',
  parse(raw) {
    const list = typeof raw === 'string' ? raw.split(',').flatMap((part) => part.trim() || []) : raw
    return Array.isArray(list) && list.every(isOrigin) ? list : undefined
  },
  print: (value) => JSON.stringify(value),
}

/** Texts without commas. As text: separated by commas. */
export const texts: ValueKind<readonly string[]> = {
  expected: 'a list of texts such as environment, http.method',
  parse(raw) {
    const list: unknown = typeof raw === 'string' ? raw.split(',').flatMap((part) => part.trim() || []) : raw
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string' && item !== '')) return undefined
    return list
  },
  print: (value) => JSON.stringify(value),
}

/** Host names and IP addresses. As text: separated by commas. */
export const hostNames: ValueKind<readonly string[]> = {
  expected: 'a list of host names and IP addresses such as clew.example, 10.0.0.7',
  parse(raw) {
    const list = typeof raw === 'string' ? raw.split(',').flatMap((part) => part.trim() || []) : raw
    return Array.isArray(list) && list.every(isHostName) ? list : undefined
  },
  print: (value) => JSON.stringify(value),
}

/** Keys as YAML (which JSON is a part of): `[{name: ci, sha256: <64 hex digits>, tenant: default, access: write}]`. */
export const accessKeys: ValueKind<readonly AccessKey[]> = {
  expected:
    'a list of {name, sha256, tenant, access}: sha256 as 64 hex digits, tenant as 1 to 64 of A-Z a-z 0-9 _ . -, ' +
    'access read, write or both',
  parse(raw) {
    const list: unknown = typeof raw === 'string' ? parseYamlOrNothing(raw) : raw
    if (!Array.isArray(list)) return undefined
    const keys = list.map(parseAccessKey)
    return keys.every((key) => key !== undefined) ? keys : undefined
  },
  print: (value) => (value.length === 0 ? '[]' : JSON.stringify(value)),
}

const ACCESS_KEY_FIELDS = ['name', 'sha256', 'tenant', 'access']

function parseAccessKey(raw: unknown): AccessKey | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined
  const { name, sha256, tenant = 'default', access = 'both' } = raw as Readonly<Record<string, unknown>>
  if (Object.keys(raw).some((field) => !ACCESS_KEY_FIELDS.includes(field))) return undefined
  if (typeof name !== 'string' || name === '') return undefined
  if (typeof sha256 !== 'string' || !/^[0-9a-fA-F]{64}$/.test(sha256)) return undefined
  if (typeof tenant !== 'string' || !/^[\w.-]{1,64}$/.test(tenant)) return undefined
  if (access !== 'read' && access !== 'write' && access !== 'both') return undefined
  return { name, sha256: sha256.toLowerCase(), tenant, access }
}

function isOrigin(value: unknown): value is string {
  if (value === '*') return true
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
}

/** Letters, digits, `-` and `_` between dots (RFC 1123, and what container tools make of it), or an IP address. */
function isHostName(value: unknown): value is string {
  return typeof value === 'string' && /^(?!-)[\w-]{1,63}(\.[\w-]{1,63})*$|^[\da-fA-F:]*:[\da-fA-F:.]*$/.test(value)
}

function asText(raw: unknown): string {
  return typeof raw === 'string' ? raw : ''
}

function parseYamlOrNothing(source: string): unknown {
  try {
    return parseYaml(source)
  } catch {
    return undefined
  }
}
