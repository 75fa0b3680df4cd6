import { ProtobufReader } from '@clew/codecs'
import { expect, it } from 'vitest'
import { FieldCursor } from './field-cursor.ts'

it('steps over what the decoder steps over, groups and fields of long tags included', () => {
  const group = [0x0b, 0x08, 0x80, 0x01, 0x13, 0x0a, 0x01, 0x61, 0x14, 0x0c]
  const longTag = [0xfa, 0x7f, 0x02, 0x01, 0x02]
  const message = Uint8Array.from([
    0x0a,
    0x01,
    0x78,
    ...group,
    ...longTag,
    0x10,
    0x05,
    0x1d,
    1,
    2,
    3,
    4,
    0x21,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
  ])
  const reader = new ProtobufReader('test', message)
  const cursor = new FieldCursor()
  cursor.open(message, 0, message.length)
  const ends: number[] = []
  while (reader.next()) {
    expect(cursor.next()).toBe(true)
    expect(cursor.tag).toBe(reader.tag < 0x80 ? reader.tag : 0)
    expect(cursor.end).toBe(reader.position)
    ends.push(cursor.end)
  }
  expect(cursor.next()).toBe(false)
  expect(ends).toEqual([3, 13, 18, 20, 25, 34])
})
