// SQL as a value: the only way a statement reaches an engine. Everything between the pieces of the template is escaped
// into a literal, so that no value can leave its place; text is trusted only when it was written in a source file.
//
//   sql`SELECT count() FROM spans WHERE tenant = ${tenant} AND service IN ${services} AND ${condition}`
//        trusted text                            'acme'                  ('a', 'b')      nested Sql

/** What a template takes: strings and bytes become quoted literals, arrays a list in parentheses (as `IN` wants it). */
export type SqlValue = string | number | bigint | boolean | Uint8Array | Sql | readonly SqlValue[]

export class Sql {
  readonly text: string
  private constructor(text: string) {
    this.text = text
  }

  /** Text that comes from this program (a `.sql` file of the schema, a name in a table of ours), never from outside. */
  static trusted(text: string): Sql {
    return new Sql(text)
  }
}

export function sql(strings: TemplateStringsArray, ...values: readonly SqlValue[]): Sql {
  let text = strings[0]!
  for (let i = 0; i < values.length; i++) text += literal(values[i]!) + strings[i + 1]!
  return Sql.trusted(text)
}

/** Pieces with `separator` between them; the separator is text of our own, never a value. */
export function joinSql(parts: readonly Sql[], separator: string): Sql {
  return Sql.trusted(parts.map((part) => part.text).join(separator))
}

function literal(value: SqlValue): string {
  if (typeof value === 'string') return quoteText(value)
  if (typeof value === 'number') return numberLiteral(value)
  if (typeof value === 'bigint') return bigintLiteral(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof Sql) return value.text
  if (value instanceof Uint8Array) return quoteBytes(value)
  return listLiteral(value)
}

/** Quotes and backslashes, and all control characters as `\xHH`, so that a statement stays one readable line. */
function quoteText(text: string): string {
  let quoted = "'"
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x20 && code !== QUOTE && code !== BACKSLASH && code !== DELETE) continue
    quoted += text.slice(copied, i) + escapeByte(code)
    copied = i + 1
  }
  return `${quoted}${text.slice(copied)}'`
}

/** Bytes that need not be UTF-8: all but printable ASCII as `\xHH`. */
function quoteBytes(bytes: Uint8Array): string {
  let quoted = "'"
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < DELETE && byte !== QUOTE && byte !== BACKSLASH
    quoted += plain ? String.fromCharCode(byte) : escapeByte(byte)
  }
  return `${quoted}'`
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}

const QUOTE = 0x27
const BACKSLASH = 0x5c
const DELETE = 0x7f

/** Negative numbers in parentheses: `a -${-1}` must not become the comment `a --1`. */
function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '(-inf)'
  const text = Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : value.toExponential()
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0.' : text})` : text
}

/** Within UInt64 or Int64: ClickHouse reads a longer run of digits as Float64 and would compare with another number. */
function bigintLiteral(value: bigint): string {
  if (value > 0xffff_ffff_ffff_ffffn || value < -0x8000_0000_0000_0000n)
    throw new RangeError(`sql: integer ${value} is neither a UInt64 nor an Int64`)
  return value < 0n ? `(${value})` : String(value)
}

function listLiteral(values: readonly SqlValue[]): string {
  if (values.length === 0) throw new RangeError('sql: a list needs at least one value')
  return `(${values.map(literal).join(', ')})`
}
