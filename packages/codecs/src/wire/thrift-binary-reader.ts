// The binary protocol of Apache Thrift (doc/specs/thrift-binary-protocol.md): fixed sizes, big-endian.
import { THRIFT, ThriftReader, typeName } from './thrift-reader.ts'

/** The high half of the first word of a strict message. */
const VERSION_1 = 0x8001

const scratch = new DataView(new ArrayBuffer(8))

export class BinaryThriftReader extends ThriftReader {
  openMessage(): { readonly method: string; readonly type: number } {
    const first = this.i32()
    if (first < 0) {
      // Strict: version and type, name, sequence id.
      if (first >>> 16 !== VERSION_1) this.fail(`message of version ${(first >>> 16).toString(16)}, expected 8001`)
      const method = this.text()
      this.i32()
      return { method, type: first & 0xff }
    }
    // Without a version, as old writers send it: name, type, sequence id.
    this.position -= 4
    const method = this.text()
    const type = this.byte()
    this.i32()
    return { method, type }
  }

  openStruct(): void {
    this.enter()
  }

  nextField(): boolean {
    this.type = this.byte()
    if (this.type === THRIFT.stop) {
      this.depth--
      return false
    }
    this.field = this.i16()
    return true
  }

  openList(elementType: number): number {
    const got = this.byte()
    const count = this.checkCount(this.i32())
    this.checkElementType(count, elementType, got)
    return count
  }

  bool(): boolean {
    return this.byte() !== 0
  }

  i16(): number {
    this.take(2)
    const at = this.position
    return ((this.bytes[at - 2]! << 24) >> 16) | this.bytes[at - 1]!
  }

  i32(): number {
    this.take(4)
    return this.#word(this.position - 4)
  }

  i64(): void {
    this.take(8)
    this.high = this.#word(this.position - 8) >>> 0
    this.low = this.#word(this.position - 4) >>> 0
  }

  double(): number {
    this.take(8)
    scratch.setInt32(0, this.#word(this.position - 8))
    scratch.setInt32(4, this.#word(this.position - 4))
    return scratch.getFloat64(0)
  }

  binary(): void {
    this.takeBinary(this.i32())
  }

  protected skipValue(type: number): void {
    switch (type) {
      case THRIFT.bool:
      case THRIFT.byte:
        this.take(1)
        break
      case THRIFT.i16:
        this.take(2)
        break
      case THRIFT.i32:
        this.take(4)
        break
      case THRIFT.i64:
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
        const elementType = this.byte()
        this.skipElements(this.checkCount(this.i32()), elementType)
        break
      }
      case THRIFT.map: {
        const keyType = this.byte()
        const valueType = this.byte()
        this.skipEntries(this.checkCount(this.i32()), keyType, valueType)
        break
      }
      default:
        this.fail(`${typeName(type)} is no type of the binary protocol`)
    }
  }

  #word(at: number): number {
    const bytes = this.bytes
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }
}
