// Thrift bytes for tests, written by Apache's own library from plain trees of values, in either protocol.
//
//   thriftStruct({ 1: i64(5n), 3: text('get'), 6: listOf(THRIFT.struct, [{ 1: i64(7n) }]) }, 'compact')
import { createRequire } from 'node:module'
import { THRIFT } from './thrift-reader.ts'

export type ThriftProtocol = 'binary' | 'compact'

export type ThriftValue =
  | { readonly type: typeof THRIFT.bool; readonly value: boolean }
  | {
      readonly type: typeof THRIFT.byte | typeof THRIFT.i16 | typeof THRIFT.i32 | typeof THRIFT.double
      readonly value: number
    }
  | { readonly type: typeof THRIFT.i64; readonly value: bigint }
  | { readonly type: typeof THRIFT.string; readonly value: Uint8Array }
  | { readonly type: typeof THRIFT.struct; readonly value: ThriftFields }
  | {
      readonly type: typeof THRIFT.list | typeof THRIFT.set
      readonly elementType: number
      readonly value: readonly ThriftValue[]
    }

export type ThriftFields = Readonly<Record<number, ThriftValue>>

export const bool = (value: boolean): ThriftValue => ({ type: THRIFT.bool, value })
export const i16 = (value: number): ThriftValue => ({ type: THRIFT.i16, value })
export const i32 = (value: number): ThriftValue => ({ type: THRIFT.i32, value })
export const i64 = (value: bigint): ThriftValue => ({ type: THRIFT.i64, value: BigInt.asIntN(64, value) })
export const double = (value: number): ThriftValue => ({ type: THRIFT.double, value })
export const binary = (value: Uint8Array): ThriftValue => ({ type: THRIFT.string, value })
export const text = (value: string): ThriftValue => binary(new TextEncoder().encode(value))
export const struct = (value: ThriftFields): ThriftValue => ({ type: THRIFT.struct, value })
export const structs = (values: readonly ThriftFields[]): ThriftValue => ({
  type: THRIFT.list,
  elementType: THRIFT.struct,
  value: values.map(struct),
})

/** The struct as bytes. */
export function thriftStruct(fields: ThriftFields, protocol: ThriftProtocol): Uint8Array {
  return written(protocol, (out) => writeValue(out, struct(fields)))
}

/** A list that stands alone, as a body of Zipkin v1 does. */
export function thriftList(values: readonly ThriftFields[], protocol: ThriftProtocol): Uint8Array {
  return written(protocol, (out) => writeValue(out, structs(values)))
}

/** A one-way call with its arguments, as agents receive them over UDP. */
export function thriftCall(method: string, args: ThriftFields, protocol: ThriftProtocol): Uint8Array {
  return written(protocol, (out) => {
    out.writeMessageBegin(method, 4, 1)
    writeValue(out, struct(args))
    out.writeMessageEnd()
  })
}

/** What is used of the protocols of npm `thrift`, which come without types. */
interface ProtocolWriter {
  writeMessageBegin(name: string, type: number, sequence: number): void
  writeMessageEnd(): void
  writeStructBegin(name: string): void
  writeStructEnd(): void
  writeFieldBegin(name: string, type: number, id: number): void
  writeFieldEnd(): void
  writeFieldStop(): void
  writeListBegin(type: number, size: number): void
  writeListEnd(): void
  writeSetBegin(type: number, size: number): void
  writeSetEnd(): void
  writeBool(value: boolean): void
  writeByte(value: number): void
  writeI16(value: number): void
  writeI32(value: number): void
  writeI64(value: unknown): void
  writeDouble(value: number): void
  writeBinary(value: Buffer): void
  flush(): void
}

interface ThriftLibrary {
  readonly TBinaryProtocol: new (transport: object) => ProtocolWriter
  readonly TCompactProtocol: new (transport: object) => ProtocolWriter
  readonly TBufferedTransport: new (buffer: undefined, flushed: (bytes: Buffer) => void) => object
  fromBigInt(value: bigint): unknown
}

const thrift = createRequire(import.meta.url)('thrift') as ThriftLibrary

function written(protocol: ThriftProtocol, write: (out: ProtocolWriter) => void): Uint8Array {
  let bytes = new Uint8Array(0)
  const transport = new thrift.TBufferedTransport(undefined, (flushed) => {
    bytes = new Uint8Array(flushed)
  })
  const out = protocol === 'binary' ? new thrift.TBinaryProtocol(transport) : new thrift.TCompactProtocol(transport)
  write(out)
  out.flush()
  return bytes
}

function writeValue(out: ProtocolWriter, value: ThriftValue): void {
  switch (value.type) {
    case THRIFT.bool:
      out.writeBool(value.value)
      break
    case THRIFT.byte:
      out.writeByte(value.value)
      break
    case THRIFT.i16:
      out.writeI16(value.value)
      break
    case THRIFT.i32:
      out.writeI32(value.value)
      break
    case THRIFT.double:
      out.writeDouble(value.value)
      break
    case THRIFT.i64:
      out.writeI64(thrift.fromBigInt(value.value))
      break
    case THRIFT.string:
      out.writeBinary(Buffer.from(value.value))
      break
    case THRIFT.struct:
      out.writeStructBegin('')
      for (const [id, field] of Object.entries(value.value) as [string, ThriftValue][]) {
        out.writeFieldBegin('', field.type, Number(id))
        writeValue(out, field)
        out.writeFieldEnd()
      }
      out.writeFieldStop()
      out.writeStructEnd()
      break
    case THRIFT.list:
    case THRIFT.set: {
      const isList = value.type === THRIFT.list
      if (isList) out.writeListBegin(value.elementType, value.value.length)
      else out.writeSetBegin(value.elementType, value.value.length)
      for (const element of value.value) writeValue(out, element)
      if (isList) out.writeListEnd()
      else out.writeSetEnd()
    }
  }
}
