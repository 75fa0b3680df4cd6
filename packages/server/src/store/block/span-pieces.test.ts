import { decodeOtlpSpans, decodeSpan, ProtobufWriter } from '@clew/codecs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpanPieces } from './span-pieces.ts'
import { SpanRows } from './span-rows.ts'

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

/** What `traces.otlp` says in SQL. */
function join(pieces: SpanPieces, rows: SpanRows, values: readonly Uint8Array[], row: number): Uint8Array {
  const known = new ProtobufWriter()
  const word = (words: Uint32Array) => (BigInt(words[2 * row + 1]!) << 32n) | BigInt(words[2 * row]!)
  const traceId = Buffer.alloc(16)
  traceId.writeBigUInt64BE(word(rows.traceHigh), 0)
  traceId.writeBigUInt64BE(word(rows.traceLow), 8)
  known.bytesField(1, traceId)
  known.fixed64Field(7, word(rows.start))
  known.fixed64Field(8, word(rows.end))
  for (let i = row === 0 ? 0 : pieces.rowEnds.values[row - 1]!; i < pieces.rowEnds.values[row]!; i++) {
    known.raw(pieces.pieces.bytesOf(pieces.pieceIds.values[i]!))
    known.raw(values[i]!)
  }
  return known.copy()
}

function readStrings(bytes: Uint8Array): Uint8Array[] {
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

function expectSameSpans(pieces: SpanPieces, spans: readonly (readonly Field[])[]): void {
  const { batch } = decodeOtlpSpans(request(spans), 'protobuf')
  const rows = new SpanRows(batch.count)
  rows.add({ tenant: 'default', batch })
  pieces.clear()
  for (let row = 0; row < rows.count; row++) {
    const start = rows.itemOffset[row]!
    pieces.add(rows.sources[0]!, start, start + rows.itemLength[row]!, rows, row)
  }
  const values = readStrings(Buffer.concat(pieces.values.written()))
  expect(values).toHaveLength(pieces.pieceIds.length)
  for (let row = 0; row < rows.count; row++) {
    const first = row === 0 ? 0 : pieces.rowEnds.values[row - 1]!
    expect(Buffer.from(values[first]!)).toEqual(Buffer.from(batch.spanId.subarray(8 * row, 8 * row + 8)))
    const start = batch.itemOffset[row]!
    const original = batch.bytes.subarray(start, start + batch.itemLength[row]!)
    expect(decodeSpan(join(pieces, rows, values, row), ORIGIN)).toEqual(decodeSpan(original, ORIGIN))
  }
}

describe('SpanPieces', () => {
  it('joins to the same span, however its fields were ordered or repeated', () => {
    const pieces = new SpanPieces()
    fc.assert(
      fc.property(fc.array(fc.oneof(usualSpan, oddSpan), { maxLength: 8 }), (spans) => expectSameSpans(pieces, spans)),
      { numRuns: 300 },
    )
  })

  it('stores values that never repeat beside their key and values that do with it', () => {
    const spans = Array.from({ length: 2000 }, (_, i): Field[] => [
      (writer) =>
        writer.bytesField(
          1,
          Uint8Array.from({ length: 16 }, (_, at) => (i >> at) + 1),
        ),
      (writer) =>
        writer.bytesField(
          2,
          Uint8Array.from({ length: 8 }, (_, at) => (i >> at) + 1),
        ),
      (writer) => writer.stringField(5, 'GET /cart'),
      ...[
        ['http.route', '/cart'],
        ['request.id', `id-${i + 100_000}`],
      ].map(
        ([key, value]): Field =>
          (writer) => {
            const keyValue = writer.open(9)
            writer.stringField(1, key!)
            const any = writer.open(2)
            writer.stringField(1, value!)
            writer.close(any)
            writer.close(keyValue)
          },
      ),
    ])
    const pieces = new SpanPieces()
    expectSameSpans(pieces, spans)
    const afterFirst = pieces.pieces.size
    expectSameSpans(pieces, spans)
    expect(afterFirst).toBeLessThan(300)
    // The second block knows from the start that request.id does not repeat.
    expect(pieces.pieces.size).toBeLessThan(10)
    const values = readStrings(Buffer.concat(pieces.values.written()))
    expect(values.slice(0, pieces.rowEnds.values[0]!).map((value) => Buffer.from(value).toString())).toEqual([
      expect.anything(),
      '',
      '',
      'id-100000',
    ])
  })
})
