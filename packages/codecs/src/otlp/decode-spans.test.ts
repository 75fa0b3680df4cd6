import { hexFromBytes, MARK, SPAN_KINDS, type Span, type SpanBatch, STATUS_CODES } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, mutationsOf, spansOf } from '../codec-contract.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeUtf8 } from '../wire/utf8.ts'
import { decodeOtlpLogs } from './decode-logs.ts'
import { decodeOtlpSpans } from './decode-spans.ts'
import { encodeTraces } from './encode-traces.ts'
import { TRACES_DATA } from './messages.ts'
import { protobufToJson } from './protobuf-to-json.ts'
import { rewriteInvalidUtf8 } from './rewrite-invalid-utf8.ts'

/** What the columns say of a row, in the words of a Span. */
function columnsOf(batch: SpanBatch, row: number): Partial<Span> {
  const parent = hexFromBytes(batch.parentSpanId, row * 8, 8)
  const name = batch.nameOffset[row]!
  return {
    traceId: hexFromBytes(batch.traceId, row * 16, 16),
    spanId: hexFromBytes(batch.spanId, row * 8, 8),
    parentSpanId: /^0+$/.test(parent) ? '' : parent,
    name: decodeUtf8(batch.bytes, name, name + batch.nameLength[row]!),
    kind: SPAN_KINDS[batch.kind[row]!]!,
    startTimeUnixNano: batch.startUnixNano[row]!,
    endTimeUnixNano: batch.endUnixNano[row]!,
  }
}

function repeated(bytes: readonly number[], times: number): Uint8Array {
  const body = new Uint8Array(bytes.length * times)
  for (let i = 0; i < times; i++) body.set(bytes, i * bytes.length)
  return body
}

describe('the columns of scanned spans', () => {
  it('say the same as the bytes beside them', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 5 }), (spans) => {
        const { batch } = decodeOtlpSpans(encodeTraces(spans, 'protobuf'), 'protobuf')
        for (const [row, span] of spansOf(batch).entries()) {
          expect(span).toMatchObject(columnsOf(batch, row))
          expect(STATUS_CODES[batch.status[row]!]).toBe(span.status.code)
        }
      }),
    )
  })

  it('stand beside the body itself, which is not copied', () => {
    const body = encodeTraces([], 'protobuf')
    expect(decodeOtlpSpans(body, 'protobuf').batch.bytes).toBe(body)
  })

  it('are the same when the body is a view into a larger buffer', () => {
    const [span] = fc.sample(anySpan, { numRuns: 1, seed: 7 })
    const body = encodeTraces([span!], 'protobuf')
    const pool = Buffer.alloc(body.length + 13)
    pool.set(body, 13)
    expect(spansOf(decodeOtlpSpans(pool.subarray(13), 'protobuf').batch)).toEqual([span])
  })
})

describe('whatever the scanner accepted', () => {
  const examples = [1, 3, 8].map((count) =>
    encodeTraces(fc.sample(anySpan, { numRuns: count, seed: count }), 'protobuf'),
  )

  it('can be read, mended and printed without a failure', () => {
    fc.assert(
      fc.property(mutationsOf(examples), (body) => {
        let batch: SpanBatch
        try {
          batch = decodeOtlpSpans(body, 'protobuf').batch
        } catch {
          return
        }
        expect(spansOf(batch)).toHaveLength(batch.count)
        JSON.parse(protobufToJson(body, TRACES_DATA))
        for (const { resource, scope } of batch.origins) {
          rewriteInvalidUtf8(resource, 'resource')
          rewriteInvalidUtf8(scope, 'scope')
        }
        for (let row = 0; row < batch.count; row++) {
          const start = batch.itemOffset[row]!
          const item = body.subarray(start, start + batch.itemLength[row]!)
          const isMarked = (batch.marks[row]! & MARK.invalidUtf8) !== 0
          if (!isMarked) expect(rewriteInvalidUtf8(item, 'span')).toBe(item)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a hostile body', () => {
  const many = 2 ** 20 + 1
  it.each([
    ['too many empty resource_spans', repeated([0x0a, 0x00], many), 'more than 1048576 groups'],
    ['too many empty scope_spans', wrapped(repeated([0x12, 0x00], many)), 'more than 1048576 groups'],
    ['too many empty items', wrapped(wrapped(repeated([0x12, 0x00], many), 2)), 'more than 1048576 items'],
    ['too many origins', wrapped(repeated([0x12, 0x02, 0x12, 0x00], 2 ** 18 + 1)), 'more than 262144 pairs'],
  ])('with %s is refused', (_name, body, message) => {
    expect(() => decodeOtlpSpans(body, 'protobuf')).toThrow(message)
    expect(() => decodeOtlpLogs(body, 'protobuf')).toThrow(message)
  })

  it('with a million items too short to be spans needs no rows for them', () => {
    const { batch, rejected } = decodeOtlpSpans(wrapped(wrapped(repeated([0x12, 0x00], 1e6), 2)), 'protobuf')
    expect([rejected, batch.traceId.length]).toEqual([1e6, 0])
  })

  it('of JSON with millions of escapes and brackets is read or refused without a deep stack', () => {
    const escapes = Buffer.from(`{"resourceSpans":"${'\\n'.repeat(2e6)}"}`)
    expect(() => decodeOtlpSpans(escapes, 'json')).toThrow('resourceSpans: expected an array')
    const brackets = Buffer.from(`{"unknown":${'['.repeat(1e6)}${']'.repeat(1e6)}}`)
    expect(decodeOtlpSpans(brackets, 'json').batch.count).toBe(0)
  })

  it('of JSON cannot reach prototypes', () => {
    const body = Buffer.from('{"__proto__":{"resourceSpans":[]},"constructor":{"prototype":{"polluted":1}}}')
    expect(decodeOtlpSpans(body, 'json').batch.count).toBe(0)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('of JSON that is no UTF-8 is refused with the byte', () => {
    expect(() => decodeOtlpSpans(Buffer.from([0x7b, 0xff, 0x7d]), 'json')).toThrow(
      'otlp json: byte 1: JSON must be UTF-8',
    )
  })
})

/** The bytes as a length-delimited field. */
function wrapped(value: Uint8Array, field = 1): Uint8Array {
  const writer = new ProtobufWriter(value.length + 8)
  writer.bytesField(field, value)
  return writer.copy()
}
