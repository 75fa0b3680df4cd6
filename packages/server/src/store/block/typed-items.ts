// The six array columns of typed attribute items: keys and values of strings, numbers and booleans, row by row.
import { arrayOffsets, asBytes, type NativeFileColumn, uint32Bytes } from '../native-writer.ts'
import type { AttributeKeys } from './attribute-keys.ts'
import { ChunkedBytes } from './chunked-bytes.ts'
import { GrowableUint32 } from './growable-bytes.ts'

export class TypedItems {
  readonly #stringKeys = new GrowableUint32(1024)
  readonly #strings = new ChunkedBytes()
  readonly #numberKeys = new GrowableUint32(1024)
  /** Float64 bits, low word first. */
  readonly #numbers = new GrowableUint32(1024)
  readonly #boolKeys = new GrowableUint32(1024)
  readonly #bools = new GrowableUint32(1024)
  readonly #stringEnds = new GrowableUint32(1024)
  readonly #numberEnds = new GrowableUint32(1024)
  readonly #boolEnds = new GrowableUint32(1024)

  clear(): void {
    this.#strings.clear()
    for (const column of [this.#stringKeys, this.#numberKeys, this.#numbers, this.#boolKeys, this.#bools])
      column.clear()
    for (const column of [this.#stringEnds, this.#numberEnds, this.#boolEnds]) column.clear()
  }

  endRow(): void {
    this.#stringEnds.push(this.#stringKeys.length)
    this.#numberEnds.push(this.#numberKeys.length)
    this.#boolEnds.push(this.#boolKeys.length)
  }

  addString(key: number, bytes: Uint8Array, start: number, end: number): void {
    this.#strings.pushString(bytes, start, end)
    this.#stringKeys.push(key)
  }

  addNumber(key: number, value: number): void {
    scratchDouble[0] = value
    this.#numberKeys.push(key)
    this.#numbers.push(scratchWords[0]!)
    this.#numbers.push(scratchWords[1]!)
  }

  /** Eight little-endian bytes. */
  addDouble(key: number, bytes: Uint8Array, start: number): void {
    for (let i = 0; i < 8; i++) scratchBytes[i] = bytes[start + i]!
    this.#numberKeys.push(key)
    this.#numbers.push(scratchWords[0]!)
    this.#numbers.push(scratchWords[1]!)
  }

  addBool(key: number, value: 0 | 1): void {
    this.#boolKeys.push(key)
    this.#bools.push(value)
  }

  /** `keys` knows the number that stands for each key in a table. */
  columns(keys: AttributeKeys): NativeFileColumn[] {
    return [
      ...pair(keys, 'string', this.#stringEnds, this.#stringKeys, 'String', this.#strings.written()),
      ...pair(keys, 'number', this.#numberEnds, this.#numberKeys, 'Float64', [uint32Bytes(this.#numbers)]),
      ...pair(keys, 'bool', this.#boolEnds, this.#boolKeys, 'Bool', [
        Uint8Array.from(this.#bools.values.subarray(0, this.#bools.length)),
      ]),
    ]
  }
}

function pair(
  keys: AttributeKeys,
  kind: string,
  ends: GrowableUint32,
  keyColumn: GrowableUint32,
  type: string,
  values: readonly Uint8Array[],
): NativeFileColumn[] {
  const offsets = arrayOffsets(ends.values, ends.length)
  return [
    { name: `${kind}_keys`, type: 'Array(UInt64)', chunks: [offsets, asBytes(keys.numbersOf(keyColumn))] },
    { name: `${kind}_values`, type: `Array(${type})`, chunks: [offsets, ...values] },
  ]
}

const scratchDouble = new Float64Array(1)
const scratchWords = new Uint32Array(scratchDouble.buffer)
const scratchBytes = new Uint8Array(scratchDouble.buffer)
