import { DecodeError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { JsonReader } from './json-reader.ts'

function readAll(reader: JsonReader): unknown {
  switch (reader.kind()) {
    case 'object': {
      const entries: [string, unknown][] = []
      reader.openObject()
      for (let key = reader.nextKey(); key !== undefined; key = reader.nextKey()) entries.push([key, readAll(reader)])
      return Object.fromEntries(entries)
    }
    case 'array': {
      const items: unknown[] = []
      reader.openArray()
      while (reader.nextItem()) items.push(readAll(reader))
      return items
    }
    case 'string':
      return reader.string()
    case 'number':
      return Number(reader.number())
    case 'boolean':
      return reader.boolean()
    case 'null':
      reader.takeNull()
      return null
  }
}

function parse(text: string): unknown {
  const reader = new JsonReader('json', text)
  const value = readAll(reader)
  reader.finish()
  return value
}

describe('the JSON reader', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent)
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses what JSON.parse refuses', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'nul',
      'null',
      ' ',
      '\\',
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 10 }), (tokens) => {
        const text = tokens.join('')
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          expect(() => parse(text)).toThrow(DecodeError)
          return
        }
        expect(parse(text)).toEqual(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('steps over any value', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const reader = new JsonReader('json', `{"skipped":${json},"next":1}`)
        reader.openObject()
        expect(reader.nextKey()).toBe('skipped')
        reader.skip()
        expect(reader.nextKey()).toBe('next')
        expect(reader.number()).toBe('1')
        expect(reader.nextKey()).toBeUndefined()
        reader.finish()
      }),
    )
  })

  it('steps over a value nested a million deep', () => {
    const reader = new JsonReader('json', '['.repeat(1e6) + ']'.repeat(1e6))
    reader.skip()
    reader.finish()
  })

  it('names the path of what it refuses', () => {
    expect(() => parse('{"a":[1,{"b":tru}]}')).toThrow('json: a[1].b: expected a value, got "tru}]}"')
    expect(() => parse('[1 2]')).toThrow('json: [0]: expected "," or "]", got "2]"')
    expect(() => parse('')).toThrow('json: character 0: expected a value, got the end of the document')
    expect(() => parse('{"a":"line\nbreak"}')).toThrow('json: a: expected the end of a string')
  })
})

describe('base64', () => {
  it('is read and written as Node reads and writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        expect(encodeBase64(bytes)).toBe(text)
        expect(decodeBase64(text)).toEqual(bytes)
        expect(decodeBase64(Buffer.from(bytes).toString('base64url'))).toEqual(bytes)
      }),
    )
  })

  it.each(['a', 'ab=c', '!!!!', 'ab===', 'é', 'abcde'])('refuses %s', (text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })
})
