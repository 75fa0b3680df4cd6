// A cursor over Apache Thrift bytes, in either protocol: BinaryThriftReader or CompactThriftReader. It copies nothing and
// builds no objects: a caller steps from field to field, looks at id and type, and reads the value or skips it.
//
//   reader.openStruct()
//   while (reader.nextField())
//     switch (reader.field) {
//       case 3: reader.expect(THRIFT.string); reader.binary(); …bytes[valueStart, valueEnd)…; break
//       case 6: for (let i = reader.openList(THRIFT.struct); i > 0; i--) readAnnotation(reader); break
//       default: reader.skip()
//     }
//
// Time and memory are bounded by the bytes: an element takes at least one, and nesting ends at MAX_THRIFT_DEPTH.
import { DecodeError } from '@clew/model'
import { decodeUtf8 } from './utf8.ts'

/** Types by their number in the binary protocol; the compact reader gives the same ones. A set reads like a list. */
export const THRIFT = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
  uuid: 16,
} as const

/** Message types of a remote call, as in `Agent.emitBatch`. */
export const THRIFT_MESSAGE = { call: 1, reply: 2, exception: 3, oneway: 4 } as const

/** Structs, lists and maps within each other; the deepest schema here (Jaeger) needs seven. */
export const MAX_THRIFT_DEPTH = 64

const TYPE_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(THRIFT).map(([name, type]) => [type, name]),
)

const NO_BYTES = new Uint8Array(0)

export abstract class ThriftReader {
  readonly bytes: Uint8Array
  /** What is read next, and where reading ends. */
  position: number
  readonly end: number
  /** Id and type of the field that `nextField` came to. */
  field = 0
  type = 0
  /** Extent of the value that `binary` read. */
  valueStart = 0
  valueEnd = 0
  /** Halves of the value that `i64` read, unsigned 32 bits each. */
  low = 0
  high = 0
  protected depth = 0
  readonly #format: string

  /** `format` is named in every DecodeError; what is read is `bytes[start, end)`. */
  constructor(format: string, bytes: Uint8Array = NO_BYTES, start = 0, end: number = bytes.length) {
    this.#format = format
    // A Buffer is a subclass with maps of its own; one kind of array keeps the hot code monomorphic.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = start
    this.end = end
  }

  /** The head of a remote call: its method and THRIFT_MESSAGE type. Its arguments follow as a struct. */
  abstract openMessage(): { readonly method: string; readonly type: number }

  /** Enters the struct at `position`; MUST be followed by `nextField` until that gives false. */
  abstract openStruct(): void

  /** Steps to the next field of the innermost open struct; false at its end, which it leaves. The value MUST be read or skipped. */
  abstract nextField(): boolean

  /** Enters the list or set of `elementType`s that is the current field (or element) and gives its length. */
  abstract openList(elementType: number): number

  /** A bool that is the current field, or a list element where `openList` was called for bools. */
  abstract bool(): boolean
  abstract i16(): number
  abstract i32(): number
  /** Reads into `low` and `high`. */
  abstract i64(): void
  abstract double(): number
  /** Reads a string or binary: its extent is then `valueStart` to `valueEnd`. */
  abstract binary(): void

  byte(): number {
    this.take(1)
    return (this.bytes[this.position - 1]! << 24) >> 24
  }

  /** The i64 at `position` as a BigInt; `i64` is the way without one. */
  int64(): bigint {
    this.i64()
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low))
  }

  text(): string {
    this.binary()
    return decodeUtf8(this.bytes, this.valueStart, this.valueEnd)
  }

  /** The current field MUST be of this type. */
  expect(type: number): void {
    if (this.type !== type) this.fail(`field ${this.field}: expected ${typeName(type)}, got ${typeName(this.type)}`)
  }

  /** Steps over the value of the current field, whatever it is. */
  skip(): void {
    this.skipValue(this.type)
  }

  /** Steps over a value of `type`: a field's or an element's. */
  protected abstract skipValue(type: number): void

  fail(problem: string): never {
    throw new DecodeError(this.#format, `byte ${this.position}`, problem)
  }

  /** Moves over `size` bytes. */
  protected take(size: number): void {
    if (size > this.end - this.position)
      this.fail(`value of ${size} bytes, the bytes end after ${this.end - this.position}`)
    this.position += size
  }

  protected takeBinary(size: number): void {
    if (size < 0) this.fail(`length ${size}`)
    this.take(size)
    this.valueStart = this.position - size
    this.valueEnd = this.position
  }

  /** A length that a list or map announces: no element is shorter than a byte, so it cannot exceed what is left. */
  protected checkCount(count: number): number {
    if (count < 0 || count > this.end - this.position)
      this.fail(`${count} elements, the bytes end after ${this.end - this.position}`)
    return count
  }

  protected enter(): void {
    if (++this.depth > MAX_THRIFT_DEPTH) this.fail(`nested deeper than ${MAX_THRIFT_DEPTH} levels`)
  }

  protected skipElements(count: number, type: number): void {
    this.enter()
    for (let i = 0; i < count; i++) this.skipValue(type)
    this.depth--
  }

  protected skipEntries(count: number, keyType: number, valueType: number): void {
    this.enter()
    for (let i = 0; i < count; i++) {
      this.skipValue(keyType)
      this.skipValue(valueType)
    }
    this.depth--
  }

  protected skipStruct(): void {
    this.openStruct()
    while (this.nextField()) this.skip()
  }

  protected checkElementType(count: number, expected: number, got: number): void {
    // Writers put any type, even 0, on a list that has no elements.
    if (count > 0 && got !== expected) this.fail(`list of ${typeName(got)}, expected ${typeName(expected)}`)
  }
}

export function typeName(type: number): string {
  return TYPE_NAMES[type] ?? `type ${type}`
}
