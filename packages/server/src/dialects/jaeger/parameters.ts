// The query string of a Jaeger request. A parameter that is empty is one that is not there, as Go's servers take it.
import { ClewError, MAX_UINT64 } from '@clew/model'

export type QueryString = Readonly<Record<string, string | readonly string[] | undefined>>

const MICROS = /^-?\d{1,19}$/
const NANOS_PER_MICRO = 1_000n

export class Parameters {
  readonly #values: QueryString

  constructor(values: unknown) {
    this.#values = values as QueryString
  }

  /** The first of the names that is there, its first value. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const [first] = this.all(name)
      if (first !== undefined && first !== '') return first
    }
    return undefined
  }

  /** Throws INVALID_ARGUMENT where it is not there. */
  required(name: string): string {
    const text = this.text(name)
    if (text === undefined) throw new ClewError('INVALID_ARGUMENT', `parameter '${name}' is required`)
    return text
  }

  all(name: string): readonly string[] {
    const value = this.#values[name]
    return value === undefined ? [] : typeof value === 'string' ? [value] : value
  }

  /** Microseconds since 1970 in nanoseconds, moved to the times there are. Throws INVALID_ARGUMENT. */
  micros(name: string): bigint | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!MICROS.test(text)) throw unparsable(name, 'whole microseconds since 1970', text)
    const nanos = BigInt(text) * NANOS_PER_MICRO
    return nanos < 0n ? 0n : nanos > MAX_UINT64 ? MAX_UINT64 : nanos
  }

  /** Throws INVALID_ARGUMENT. */
  integer(...names: readonly string[]): number | undefined {
    const text = this.text(...names)
    if (text === undefined) return undefined
    if (!/^[+-]?\d{1,9}$/.test(text)) throw unparsable(names[0]!, 'a whole number', text)
    return Number(text)
  }

  /** As Go reads one. Throws INVALID_ARGUMENT. */
  boolean(...names: readonly string[]): boolean {
    const text = this.text(...names)
    if (text === undefined || /^(0|f|F|false|FALSE|False)$/.test(text)) return false
    if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true
    throw unparsable(names[0]!, 'true or false', text)
  }
}

export function unparsable(name: string, expected: string, text: string): ClewError {
  return new ClewError(
    'INVALID_ARGUMENT',
    `unable to parse param '${name}': expected ${expected}, got ${JSON.stringify(text.slice(0, 100))}`,
  )
}
