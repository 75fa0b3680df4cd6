import { decodeOtlpSpans, decodeSpan, ProtobufWriter } from '@clew/codecs'
import type { SpanBatch } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinPieces } from '../join-pieces.ts'
import { AttributeCatalog } from './attribute-catalog.ts'
import { PieceDictionaries } from './piece-dictionaries.ts'
import { SpanRows } from './span-rows.ts'
import { SpanScan } from './span-scan.ts'

type Field = (writer: ProtobufWriter) => void

const text = fc.string({ unit: 'grapheme', maxLength: 200 })
const attribute = fc
  .record({
    key: text,
    value: fc.oneof(text, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.double(), fc.boolean(), fc.uint8Array()),
  })
  .map(
    ({ key, value }): Field =>
      (writer) => {
        const keyValue = writer.open(9)
        writer.stringField(1, key)
        const any = writer.open(2)
        if (typeof value === 'string') writer.stringField(1, value)
        else if (typeof value === 'boolean') writer.boolField(2, value)
        else if (typeof value === 'bigint') writer.int64Field(3, value)
        else if (typeof value === 'number') writer.doubleField(4, value)
        else writer.bytesField(7, value)
        writer.close(any)
        writer.close(keyValue)
      },
  )
const event = text.map(
  (name): Field =>
    (writer) => {
      const opened = writer.open(11)
      writer.fixed64Field(1, 5n)
      writer.stringField(2, name)
      writer.close(opened)
    },
)
const id = (field: number, length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(
    (bytes): Field =>
      (writer) => {
        writer.bytesField(
          field,
          Uint8Array.from(bytes, (byte) => byte || 1),
        )
      },
  )
const time = (field: number) =>
  fc.bigInt(0n, 2n ** 64n - 1n).map(
    (value): Field =>
      (writer) =>
        writer.fixed64Field(field, value),
  )
const name = text.map(
  (value): Field =>
    (writer) =>
      writer.stringField(5, value),
)
const kind = fc.nat(5).map(
  (value): Field =>
    (writer) =>
      writer.uint32Field(6, value),
)
const status = fc.nat(2).map(
  (value): Field =>
    (writer) => {
      const opened = writer.open(15)
      writer.uint32Field(3, value)
      writer.close(opened)
    },
)
const flags = fc.nat(511).map(
  (value): Field =>
    (writer) =>
      writer.fixed32Field(16, value),
)

/** As encoders write them: in the order of the field numbers. */
const usualSpan = fc
  .tuple(
    id(1, 16),
    id(2, 8),
    fc.option(id(4, 8), { nil: undefined }),
    name,
    kind,
    time(7),
    time(8),
    fc.array(attribute),
    fc.array(event, { maxLength: 2 }),
    fc.option(status, { nil: undefined }),
    fc.option(flags, { nil: undefined }),
  )
  .map((fields) => fields.flat().filter((field) => field !== undefined))

/** As nobody writes them but protobuf allows: any order, fields twice, the last one counts. */
const oddSpan = fc
  .tuple(
    usualSpan,
    fc.array(fc.oneof(time(7), time(8), id(1, 16), id(2, 8), id(4, 8), name, attribute), { maxLength: 3 }),
  )
  .chain(([fields, more]) => fc.shuffledSubarray([...fields, ...more], { minLength: fields.length + more.length }))

function request(spans: readonly (readonly Field[])[]): Uint8Array {
  const writer = new ProtobufWriter()
  const resource = writer.open(1)
  const scope = writer.open(2)
  for (const fields of spans) {
    const opened = writer.open(2)
    for (const field of fields) field(writer)
    writer.close(opened)
  }
  writer.close(scope)
  writer.close(resource)
  return writer.copy()
}

const ORIGIN = {
  resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  serviceName: 's',
}

interface Built {
  readonly rows: SpanRows
  readonly pieces: readonly Uint8Array[]
  readonly values: readonly Uint8Array[]
}

/** A builder's passes over blocks, and all pieces it has told of. */
class Blocks {
  readonly #scan = new SpanScan()
  readonly #dictionaries = new PieceDictionaries()
  readonly #told: Uint8Array[] = []

  get told(): number {
    return this.#told.length
  }

  build(batch: SpanBatch, tenant = 'default'): Built {
    const rows = new SpanRows(batch.count)
    rows.add({ tenant, batch })
    this.#scan.scan(rows, new AttributeCatalog(), this.#dictionaries)
    for (const { first, pieces } of this.#dictionaries.takeNews()) {
      expect(first).toBe(this.#told.length + 1)
      this.#told.push(...pieces)
    }
    const { pieces, values } = this.#scan.pieces.columns()
    return { rows, pieces: readStrings(pieces), values: readStrings(values) }
  }

  join({ rows, pieces, values }: Built, row: number): Uint8Array {
    const word = (words: Uint32Array) => (BigInt(words[2 * row + 1]!) << 32n) | BigInt(words[2 * row]!)
    const ends = Uint32Array.of(0, ...this.#told.map((_, i) => Buffer.concat(this.#told.slice(0, i + 1)).length))
    const known = { bytes: Buffer.concat(this.#told), ends, count: this.#told.length + 1 }
    const start = word(rows.start)
    return joinPieces(
      {
        traceHigh: word(rows.traceHigh),
        traceLow: word(rows.traceLow),
        start,
        elapsed: BigInt.asUintN(64, word(rows.end) - start),
        pieces: pieces[row]!,
        values: values[row]!,
      },
      known,
    )
  }
}

/** The rows of a Native String column. */
function readStrings(chunks: readonly Uint8Array[]): Uint8Array[] {
  const bytes = Buffer.concat(chunks)
  const strings: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    let length = 0
    let shift = 0
    let byte: number
    do {
      byte = bytes[at++]!
      length |= (byte & 0x7f) << shift
      shift += 7
    } while (byte >= 0x80)
    strings.push(bytes.subarray(at, at + length))
    at += length
  }
  return strings
}

function expectSameSpans(blocks: Blocks, spans: readonly (readonly Field[])[]): Built {
  const { batch } = decodeOtlpSpans(request(spans), 'protobuf')
  const built = blocks.build(batch)
  expect(built.pieces).toHaveLength(batch.count)
  expect(built.values).toHaveLength(batch.count)
  for (let row = 0; row < batch.count; row++) {
    expect(Buffer.from(built.values[row]!.subarray(0, 8))).toEqual(
      Buffer.from(batch.spanId.subarray(8 * row, 8 * row + 8)),
    )
    const start = batch.itemOffset[row]!
    const original = batch.bytes.subarray(start, start + batch.itemLength[row]!)
    expect(decodeSpan(blocks.join(built, row), ORIGIN)).toEqual(decodeSpan(original, ORIGIN))
  }
  return built
}

function spanOf(i: number, attributes: Readonly<Record<string, string>>): Field[] {
  const idOf = (length: number) => Uint8Array.from({ length }, (_, at) => (i >> at) + 1)
  return [
    (writer) => writer.bytesField(1, idOf(16)),
    (writer) => writer.bytesField(2, idOf(8)),
    (writer) => writer.stringField(5, 'GET /cart'),
    ...Object.entries(attributes).map(
      ([key, value]): Field =>
        (writer) => {
          const keyValue = writer.open(9)
          writer.stringField(1, key)
          const any = writer.open(2)
          writer.stringField(1, value)
          writer.close(any)
          writer.close(keyValue)
        },
    ),
  ]
}

describe('spans in pieces', () => {
  it('join to the same span, however their fields were ordered or repeated', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.oneof(usualSpan, oddSpan), { maxLength: 6 }), { maxLength: 2 }), (requests) => {
        const blocks = new Blocks()
        for (const spans of requests) expectSameSpans(blocks, spans)
      }),
      { numRuns: 300 },
    )
  })

  it('store values that never repeat beside their key and values that do with it', () => {
    const blocks = new Blocks()
    const spans = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        spanOf(i + 1, { 'http.route': '/cart', 'request.id': `id-${from + i}`, long: 'x'.repeat(300) }),
      )
    const { batch } = decodeOtlpSpans(request(spans(100_000, 2000)), 'protobuf')
    blocks.build(batch)
    const afterFirst = blocks.told
    expect(afterFirst).toBeLessThan(600)
    const built = expectSameSpans(blocks, spans(200_000, 20))
    // The second block knows from the start that request.id does not repeat.
    expect(blocks.told).toBe(afterFirst)
    expect(Buffer.from(built.values[0]!.subarray(8)).toString()).toBe('\tid-200000')
  })

  it('tell values of two types apart that have the same bytes', () => {
    const of = (value: (writer: ProtobufWriter) => void): Field[] => [
      ...spanOf(1, {}),
      (writer) => {
        const keyValue = writer.open(9)
        writer.stringField(1, 'k')
        const any = writer.open(2)
        value(writer)
        writer.close(any)
        writer.close(keyValue)
      },
    ]
    expectSameSpans(new Blocks(), [
      of((writer) => writer.boolField(2, true)),
      of((writer) => writer.int64Field(3, 1n)),
      of((writer) => writer.stringField(1, 'x')),
      of((writer) => writer.bytesField(7, Uint8Array.of(120))),
    ])
  })

  it('of one tenant mean nothing in those of another', () => {
    const blocks = new Blocks()
    const { batch } = decodeOtlpSpans(request([spanOf(1, { secret: 'of the first' })]), 'protobuf')
    blocks.build(batch, 'first')
    const dictionaries = new PieceDictionaries()
    const scan = new SpanScan()
    for (const tenant of ['first', 'second']) {
      const rows = new SpanRows(batch.count)
      rows.add({ tenant, batch })
      scan.scan(rows, new AttributeCatalog(), dictionaries)
      expect(dictionaries.takeNews()).toMatchObject([{ tenant, first: 1 }])
    }
  })
})
