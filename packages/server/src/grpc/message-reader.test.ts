import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../pipeline/byte-budget.ts'
import { MessageReader, type ReceivedMessage } from './message-reader.ts'
import { encodeGrpcMessage, frameMessage, parseTimeout } from './wire.ts'

const LIMIT = 1_000

function createReader(budget = new ByteBudget(10_000)) {
  const reader = new MessageReader({ limitBytes: LIMIT, reserve: (bytes) => budget.reserve(bytes) })
  const messages: ReceivedMessage[] = []
  const write = (chunk: Buffer) => {
    reader.write(chunk)
    for (let message = reader.read(); message !== undefined; message = reader.read()) messages.push(message)
  }
  return { reader, write, messages, budget }
}

describe('MessageReader', () => {
  it('gives the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
        (sent, cuts) => {
          const { reader, write, messages, budget } = createReader()
          const bytes = Buffer.concat(sent.map(frameMessage))
          for (let at = 0; at < bytes.length; ) {
            const count = cuts.next().value as number
            write(bytes.subarray(at, at + count))
            at += count
          }
          expect(messages.map((message) => Buffer.from(message.bytes))).toEqual(
            sent.map((message) => Buffer.from(message)),
          )
          expect(reader.isAtBoundary).toBe(true)
          for (const { reservation } of messages) reservation.release()
          expect(budget.used).toBe(0)
        },
      ),
    )
  })

  it('takes room when a message is announced, before any of it has come', () => {
    const { reader, write, budget } = createReader()
    write(frameMessage(Buffer.alloc(500)).subarray(0, 5))
    expect(budget.used).toBe(500)
    reader.release()
    expect(budget.used).toBe(0)
  })

  it('goes on where it was once there is room', () => {
    const budget = new ByteBudget(600)
    const { write, reader, messages } = createReader(budget)
    const held = budget.reserve(200)
    expect(() => write(Buffer.concat([frameMessage(Buffer.alloc(500, 1)), frameMessage(Buffer.alloc(3, 2))]))).toThrow(
      expect.objectContaining({ code: 'OVERLOADED' }),
    )
    held.release()
    write(frameMessage(Buffer.alloc(4, 3)))
    expect(messages.map(({ bytes }) => [bytes.length, bytes[0]])).toEqual([
      [500, 1],
      [3, 2],
      [4, 3],
    ])
    expect(reader.isAtBoundary).toBe(true)
  })

  it('refuses a message beyond the limit, without room, or with another first byte than 0 and 1', () => {
    const wrong = frameMessage(Buffer.alloc(1))
    wrong[0] = 2
    expect(() => createReader().write(frameMessage(Buffer.alloc(LIMIT + 1)))).toThrow(
      expect.objectContaining({ code: 'BODY_TOO_LARGE' }),
    )
    const full = new ByteBudget(20)
    full.reserve(10)
    expect(() => createReader(full).write(frameMessage(Buffer.alloc(11)))).toThrow(
      expect.objectContaining({ code: 'OVERLOADED' }),
    )
    expect(() => createReader().write(wrong)).toThrow(expect.objectContaining({ code: 'REQUEST_MALFORMED' }))
  })
})

describe('parseTimeout', () => {
  it.each([
    ['10S', 10_000],
    ['250m', 250],
    ['1M', 60_000],
    ['1H', 3_600_000],
    ['1u', 1],
    ['99999999H', 2 ** 31 - 1],
    ['S', undefined],
    ['123456789S', undefined],
    ['-1S', undefined],
    ['1.5S', undefined],
  ])('reads %s as %s ms', (header, expected) => {
    expect(parseTimeout(header)).toBe(expected)
  })
})

describe('encodeGrpcMessage', () => {
  it('gives printable ASCII that decodes to the text, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = encodeGrpcMessage(text)
        expect(encoded).toMatch(/^[ -~]*$/)
        expect(decodeURIComponent(encoded)).toBe(text)
      }),
    )
  })
})
