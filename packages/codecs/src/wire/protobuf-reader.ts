// A cursor over the fields of one protobuf message. It copies nothing and builds no objects: a caller steps with `next`,
// switches on `tag`, and reads the value by its position. Unknown fields are stepped over by calling `next` again.
//
//   bytes   … 2a 07 c h e c k o u t 30 02 …      after next(): tag = 0x2a (field 5, length-delimited)
//                   ^valueStart    ^valueEnd = position
import { DecodeError } from '@clew/model'
import { decodeUtf8 } from './utf8.ts'

export const WIRE = { varint: 0, fixed64: 1, lengthDelimited: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const

/** What a field of this number and wire type starts with on the wire; tags below 128 are one byte. */
export function protobufTag(field: number, wireType: number): number {
  return ((field << 3) | wireType) >>> 0
}

const NO_BYTES = new Uint8Array(0)

/** Groups are no longer used by any schema here; a few nested ones are stepped over, as the specification asks. */
const MAX_GROUP_DEPTH = 32

export class ProtobufReader {
  bytes: Uint8Array
  /** Where the next field starts, and where the message ends. */
  position: number
  end: number
  /** Field number and wire type of the current field as one number: compare with `protobufTag`. */
  tag = 0
  /** Extent of the current value; without its length for a length-delimited one. */
  valueStart = 0
  valueEnd = 0
  /** Halves of the current value if it is a varint, unsigned 32 bits each. */
  low = 0
  high = 0
  readonly #format: string

  /** `format` is named in every DecodeError; the message is `bytes[start, end)`. */
  constructor(format: string, bytes: Uint8Array = NO_BYTES, start = 0, end: number = bytes.length) {
    this.#format = format
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  /** Goes to another message: the same reader serves any number of them. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  get field(): number {
    return this.tag >>> 3
  }

  get wireType(): number {
    return this.tag & 7
  }

  /** Steps to the next field; false at the end of the message. Throws DecodeError when the bytes are no field. */
  next(): boolean {
    if (this.position >= this.end) return false
    const start = this.position
    const first = this.bytes[this.position]!
    if (first < 128) {
      this.tag = first
      this.position++
    } else this.tag = this.#longTag()
    if (this.tag < 8) this.fail(start, `field number 0 in tag ${this.tag}`)
    this.#value(start)
    return true
  }

  /** Reads the varint at `position` into `low` and `high`. */
  varint(): void {
    const bytes = this.bytes
    const start = this.position
    let low = 0
    let high = 0
    for (let i = 0; i < 10; i++) {
      if (this.position >= this.end) this.fail(start, 'varint ends after the message')
      const byte = bytes[this.position++]!
      const bits = byte & 0x7f
      if (i < 4) low |= bits << (7 * i)
      else if (i === 4) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (7 * i - 32)
      if (byte < 128) {
        this.low = low >>> 0
        this.high = high >>> 0
        return
      }
    }
    this.fail(start, 'varint longer than 10 bytes')
  }

  /** Reads the length at `position` and gives it; the value it announces must end within the message. */
  length(): number {
    const start = this.position
    if (start >= this.end) this.fail(start, 'length expected, the message ends')
    let length = this.bytes[start]!
    if (length < 128) this.position++
    else {
      this.varint()
      length = this.high === 0 ? this.low : Number.MAX_SAFE_INTEGER
    }
    const rest = this.end - this.position
    if (length > rest) this.fail(start, `value of ${length} bytes, the message around it ends after ${rest}`)
    return length
  }

  #longTag(): number {
    const start = this.position
    this.varint()
    if (this.high !== 0) this.fail(start, 'tag beyond 32 bits')
    // No writer pads tags. Taking padded ones would give each field a second spelling that scanners by byte do not see.
    if (this.position - start > 1 && this.low >>> (7 * (this.position - start - 1)) === 0)
      this.fail(start, 'tag in more bytes than it needs')
    return this.low
  }

  #value(fieldStart: number): void {
    this.valueStart = this.position
    switch (this.tag & 7) {
      case WIRE.varint:
        this.varint()
        break
      case WIRE.fixed64:
        this.#fixed(fieldStart, 8)
        break
      case WIRE.lengthDelimited: {
        const length = this.length()
        this.valueStart = this.position
        this.position += length
        break
      }
      case WIRE.startGroup:
        this.#group(fieldStart)
        break
      case WIRE.fixed32:
        this.#fixed(fieldStart, 4)
        break
      default:
        this.fail(fieldStart, `wire type ${this.tag & 7}, expected 0 to 3 or 5`)
    }
    this.valueEnd = this.position
  }

  #fixed(fieldStart: number, size: number): void {
    if (this.position + size > this.end)
      this.fail(fieldStart, `value of ${size} bytes, the message around it ends after ${this.end - this.position}`)
    this.position += size
  }

  #group(fieldStart: number): void {
    const tag = this.tag
    const open = [tag >>> 3]
    while (open.length > 0) {
      if (this.position >= this.end) this.fail(fieldStart, 'group without an end')
      this.tag = this.#longTag()
      const field = this.tag >>> 3
      switch (this.tag & 7) {
        case WIRE.startGroup:
          if (open.push(field) > MAX_GROUP_DEPTH) this.fail(fieldStart, `groups nested deeper than ${MAX_GROUP_DEPTH}`)
          break
        case WIRE.endGroup:
          if (open.pop() !== field) this.fail(fieldStart, `group closed by the end of group ${field}`)
          break
        default:
          this.#value(this.position)
      }
    }
    this.tag = tag
  }

  // Values of the current field.

  /** A varint as unsigned 32 bits; higher bits are cut, as protobuf does for uint32 and enums. */
  uint32(): number {
    return this.low
  }

  bool(): boolean {
    return this.low !== 0 || this.high !== 0
  }

  int64(): bigint {
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(this.low))
  }

  fixed32(): number {
    return readUint32(this.bytes, this.valueStart)
  }

  fixed64(): bigint {
    return readUint64(this.bytes, this.valueStart)
  }

  double(): number {
    scratchView.setUint32(0, readUint32(this.bytes, this.valueStart), true)
    scratchView.setUint32(4, readUint32(this.bytes, this.valueStart + 4), true)
    return scratchView.getFloat64(0, true)
  }

  text(): string {
    return decodeUtf8(this.bytes, this.valueStart, this.valueEnd)
  }

  /** The bytes of the value, in an array of their own (`slice` of a Node Buffer would give a view). */
  copy(): Uint8Array {
    return new Uint8Array(this.bytes.subarray(this.valueStart, this.valueEnd))
  }

  fail(at: number, problem: string): never {
    throw new DecodeError(this.#format, `byte ${at}`, problem)
  }
}

const scratchView = new DataView(new ArrayBuffer(8))

/** Four little-endian bytes, unsigned. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

/** Eight little-endian bytes, unsigned. */
export function readUint64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(readUint32(bytes, at + 4)) << 32n) | BigInt(readUint32(bytes, at))
}
