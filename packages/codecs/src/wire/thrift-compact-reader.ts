// The compact protocol of Apache Thrift (doc/specs/thrift-compact-protocol.md): varints, zigzag, field ids as differences,
// booleans within the type of their field.
import { MAX_THRIFT_DEPTH, THRIFT, ThriftReader, typeName } from './thrift-reader.ts'

const PROTOCOL_ID = 0x82
const VERSION = 1

/** Types as the compact protocol numbers them; 1 is true and 2 is false in a field, either is a bool in a list. */
const TYPES = [
  THRIFT.stop,
  THRIFT.bool,
  THRIFT.bool,
  THRIFT.byte,
  THRIFT.i16,
  THRIFT.i32,
  THRIFT.i64,
  THRIFT.double,
  THRIFT.string,
  THRIFT.list,
  THRIFT.set,
  THRIFT.map,
  THRIFT.struct,
  THRIFT.uuid,
] as const
const TRUE = 1

/** A list of at least this many elements has its length in a varint of its own. */
const LONG_LIST = 15

const scratch = new DataView(new ArrayBuffer(8))

export class CompactThriftReader extends ThriftReader {
  /** Last field id of each open struct, which the next one is told against. */
  readonly #lastField = new Int16Array(MAX_THRIFT_DEPTH + 1)
  /** The value of a bool field, which came with its type; undefined otherwise. */
  #boolInField: boolean | undefined

  openMessage(): { readonly method: string; readonly type: number } {
    const protocol = this.byte() & 0xff
    if (protocol !== PROTOCOL_ID) this.fail(`protocol ${protocol.toString(16)}, expected 82`)
    const versionAndType = this.byte() & 0xff
    if ((versionAndType & 0x1f) !== VERSION) this.fail(`version ${versionAndType & 0x1f}, expected ${VERSION}`)
    this.#varint()
    return { method: this.text(), type: versionAndType >>> 5 }
  }

  openStruct(): void {
    this.enter()
    this.#lastField[this.depth] = 0
  }

  nextField(): boolean {
    const head = this.byte() & 0xff
    this.#boolInField = undefined
    if (head === THRIFT.stop) {
      this.type = THRIFT.stop
      this.depth--
      return false
    }
    const type = head & 0x0f
    this.type = this.#typeOf(type)
    const difference = head >>> 4
    this.field = difference === 0 ? this.i16() : this.#lastField[this.depth]! + difference
    this.#lastField[this.depth] = this.field
    if (this.type === THRIFT.bool) this.#boolInField = type === TRUE
    return true
  }

  openList(elementType: number): number {
    const head = this.byte() & 0xff
    const count = this.#listLength(head)
    this.checkElementType(count, elementType, this.#typeOf(head & 0x0f))
    this.#boolInField = undefined
    return count
  }

  bool(): boolean {
    const value = this.#boolInField
    if (value === undefined) return this.byte() === TRUE
    this.#boolInField = undefined
    return value
  }

  i16(): number {
    return (this.i32() << 16) >> 16
  }

  i32(): number {
    this.#varint()
    return (this.low >>> 1) ^ -(this.low & 1)
  }

  i64(): void {
    this.#varint()
    const sign = -(this.low & 1)
    const low = ((this.low >>> 1) | (this.high << 31)) ^ sign
    const high = (this.high >>> 1) ^ sign
    this.low = low >>> 0
    this.high = high >>> 0
  }

  double(): number {
    this.take(8)
    // Little-endian, unlike the binary protocol.
    for (let i = 0; i < 8; i++) scratch.setUint8(i, this.bytes[this.position - 8 + i]!)
    return scratch.getFloat64(0, true)
  }

  binary(): void {
    this.#varint()
    this.takeBinary(this.high === 0 ? this.low : Number.MAX_SAFE_INTEGER)
  }

  protected skipValue(type: number): void {
    switch (type) {
      case THRIFT.bool:
        this.bool()
        break
      case THRIFT.byte:
        this.take(1)
        break
      case THRIFT.i16:
      case THRIFT.i32:
      case THRIFT.i64:
        this.#varint()
        break
      case THRIFT.double:
        this.take(8)
        break
      case THRIFT.uuid:
        this.take(16)
        break
      case THRIFT.string:
        this.binary()
        break
      case THRIFT.struct:
        this.skipStruct()
        break
      case THRIFT.list:
      case THRIFT.set: {
        const head = this.byte() & 0xff
        const count = this.#listLength(head)
        this.#boolInField = undefined
        this.skipElements(count, this.#typeOf(head & 0x0f))
        break
      }
      case THRIFT.map:
        this.#skipMap()
        break
      default:
        this.fail(`${typeName(type)} is no type of a value`)
    }
  }

  #skipMap(): void {
    this.#varint()
    const count = this.checkCount(this.high === 0 ? this.low : Number.MAX_SAFE_INTEGER)
    // An empty map has no types.
    if (count === 0) return
    const types = this.byte() & 0xff
    this.#boolInField = undefined
    this.skipEntries(count, this.#typeOf(types >>> 4), this.#typeOf(types & 0x0f))
  }

  #listLength(head: number): number {
    const short = head >>> 4
    if (short !== LONG_LIST) return this.checkCount(short)
    this.#varint()
    return this.checkCount(this.high === 0 ? this.low : Number.MAX_SAFE_INTEGER)
  }

  #typeOf(compact: number): number {
    return TYPES[compact] ?? this.fail(`type ${compact} is none of the compact protocol`)
  }

  /** An unsigned varint of up to 64 bits into `low` and `high`. */
  #varint(): void {
    let low = 0
    let high = 0
    for (let i = 0; i < 10; i++) {
      this.take(1)
      const byte = this.bytes[this.position - 1]!
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
    this.fail('varint longer than 10 bytes')
  }
}
