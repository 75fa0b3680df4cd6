import { DecodeError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BinaryThriftReader } from './thrift-binary-reader.ts'
import { CompactThriftReader } from './thrift-compact-reader.ts'
import { MAX_THRIFT_DEPTH, THRIFT, THRIFT_MESSAGE, type ThriftReader } from './thrift-reader.ts'
import {
  bool,
  i16,
  i32,
  i64,
  struct,
  structs,
  type ThriftFields,
  type ThriftProtocol,
  type ThriftValue,
  text,
  thriftCall,
  thriftStruct,
} from './thrift-values-contract.ts'

const PROTOCOLS = ['binary', 'compact'] as const

function readerOf(protocol: ThriftProtocol, bytes: Uint8Array): ThriftReader {
  return protocol === 'binary' ? new BinaryThriftReader('thrift', bytes) : new CompactThriftReader('thrift', bytes)
}

function readFields(reader: ThriftReader, shape: ThriftFields): ThriftFields {
  const fields: Record<number, ThriftValue> = {}
  reader.openStruct()
  while (reader.nextField()) {
    const expected = shape[reader.field]!
    reader.expect(expected.type)
    fields[reader.field] = readValue(reader, expected)
  }
  return fields
}

/** Reads a value of the shape of `like`. */
function readValue(reader: ThriftReader, like: ThriftValue): ThriftValue {
  switch (like.type) {
    case THRIFT.bool:
      return { type: like.type, value: reader.bool() }
    case THRIFT.byte:
      return { type: like.type, value: reader.byte() }
    case THRIFT.i16:
      return { type: like.type, value: reader.i16() }
    case THRIFT.i32:
      return { type: like.type, value: reader.i32() }
    case THRIFT.double:
      return { type: like.type, value: reader.double() }
    case THRIFT.i64:
      return { type: like.type, value: reader.int64() }
    case THRIFT.string:
      reader.binary()
      return { type: like.type, value: reader.bytes.slice(reader.valueStart, reader.valueEnd) }
    case THRIFT.struct:
      return { type: like.type, value: readFields(reader, like.value) }
    case THRIFT.list:
    case THRIFT.set: {
      const count = reader.openList(like.elementType)
      const value = Array.from({ length: count }, (_, i) => readValue(reader, like.value[i]!))
      return { type: like.type, elementType: like.elementType, value }
    }
  }
}

const int = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })

const scalars: Record<number, fc.Arbitrary<ThriftValue>> = {
  [THRIFT.bool]: fc.boolean().map(bool),
  [THRIFT.byte]: int(8).map((value) => ({ type: THRIFT.byte, value })),
  [THRIFT.i16]: int(16).map(i16),
  [THRIFT.i32]: int(32).map(i32),
  [THRIFT.i64]: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(i64),
  [THRIFT.double]: fc.double().map((value) => ({ type: THRIFT.double, value })),
  [THRIFT.string]: fc.uint8Array({ maxLength: 200 }).map((value) => ({ type: THRIFT.string, value })),
}

const { fields: anyFields } = fc.letrec<{ fields: ThriftFields; value: ThriftValue; list: ThriftValue }>((tie) => ({
  fields: fc.dictionary(fc.integer({ min: 1, max: 32_767 }).map(String), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  value: fc.oneof({ depthSize: 'small' }, ...Object.values(scalars), tie('fields').map(struct), tie('list')),
  list: fc.oneof(
    fc.array(tie('fields'), { maxLength: 20 }).map(structs),
    fc.constantFrom(...Object.keys(scalars)).chain((type) =>
      fc.record({
        type: fc.constantFrom(THRIFT.list, THRIFT.set),
        elementType: fc.constant(Number(type)),
        value: fc.array(scalars[Number(type)]!, { maxLength: 20 }),
      }),
    ),
  ),
}))

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe.each(PROTOCOLS)('thrift, %s protocol', (protocol) => {
  it('reads what the library of Apache wrote', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const reader = readerOf(protocol, thriftStruct(fields, protocol))
        expect(readFields(reader, fields)).toEqual(fields)
        expect(reader.position).toBe(reader.end)
      }),
    )
  })

  it('steps over values it was not asked for', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const reader = readerOf(protocol, thriftStruct(fields, protocol))
        reader.openStruct()
        while (reader.nextField()) reader.skip()
        expect(reader.position).toBe(reader.end)
      }),
    )
  })

  it('reads the head of a remote call', () => {
    const reader = readerOf(protocol, thriftCall('emitBatch', { 1: text('x') }, protocol))
    expect(reader.openMessage()).toEqual({ method: 'emitBatch', type: THRIFT_MESSAGE.oneway })
    expect(readFields(reader, { 1: text('') })).toEqual({ 1: text('x') })
  })

  it('ends within the bytes, or refuses them, whatever they are', () => {
    const written = fc.tuple(anyFields, fc.nat(), fc.uint8Array({ maxLength: 4 })).map(([fields, at, change]) => {
      const bytes = thriftStruct(fields, protocol)
      bytes.set(change.subarray(0, bytes.length - (at % bytes.length)), at % bytes.length)
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(written, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const reader = readerOf(protocol, bytes)
        try {
          reader.openStruct()
          while (reader.nextField()) reader.skip()
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
        expect(reader.position).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 500 },
    )
  })

  it('refuses what is nested without bound', () => {
    let nested: ThriftFields = {}
    for (let depth = 0; depth <= MAX_THRIFT_DEPTH; depth++) nested = { 1: structs([nested]) }
    const reader = readerOf(protocol, thriftStruct(nested, protocol))
    reader.openStruct()
    reader.nextField()
    expect(() => reader.skip()).toThrow(`nested deeper than ${MAX_THRIFT_DEPTH} levels`)
  })

  it('names the types where one is not the expected', () => {
    const reader = readerOf(protocol, thriftStruct({ 3: i32(1) }, protocol))
    reader.openStruct()
    reader.nextField()
    expect(() => reader.expect(THRIFT.string)).toThrow('field 3: expected string, got i32')
  })
})

describe('thrift', () => {
  it.each([
    ['binary', 'a list longer than the bytes', '0f 0001 0c 7fffffff 00', '2147483647 elements, the bytes end after 1'],
    ['binary', 'a list of negative length', '0f 0001 0c ffffffff 00', '-1 elements'],
    ['binary', 'a text longer than the bytes', '0b 0001 00000009 61', 'value of 9 bytes, the bytes end after 1'],
    ['binary', 'a text of negative length', '0b 0001 ffffffff', 'length -1'],
    ['binary', 'a type that does not exist', '09 0001', 'type 9 is no type of the binary protocol'],
    ['binary', 'a struct without an end', '02 0001 01', 'value of 1 bytes, the bytes end after 0'],
    ['compact', 'a list longer than the bytes', '19 fc ff ff ff ff 0f', '4294967295 elements'],
    ['compact', 'a map longer than the bytes', '1b ff ff 03 88', '65535 elements'],
    ['compact', 'a text longer than the bytes', '18 09 61', 'value of 9 bytes, the bytes end after 1'],
    ['compact', 'a type that does not exist', '1e', 'type 14 is none of the compact protocol'],
    ['compact', 'a varint of eleven bytes', '16 ff ff ff ff ff ff ff ff ff ff 01', 'varint longer than 10 bytes'],
  ] as const)('%s refuses %s', (protocol, _case, hex, message) => {
    const reader = readerOf(protocol, fromHex(hex))
    expect(() => {
      reader.openStruct()
      while (reader.nextField()) reader.skip()
    }).toThrow(message)
  })

  it('steps over maps and unique ids, which no schema here has', () => {
    // {1: map<string, i32> {"a": 5}, 2: uuid, 3: empty map}
    const maps: Record<ThriftProtocol, string> = {
      binary: `0d 0001 0b 08 00000001 00000001 61 00000005  10 0002 ${'ab'.repeat(16)}  0d 0003 0b 08 00000000  00`,
      compact: `1b 01 85 01 61 0a  1d ${'ab'.repeat(16)}  1b 00  00`,
    }
    for (const protocol of PROTOCOLS) {
      const reader = readerOf(protocol, fromHex(maps[protocol]))
      reader.openStruct()
      const ids: number[] = []
      while (reader.nextField()) {
        ids.push(reader.field)
        reader.skip()
      }
      expect(ids).toEqual([1, 2, 3])
      expect(reader.position).toBe(reader.end)
    }
  })

  it('reads binary calls without a version, as old writers send them', () => {
    const reader = readerOf('binary', fromHex('00000004 70696e67 01 00000007 00'))
    expect(reader.openMessage()).toEqual({ method: 'ping', type: THRIFT_MESSAGE.call })
    expect(reader.position).toBe(reader.end - 1)
  })
})
