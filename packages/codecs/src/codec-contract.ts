// What every format of spans must keep to, as a suite that each format's test calls:
// - any bytes give spans or a DecodeError that names the place, in time and memory bounded by their length;
// - what was accepted can be read again;
// - decode → OTLP → decode, and encode → decode where the format can be written, lose nothing.
import {
  type AnyValue,
  DecodeError,
  type KeyValue,
  type LogBatch,
  type LogRecord,
  SPAN_KINDS,
  type Span,
  type SpanBatch,
  STATUS_CODES,
  type TelemetryBatch,
} from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpanCodec } from './codec.ts'
import { decodeLogRecord } from './otlp/decode-log-record.ts'
import { type DecodedOrigin, decodeSpan } from './otlp/decode-span.ts'
import { decodeOtlpSpans } from './otlp/decode-spans.ts'
import { decodeResource, decodeScope } from './otlp/decode-value.ts'
import { encodeTraces } from './otlp/encode-traces.ts'

/**
 * `examples` are bodies of the format, valid or nearly so: the starting points of the mutations. `carried` is what comes
 * back of a span that was written: all of it, unless the format cannot say all.
 */
export function describeSpanCodec(
  name: string,
  codec: SpanCodec,
  examples: readonly Uint8Array[],
  carried: (span: Span) => Span = (span) => span,
): void {
  describe(`${name} keeps the contract of a span codec`, () => {
    it('gives spans or a DecodeError for random bytes', () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (body) => expectSpansOrDecodeError(codec, body)))
    })

    it('gives spans or a DecodeError for its own bodies with bytes cut, changed and put in', () => {
      fc.assert(
        fc.property(mutationsOf(examples), (body) => expectSpansOrDecodeError(codec, body)),
        { numRuns: 500 },
      )
    })

    it('loses nothing on the way through OTLP', () => {
      for (const example of examples) {
        const spans = spansOf(codec.decodeSpans(example).batch)
        const again = spansOf(decodeOtlpSpans(encodeTraces(spans, 'protobuf'), 'protobuf').batch)
        expect(sortedById(again)).toEqual(sortedById(spans))
      }
    })

    const { encodeSpans } = codec
    it.runIf(encodeSpans !== undefined)('reads what it wrote', () => {
      fc.assert(
        fc.property(fc.array(anySpan, { maxLength: 5 }), (spans) => {
          const { batch, rejected } = codec.decodeSpans(encodeSpans!(spans))
          expect(rejected).toBe(0)
          expect(sortedById(spansOf(batch))).toEqual(sortedById(spans.map(carried)))
        }),
        { numRuns: 200 },
      )
    })
  })
}

/** Every row of a batch as an object. */
export function spansOf(batch: SpanBatch): Span[] {
  return itemsOf(batch, decodeSpan)
}

export function logRecordsOf(batch: LogBatch): LogRecord[] {
  return itemsOf(batch, decodeLogRecord)
}

function itemsOf<T>(batch: TelemetryBatch, decode: (bytes: Uint8Array, origin: DecodedOrigin) => T): T[] {
  const origins = batch.origins.map((origin) => ({
    resource: decodeResource(origin.resource, origin.resourceSchemaUrl),
    scope: decodeScope(origin.scope, origin.scopeSchemaUrl),
    serviceName: origin.service,
  }))
  return Array.from({ length: batch.count }, (_, row) => {
    const start = batch.itemOffset[row]!
    return decode(batch.bytes.subarray(start, start + batch.itemLength[row]!), origins[batch.origin[row]!]!)
  })
}

function expectSpansOrDecodeError(codec: SpanCodec, body: Uint8Array): void {
  let batch: SpanBatch
  try {
    batch = codec.decodeSpans(body).batch
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
    expect((error as DecodeError).at).not.toBe('')
    return
  }
  // A row is never smaller than the ids in it, so the number of rows is bounded by the body.
  expect(batch.count).toBeLessThanOrEqual(body.length / 16)
  expect(spansOf(batch)).toHaveLength(batch.count)
}

/** Bodies that are nearly those of `examples`. */
export function mutationsOf(examples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const mutation = fc.tuple(fc.nat(), fc.constantFrom('cut', 'change', 'insert'), fc.uint8Array({ maxLength: 12 }))
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 })
  return fc.tuple(fc.constantFrom(...examples), mutations).map(([example, changes]) => {
    let body = example
    for (const [at, kind, bytes] of changes) body = mutate(body, at % (body.length + 1), kind, bytes)
    return body
  })
}

function mutate(body: Uint8Array, at: number, kind: 'cut' | 'change' | 'insert', bytes: Uint8Array): Uint8Array {
  if (kind === 'cut') return body.slice(0, at)
  const changed = new Uint8Array(
    kind === 'insert' ? body.length + bytes.length : Math.max(body.length, at + bytes.length),
  )
  changed.set(body)
  if (kind === 'insert') changed.set(body.subarray(at), at + bytes.length)
  changed.set(bytes, at)
  return changed
}

function sortedById(spans: readonly Span[]): Span[] {
  return spans.toSorted((a, b) => compare(a.traceId + a.spanId + a.name, b.traceId + b.spanId + b.name))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

// Spans of every shape the model can hold.

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const count = fc.nat({ max: 2 ** 32 - 1 })
/** Whole code points only: a lone surrogate has no UTF-8. */
const text = fc.string({ unit: 'binary', maxLength: 20 })

const { value: anyValue } = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constant('string' as const), value: text }),
    fc.constant({ type: 'empty' as const }),
    fc.record({ type: fc.constant('bool' as const), value: fc.boolean() }),
    fc.record({ type: fc.constant('int' as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ type: fc.constant('double' as const), value: fc.double() }),
    fc.record({ type: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 10 }) }),
    fc.record({ type: fc.constant('array' as const), values: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({
      type: fc.constant('kvlist' as const),
      values: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }),
    }),
  ),
}))

export { anyValue }

export const anyAttributes: fc.Arbitrary<KeyValue[]> = fc.array(
  fc.record({ key: text.filter((key) => key !== 'service.name'), value: anyValue }),
  { maxLength: 4 },
)

function idOf(bytes: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((id) => Buffer.from(id).toString('hex'))
    .filter((hex) => /[^0]/.test(hex))
}

const attributesAndDropped = { attributes: anyAttributes, droppedAttributesCount: count }

export const anySpan: fc.Arbitrary<Span> = fc.record({
  traceId: idOf(16),
  spanId: idOf(8),
  parentSpanId: fc.oneof(fc.constant(''), idOf(8)),
  traceState: text,
  flags: count,
  name: text,
  kind: fc.constantFrom(...SPAN_KINDS),
  startTimeUnixNano: uint64,
  endTimeUnixNano: uint64,
  ...attributesAndDropped,
  events: fc.array(fc.record({ timeUnixNano: uint64, name: text, ...attributesAndDropped }), { maxLength: 3 }),
  droppedEventsCount: count,
  links: fc.array(
    fc.record({ traceId: idOf(16), spanId: idOf(8), traceState: text, flags: count, ...attributesAndDropped }),
    { maxLength: 2 },
  ),
  droppedLinksCount: count,
  status: fc.record({ code: fc.constantFrom(...STATUS_CODES), message: text }),
  resource: fc.record({ ...attributesAndDropped, schemaUrl: text }),
  scope: fc.record({ name: text, version: text, ...attributesAndDropped, schemaUrl: text }),
  serviceName: fc.constant(''),
})
