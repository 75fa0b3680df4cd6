// The columns of a Native answer. Every type a query of ours selects has a reader; a value is made when it is asked for.

import { decodeUtf8 } from '@clew/codecs'
import { DecodeError } from '@clew/model'

export type NativeValue = null | boolean | number | bigint | string | readonly NativeValue[]

export interface NativeColumn {
  readonly rows: number
  /**
   * Integers up to 32 bits and floats as number, 64-bit integers as bigint, strings as text, arrays and tuples as arrays,
   * maps as arrays of [key, value], NULL as null. Date is days since 1970.
   */
  value(row: number): NativeValue
  /** A number of any width; 64-bit ones beyond 2^53 lose their low bits. */
  number(row: number): number
  bigint(row: number): bigint
  /** A string as text; what is no UTF-8 becomes U+FFFD. */
  text(row: number): string
  /** A string as it is stored; a view of the answer. */
  bytes(row: number): Uint8Array
  /** The elements of an array or tuple, the pairs of a map. */
  array(row: number): readonly NativeValue[]
}

/** What a column is not is a mistake of this program, not of the data. */
abstract class Column implements NativeColumn {
  readonly rows: number
  constructor(rows: number) {
    this.rows = rows
  }
  abstract value(row: number): NativeValue
  number(row: number): number {
    const value = this.value(row)
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
    throw mismatch('number', value)
  }
  bigint(row: number): bigint {
    const value = this.value(row)
    if (typeof value === 'bigint') return value
    if (typeof value === 'number') return BigInt(value)
    throw mismatch('integer', value)
  }
  text(row: number): string {
    const value = this.value(row)
    if (typeof value === 'string') return value
    throw mismatch('string', value)
  }
  bytes(row: number): Uint8Array {
    throw mismatch('string', this.value(row))
  }
  array(row: number): readonly NativeValue[] {
    const value = this.value(row)
    if (Array.isArray(value)) return value
    throw mismatch('array', value)
  }
}

function mismatch(expected: string, value: NativeValue): DecodeError {
  return new DecodeError(
    'native result',
    'column',
    `${expected} expected, got ${value === null ? 'NULL' : typeof value}`,
  )
}

type Numbers = ArrayLike<number> | ArrayLike<bigint>

export class NumberColumn extends Column {
  readonly #values: Numbers
  constructor(rows: number, values: Numbers) {
    super(rows)
    this.#values = values
  }
  value(row: number): NativeValue {
    return this.#values[row]!
  }
  override number(row: number): number {
    return Number(this.#values[row]!)
  }
}

export class BoolColumn extends Column {
  readonly #values: Uint8Array
  constructor(values: Uint8Array) {
    super(values.length)
    this.#values = values
  }
  value(row: number): boolean {
    return this.#values[row] !== 0
  }
  override number(row: number): number {
    return this.#values[row]!
  }
}

export class StringColumn extends Column {
  readonly #bytes: Uint8Array
  /** Start and end of each string. */
  readonly #extents: Uint32Array
  constructor(bytes: Uint8Array, extents: Uint32Array) {
    super(extents.length / 2)
    this.#bytes = bytes
    this.#extents = extents
  }
  value(row: number): string {
    return decodeUtf8(this.#bytes, this.#extents[2 * row]!, this.#extents[2 * row + 1]!)
  }
  override bytes(row: number): Uint8Array {
    return this.#bytes.subarray(this.#extents[2 * row]!, this.#extents[2 * row + 1]!)
  }
}

/** Keys into a dictionary: each different text is decoded once. */
export class LowCardinalityColumn extends Column {
  readonly #dictionary: NativeColumn
  readonly #keys: ArrayLike<number>
  readonly #values: (NativeValue | undefined)[] = []
  constructor(dictionary: NativeColumn, keys: ArrayLike<number>, rows: number) {
    super(rows)
    this.#dictionary = dictionary
    this.#keys = keys
  }
  value(row: number): NativeValue {
    const key = this.#keys[row]!
    const known = this.#values[key]
    if (known !== undefined) return known
    const value = this.#dictionary.value(key)
    this.#values[key] = value
    return value
  }
  override bytes(row: number): Uint8Array {
    return this.#dictionary.bytes(this.#keys[row]!)
  }
}

export class NullableColumn extends Column {
  readonly #nulls: Uint8Array
  readonly #values: NativeColumn
  constructor(nulls: Uint8Array, values: NativeColumn) {
    super(nulls.length)
    this.#nulls = nulls
    this.#values = values
  }
  value(row: number): NativeValue {
    return this.#nulls[row] === 0 ? this.#values.value(row) : null
  }
  override bytes(row: number): Uint8Array {
    return this.#nulls[row] === 0 ? this.#values.bytes(row) : super.bytes(row)
  }
}

export class ArrayColumn extends Column {
  readonly #ends: BigUint64Array
  readonly #elements: NativeColumn
  constructor(ends: BigUint64Array, elements: NativeColumn) {
    super(ends.length)
    this.#ends = ends
    this.#elements = elements
  }
  value(row: number): readonly NativeValue[] {
    const start = row === 0 ? 0 : Number(this.#ends[row - 1])
    const end = Number(this.#ends[row])
    const values: NativeValue[] = []
    for (let i = start; i < end; i++) values.push(this.#elements.value(i))
    return values
  }
}

export class TupleColumn extends Column {
  readonly #elements: readonly NativeColumn[]
  constructor(rows: number, elements: readonly NativeColumn[]) {
    super(rows)
    this.#elements = elements
  }
  value(row: number): readonly NativeValue[] {
    return this.#elements.map((element) => element.value(row))
  }
}

/** A column whose rows came in several blocks. */
export class JoinedColumn extends Column {
  readonly #parts: readonly NativeColumn[]
  /** First row of each part. */
  readonly #starts: readonly number[]
  constructor(parts: readonly NativeColumn[]) {
    const starts: number[] = []
    let rows = 0
    for (const part of parts) {
      starts.push(rows)
      rows += part.rows
    }
    super(rows)
    this.#parts = parts
    this.#starts = starts
  }
  value(row: number): NativeValue {
    const part = this.#partOf(row)
    return this.#parts[part]!.value(row - this.#starts[part]!)
  }
  override bytes(row: number): Uint8Array {
    const part = this.#partOf(row)
    return this.#parts[part]!.bytes(row - this.#starts[part]!)
  }
  #partOf(row: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= row) low = middle
      else high = middle - 1
    }
    return low
  }
}
