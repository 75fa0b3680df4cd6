import { DecodeError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProtobufReader, protobufTag, WIRE } from './protobuf-reader.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

function readerOf(write: (writer: ProtobufWriter) => void): ProtobufReader {
  const writer = new ProtobufWriter(4)
  write(writer)
  return new ProtobufReader('test', writer.copy())
}

const fieldNumber = fc.integer({ min: 1, max: 2 ** 29 - 1 })

describe('protobuf fields', () => {
  it('are read as they were written', () => {
    const value = fc.record({
      field: fieldNumber,
      uint32: fc.nat({ max: 2 ** 32 - 1 }),
      int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      double: fc.double(),
      text: fc.string({ unit: 'binary', maxLength: 300 }),
      bytes: fc.uint8Array({ maxLength: 300 }),
    })
    fc.assert(
      fc.property(value, ({ field, uint32, int64, uint64, double, text, bytes }) => {
        const reader = readerOf((writer) => {
          writer.uint32Field(field, uint32)
          writer.int64Field(field, int64)
          writer.fixed64Field(field, uint64)
          writer.doubleField(field, double)
          writer.fixed32Field(field, uint32)
          writer.stringField(field, text)
          writer.bytesField(field, bytes)
        })
        const read = (wireType: number) => {
          expect(reader.next()).toBe(true)
          expect(reader.tag).toBe(protobufTag(field, wireType))
          return reader
        }
        expect(read(WIRE.varint).uint32()).toBe(uint32)
        expect(read(WIRE.varint).int64()).toBe(int64)
        expect(read(WIRE.fixed64).fixed64()).toBe(uint64)
        expect(read(WIRE.fixed64).double()).toBe(double)
        expect(read(WIRE.fixed32).fixed32()).toBe(uint32)
        expect(read(WIRE.lengthDelimited).text()).toBe(text)
        expect(read(WIRE.lengthDelimited).copy()).toEqual(bytes)
        expect(reader.next()).toBe(false)
      }),
    )
  })

  it('nest, with lengths of any size', () => {
    for (const size of [0, 1, 127, 128, 16_383, 16_384, 2_097_152]) {
      const outer = readerOf((writer) => {
        const first = writer.open(1)
        const second = writer.open(2)
        writer.bytesField(3, new Uint8Array(size).fill(7))
        writer.close(second)
        writer.close(first)
        writer.uint32Field(4, 9)
      })
      expect(outer.next()).toBe(true)
      const middle = new ProtobufReader('test', outer.bytes, outer.valueStart, outer.valueEnd)
      expect(middle.next()).toBe(true)
      const inner = new ProtobufReader('test', middle.bytes, middle.valueStart, middle.valueEnd)
      expect(inner.next()).toBe(true)
      expect(inner.valueEnd - inner.valueStart).toBe(size)
      expect(outer.next() && outer.field === 4 && outer.uint32() === 9).toBe(true)
    }
  })

  it('are stepped over in groups, which end where they say', () => {
    // Group 1 { field 2: varint 5; group 3 { } } then field 4: varint 6.
    const reader = new ProtobufReader('test', Uint8Array.of(0x0b, 0x10, 5, 0x1b, 0x1c, 0x0c, 0x20, 6))
    expect(reader.next() && reader.field).toBe(1)
    expect(reader.next() && reader.uint32()).toBe(6)
  })

  it.each([
    ['a varint without an end', [0x08, 0x80], 'byte 1: varint ends after the message'],
    ['a varint of eleven bytes', [0x08, ...new Array(10).fill(0x80), 0], 'byte 1: varint longer than 10 bytes'],
    ['a length past the end', [0x0a, 5, 1], 'byte 1: value of 5 bytes, the message around it ends after 1'],
    ['a length beyond 32 bits', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 'byte 1: value of'],
    ['a fixed64 past the end', [0x09, 1, 2], 'byte 0: value of 8 bytes, the message around it ends after 2'],
    ['field number 0', [0x00, 1], 'byte 0: field number 0'],
    ['wire type 6', [0x0e], 'byte 0: wire type 6'],
    ['an end of no group', [0x0c], 'byte 0: wire type 4'],
    ['a group without an end', [0x0b, 0x08, 1], 'byte 0: group without an end'],
    ['a group closed by another', [0x0b, 0x14], 'byte 0: group closed by the end of group 2'],
    ['groups nested without bound', new Array(200).fill(0x0b), 'byte 0: groups nested deeper than 32'],
    ['a padded tag', [0x8a, 0x00, 0x00], 'byte 0: tag in more bytes than it needs'],
  ])('are refused with their place: %s', (_case, bytes, message) => {
    const reader = new ProtobufReader('test', Uint8Array.from(bytes as number[]))
    expect(() => {
      while (reader.next());
    }).toThrow(DecodeError)
    reader.open(reader.bytes, 0, reader.bytes.length)
    expect(() => {
      while (reader.next());
    }).toThrow(message)
  })
})
