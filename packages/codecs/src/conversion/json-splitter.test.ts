import { DecodeError } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonSplitter } from './json-splitter.ts'
import { ProtobufSplitter } from './protobuf-splitter.ts'
import type { Body, Splitter, SplitterLimits } from './splitter.ts'

const LIMITS: SplitterLimits = { bodyBytes: 20, itemBytes: 1000 }
const encoder = new TextEncoder()
const decoder = new TextDecoder()

function bodiesOf(splitter: Splitter, chunks: readonly Uint8Array[]): { bodies: Body[]; problem: string } {
  const bodies: Body[] = []
  try {
    for (const chunk of chunks) for (const body of splitter.push(chunk)) bodies.push(body)
    for (const body of splitter.end()) bodies.push(body)
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
    return { bodies, problem: (error as DecodeError).message }
  }
  return { bodies, problem: '' }
}

function split(text: string, limits = LIMITS) {
  const { bodies, problem } = bodiesOf(new JsonSplitter(limits), [encoder.encode(text)])
  return { texts: bodies.map(({ bytes }) => decoder.decode(bytes)), offsets: bodies.map((it) => it.offset), problem }
}

/** The same bytes, cut wherever `cuts` says. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((place, i) => bytes.slice(places[i], place))
}

describe('JSON taken apart', () => {
  it('gives the items of an array in bodies of bounded size', () => {
    expect(split('[{"a":1}, {"b":[2,"]"]}\n,{"c":3},{"d":4}]')).toEqual({
      texts: ['[{"a":1},{"b":[2,"]"]}]', '[{"c":3},{"d":4}]'],
      offsets: [1, 25],
      problem: '',
    })
  })

  it('lays arrays in arrays flat', () => {
    expect(split('[[{"a":1}],[],[[{"b":2}]]]').texts).toEqual(['[{"a":1},{"b":2}]'])
  })

  it('keeps the envelope around each body, and nothing else of the document', () => {
    expect(split('{"total":0,"data":[{"a":1},{"b":2},{"c":[3]}],"errors":null}').texts).toEqual([
      '{"data":[{"a":1},{"b":2}]}',
      '{"data":[{"c":[3]}]}',
    ])
  })

  it('puts documents that stand one after the other together', () => {
    expect(split('{"traceID":1, "x": "}"}\n{"spans":[]}', { ...LIMITS, bodyBytes: 100 }).texts).toEqual([
      '[{"traceID":1,"x":"}"},{"spans":[]}]',
    ])
    expect(split('{"resourceSpans":[1]}\n{"resourceSpans":[2]}\n[3]\n').texts).toEqual([
      '{"resourceSpans":[1,2]}',
      '[3]',
    ])
  })

  it('passes a byte order mark over, and items that are no objects on', () => {
    expect(split('\ufeff[ null , 1.5e3,"\\"]",true]', { ...LIMITS, bodyBytes: 100 }).texts).toEqual([
      '[null,1.5e3,"\\"]",true]',
    ])
  })

  it('gives nothing for empty lists and documents', () => {
    expect(split('').texts).toEqual([])
    expect(split(' [] {"resourceSpans":[]} ').texts).toEqual([])
  })

  it.each([
    ['[1 2]', 'byte 3: expected "," or "]", got "2]"'],
    ['[1,]', 'byte 3: expected an item, got "]"'],
    ['{"a":}', 'byte 5: expected a value, got "}"'],
    ['{"a" 1}', 'byte 5: expected ":", got "1}"'],
    ['{a:1}', 'byte 1: expected a key, got "a:1}"'],
    ['{"a":1 "b":2}', 'byte 7: expected "," or "}", got "\\"b\\":2}"'],
    ['[1] x', 'byte 4: expected "[" or "{", got "x"'],
    ['[{"a":1},{"b"', 'byte 13: expected the rest of the document, got the end'],
  ])('says where %s is broken', (text, problem) => {
    expect(split(text).problem).toBe(`json: ${problem}`)
  })

  it('gives what is whole before a break', () => {
    expect(split('[{"a":1},{"b":2}').texts).toEqual(['[{"a":1},{"b":2}]'])
    expect(split('[{"a":1},{"b":2},{"c":').texts).toEqual(['[{"a":1},{"b":2}]'])
    expect(split('[{"a":1}]\n{"b":1').texts).toEqual(['[{"a":1}]'])
  })

  it('refuses an item that is too long, before holding all of it', () => {
    expect(split(`[${'{"a":1}'},"${'x'.repeat(2000)}"]`)).toMatchObject({
      texts: ['[{"a":1}]'],
      problem: expect.stringContaining('expected items of at most 1000 bytes'),
    })
  })

  it('has the same items as the document, wherever the chunks end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.array(fc.nat()),
        fc.boolean(),
        (items, cuts, isPretty) => {
          const flat = items.map((item) => ({ item }))
          const bytes = encoder.encode(JSON.stringify(flat, null, isPretty ? 2 : 0))
          const { bodies, problem } = bodiesOf(new JsonSplitter({ ...LIMITS, itemBytes: 1e6 }), cut(bytes, cuts))
          expect(problem).toBe('')
          expect(bodies.flatMap((body) => JSON.parse(decoder.decode(body.bytes)) as unknown[])).toEqual(
            JSON.parse(JSON.stringify(flat)),
          )
        },
      ),
    )
  })

  it('does the same with any bytes, wherever the chunks end', () => {
    const text = fc
      .array(fc.constantFrom(...'[]{}",:\\ \n1atr', '"data"', '"resourceSpans":[', '{"a":1}'), { maxLength: 40 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 12 }), (document, cuts) => {
        const bytes = encoder.encode(document)
        const whole = bodiesOf(new JsonSplitter(LIMITS), [bytes])
        const inParts = bodiesOf(new JsonSplitter(LIMITS), cut(bytes, cuts))
        expect(inParts.bodies).toEqual(whole.bodies)
        expect(place(inParts.problem)).toBe(place(whole.problem))
      }),
      { numRuns: 1000 },
    )
  })
})

/** What was found there may be cut off with the chunk. */
function place(problem: string): string {
  return problem.replace(/, got .*/s, '')
}

describe('Protobuf taken apart', () => {
  const field = fc.uint8Array({ maxLength: 30 }).map((value) => Uint8Array.of(0x0a, value.length, ...value))

  it('gives runs of whole fields, wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), fc.array(fc.nat()), (fields, cuts) => {
        const bytes = Uint8Array.from(fields.flatMap((it) => [...it]))
        const whole = bodiesOf(new ProtobufSplitter(LIMITS), [bytes])
        expect(whole.problem).toBe('')
        expect(Uint8Array.from(whole.bodies.flatMap((body) => [...body.bytes]))).toEqual(bytes)
        for (const body of whole.bodies.slice(0, -1)) expect(body.bytes.length).toBeLessThan(20 + 32)
        expect(bodiesOf(new ProtobufSplitter(LIMITS), cut(bytes, cuts))).toEqual(whole)
      }),
    )
  })

  it('does the same with any bytes, wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
        const whole = bodiesOf(new ProtobufSplitter(LIMITS), [bytes])
        expect(bodiesOf(new ProtobufSplitter(LIMITS), cut(bytes, cuts))).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('gives what is whole before a break, and says where that is', () => {
    const { bodies, problem } = bodiesOf(new ProtobufSplitter(LIMITS), [Uint8Array.of(0x0a, 1, 7, 0x0a, 9, 1)])
    expect(bodies).toEqual([{ bytes: Uint8Array.of(0x0a, 1, 7), offset: 0 }])
    expect(problem).toBe('protobuf: byte 3: expected the rest of a field, got the end')
  })
})
