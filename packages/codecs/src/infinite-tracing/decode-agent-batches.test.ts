import { createHash } from 'node:crypto'
import type { Resource, Span } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { ProtobufWriter } from '../wire/protobuf-writer.ts'
import { decodeSpanMessages, SpanMessageDecoder } from './decode-span-messages.ts'
import { AGENT_SPAN, ATTRIBUTE_VALUE, MAP_ENTRY, SPAN_BATCH } from './fields.ts'
import { encodeAgentBatch, encodeAgentSpan, intrinsics, type TestSpan } from './trace-v1-contract.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const resource: Resource = {
  attributes: [{ key: 'service.name', value: { type: 'string', value: 'shop' } }],
  droppedAttributesCount: 0,
  schemaUrl: '',
}
const options = { hash: (text: string) => createHash('sha256').update(text).digest(), resource }

const spanWith = (more: TestSpan = {}): TestSpan => ({ traceId: TRACE, intrinsics: intrinsics(SPAN), ...more })

function decode(spans: readonly TestSpan[]): Span[] {
  const { batch, reason } = decodeSpanMessages(encodeAgentBatch(spans), options)
  expect(reason).toBe('')
  return spansOf(batch)
}

function decodeOne(span: TestSpan): Span {
  return decode([span])[0]!
}

function attributesOf(span: Span): Record<string, unknown> {
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, 'value' in value ? value.value : value.type]))
}

describe('what cannot be kept', () => {
  it('is left out alone: spans without ids, spans that break off', () => {
    const broken = new ProtobufWriter()
    broken.bytesField(SPAN_BATCH.spans, Uint8Array.of(0x12, 0x7f))
    const body = Buffer.concat([
      encodeAgentBatch([spanWith(), { intrinsics: intrinsics(SPAN) }, { traceId: TRACE, intrinsics: {} }]),
      broken.copy(),
      encodeAgentBatch([spanWith()]),
    ])
    const { batch, rejected, reason } = decodeSpanMessages(body, options)
    expect({ count: batch.count, rejected }).toEqual({ count: 2, rejected: 3 })
    expect(reason).toBe('3 items were left out; the first is item 1: traceId: expected a text, got none')
  })

  it('is a span with more intrinsics than any agent has', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i]))
    const body = encodeAgentBatch([spanWith({ intrinsics: intrinsics(SPAN, many) }), spanWith()])
    const { batch, reason } = decodeSpanMessages(body, options)
    expect(batch.count).toBe(1)
    expect(reason).toContain('intrinsics: expected at most 256, got more')
  })

  it('takes memory from the budget for what becomes objects: resources of many applications', () => {
    const spans = Array.from({ length: 100 }, (_, i) =>
      spanWith({ intrinsics: intrinsics(SPAN, { appName: `app-${i}` }) }),
    )
    let reserved = 0
    decodeSpanMessages(encodeAgentBatch(spans), {
      ...options,
      reserve: (bytes) => {
        reserved += bytes
      },
    })
    expect(reserved).toBeGreaterThan(100 * 2_048)
  })

  it.each([
    ['empty', Uint8Array.of(0x0a, 0)],
    ['broken', Uint8Array.of(0x0a, 1, 0xff)],
  ])('is not looked at for long when there is nothing else: %s spans', (_name, span) => {
    const body = new Uint8Array(span.length * 1_000_000)
    for (let at = 0; at < body.length; at += span.length) body.set(span, at)
    const started = performance.now()
    expect(() => decodeSpanMessages(body, options)).toThrow(/expected spans, got too much that is none/)
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('is what comes after 100,000 spans in one message, which is more than agents send', () => {
    const span = encodeAgentBatch([{ traceId: TRACE, intrinsics: { guid: SPAN } }])
    const body = new Uint8Array(span.length * 100_001)
    for (let at = 0; at < body.length; at += span.length) body.set(span, at)
    const decoder = new SpanMessageDecoder(options)
    expect(() => decoder.addBatch(body)).toThrow(/expected at most 100000 spans, links and events, got more/)
    expect(decoder.finish().batch.count).toBe(100_000)
  })

  it('is said with its place when a batch breaks off', () => {
    const body = encodeAgentBatch([spanWith()])
    expect(() => decodeSpanMessages(body.subarray(0, body.length - 1), options)).toThrow(
      /infinite tracing protobuf: byte 1/,
    )
  })
})

describe('attributes that are no KeyValue of OTLP byte for byte', () => {
  const entry = (write: (value: ProtobufWriter) => void, around?: (entry: ProtobufWriter) => void) => {
    const span = new ProtobufWriter()
    span.raw(encodeAgentSpan(spanWith()))
    const open = span.open(AGENT_SPAN.user_attributes)
    span.stringField(MAP_ENTRY.key, 'k')
    const value = span.open(MAP_ENTRY.value)
    write(span)
    span.close(value)
    around?.(span)
    span.close(open)
    const decoder = new SpanMessageDecoder(options)
    decoder.addSpan(span.copy())
    return attributesOf(spansOf(decoder.finish().batch)[0]!)
  }

  it('lose fields that an AttributeValue does not have, which OTLP would read as lists and bytes', () => {
    const value = entry((writer) => {
      writer.int64Field(ATTRIBUTE_VALUE.int_value, 5n)
      writer.bytesField(7, Uint8Array.of(1, 2))
    })
    expect(value.k).toBe(5n)
    expect(entry((writer) => writer.bytesField(5, Uint8Array.of(0xff)))).not.toHaveProperty('k')
  })

  it('have the last value that was given', () => {
    const value = entry(
      (writer) => writer.stringField(ATTRIBUTE_VALUE.string_value, 'first'),
      (writer) => {
        const second = writer.open(MAP_ENTRY.value)
        writer.doubleField(ATTRIBUTE_VALUE.double_value, 0.5)
        writer.close(second)
        writer.close(writer.open(MAP_ENTRY.value))
      },
    )
    expect(value.k).toBe(0.5)
  })
})

describe('links and events of a span, which are items of their own', () => {
  const link = (guid: string) => ({
    type: 'SpanLink',
    id: guid,
    'trace.id': TRACE,
    linkedTraceId: '1af7651916cd43dd8448eb211c80319c',
    linkedSpanId: '17ad6b7169203331',
    timestamp: 1_700_000_000_001,
  })
  const event = (guid: string) => ({
    type: 'SpanEvent',
    'span.id': guid,
    'trace.id': TRACE,
    name: 'retry',
    timestamp: 1_700_000_000_002,
  })

  it('are put to the span before them', () => {
    const [first, second] = decode([
      spanWith(),
      { intrinsics: link(SPAN), user: { reason: 'batch' } },
      { intrinsics: event(SPAN), agent: { 'error.message': 'again', attempt: 2 } },
      spanWith({ intrinsics: intrinsics('c8be7c8270314442') }),
    ])
    expect(first).toMatchObject({
      status: { code: 'unset' },
      links: [{ traceId: '1af7651916cd43dd8448eb211c80319c', spanId: '17ad6b7169203331' }],
      events: [{ name: 'retry', timeUnixNano: 1_700_000_000_002_000_000n }],
    })
    expect(attributesOf({ ...first!, attributes: first!.links[0]!.attributes })).toEqual({
      reason: 'batch',
      timestamp: 1_700_000_000_001n,
    })
    expect(attributesOf({ ...first!, attributes: first!.events[0]!.attributes })).toEqual({
      'error.message': 'again',
      attempt: 2n,
    })
    expect(second).toMatchObject({ links: [], events: [] })
  })

  it('are left out behind another span, and where they say not whereto', () => {
    const { linkedSpanId: _, ...nowhere } = link(SPAN)
    const body = encodeAgentBatch([
      { intrinsics: event(SPAN) },
      spanWith(),
      { intrinsics: link('c8be7c8270314442') },
      { intrinsics: nowhere },
    ])
    const { batch, rejected, reason } = decodeSpanMessages(body, options)
    expect({ count: batch.count, rejected }).toEqual({ count: 1, rejected: 3 })
    expect(reason).toContain('SpanEvent: expected it right behind its span')
    expect(spansOf(batch)[0]).toMatchObject({ links: [], events: [] })
  })
})

const examples = [
  encodeAgentBatch([]),
  encodeAgentBatch([spanWith()]),
  encodeAgentBatch([
    spanWith({
      user: { a: 'x', b: 1, c: 0.5, d: true },
      agent: { 'error.message': 'broken', 'http.url': 'http://x/' },
    }),
    { traceId: '123', intrinsics: intrinsics('ABC', { parentId: 'DEF', appName: 'other' }) },
    { intrinsics: { type: 'SpanLink', id: 'ABC', 'trace.id': '123', linkedTraceId: 'a', linkedSpanId: 'b' } },
    { intrinsics: { type: 'SpanEvent', 'span.id': 'ABC', 'trace.id': '123', name: 'note', timestamp: 5 } },
  ]),
]
describeSpanCodec('infinite-tracing', { decodeSpans: (body) => decodeSpanMessages(body, options) }, examples)

describe('every span that an agent can send', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 })
  const value = fc.oneof(
    text,
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double().filter((n) => !Number.isInteger(n)),
  )
  const values = fc.dictionary(text, value, { maxKeys: 4 })

  it('comes out with every attribute it came in with', () => {
    fc.assert(
      fc.property(values, values, (user, agent) => {
        const span = decodeOne(spanWith({ intrinsics: { guid: SPAN, timestamp: 1, duration: 1 }, user, agent }))
        expect(attributesOf(span)).toEqual({ ...user, ...agent })
      }),
    )
  })

  it('is decoded alone as it is in a batch', () => {
    fc.assert(
      fc.property(values, values, (user, agent) => {
        const decoder = new SpanMessageDecoder(options)
        decoder.addSpan(encodeAgentSpan(spanWith({ user, agent })))
        expect(spansOf(decoder.finish().batch)).toEqual(decode([spanWith({ user, agent })]))
      }),
      { numRuns: 30 },
    )
  })
})
