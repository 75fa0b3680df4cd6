import { DecodeError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonBytesReader } from './json-bytes-reader.ts'
import { encodeUtf8 } from './utf8.ts'

function readAll(reader: JsonBytesReader): unknown {
  switch (reader.kind()) {
    case 'object': {
      const entries: [string, unknown][] = []
      reader.openObject()
      while (reader.nextKey()) entries.push([reader.key(), readAll(reader)])
      return Object.fromEntries(entries)
    }
    case 'array': {
      const items: unknown[] = []
      reader.openArray()
      while (reader.nextItem()) items.push(readAll(reader))
      return items
    }
    case 'string':
      reader.string()
      return reader.text()
    case 'number':
      reader.number()
      return Number(reader.text())
    case 'boolean':
      return reader.boolean()
    case 'null':
      reader.takeNull()
      return null
  }
}

function parse(text: string): unknown {
  const reader = new JsonBytesReader('json', encodeUtf8(text))
  const value = readAll(reader)
  reader.finish()
  return value
}

function failure(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof DecodeError) return error.message
  }
  return ''
}

describe('the JSON reader on bytes', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent)
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses what JSON.parse refuses, read or skipped', () => {
    const token = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', '0', '.', 'e', '+', 'true', 'nul', 'null', ' ', '\n'],
      ...['"\\u00e9"', '"\\x"', '"\\', '"\u0001"', '\\', '"\\ud800"'],
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('')
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          expect(() => parse(text)).toThrow(DecodeError)
          const skipping = new JsonBytesReader('json', encodeUtf8(text))
          expect(() => {
            skipping.skip()
            skipping.finish()
          }).toThrow(DecodeError)
          return
        }
        expect(parse(text)).toEqual(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('says where it failed', () => {
    expect(failure(() => parse('[{"spans":[{},{"a.b":tru}]}]'))).toBe(
      'json: [0].spans[1].a.b: expected a value, got "tru}]}]"',
    )
    expect(failure(() => parse(''))).toBe('json: byte 0: expected a value, got the end of the document')
    expect(failure(() => parse('[1] x'))).toBe('json: byte 4: expected the end of the document, got "x"')
  })

  it('gives the place of a skipped value and goes on behind it', () => {
    const bytes = encodeUtf8('[ {"a":[1,{"b":null}]} , 2]')
    const reader = new JsonBytesReader('json', bytes)
    reader.openArray()
    reader.nextItem()
    reader.skip()
    expect(reader.textAt(reader.valueStart, reader.valueEnd, false)).toBe('{"a":[1,{"b":null}]}')
    expect(reader.nextItem()).toBe(true)
    reader.number()
    expect(reader.text()).toBe('2')
    expect(reader.nextItem()).toBe(false)
    reader.finish()
  })

  it('skips a hundred thousand brackets without a stack', () => {
    const deep = new JsonBytesReader('json', encodeUtf8('['.repeat(100_000) + ']'.repeat(100_000)))
    deep.skip()
    deep.finish()
    const open = new JsonBytesReader('json', encodeUtf8('['.repeat(100_000)))
    expect(() => open.skip()).toThrow(DecodeError)
  })

  it('reads a stretch of bytes and nothing around it', () => {
    const bytes = encodeUtf8('xx"ab"34')
    const reader = new JsonBytesReader('json', bytes, 2, 6)
    reader.string()
    expect(reader.text()).toBe('ab')
    reader.finish()
    const number = new JsonBytesReader('json', bytes, 6, 7)
    number.number()
    expect(number.text()).toBe('3')
  })
})
