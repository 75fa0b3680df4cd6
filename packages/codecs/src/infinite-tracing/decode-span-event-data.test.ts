import { createHash } from 'node:crypto'
import type { Resource, Span } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, spansOf } from '../codec-contract.ts'
import { decodeSpanEventData } from './decode-span-event-data.ts'
import { decodeSpanMessages } from './decode-span-messages.ts'
import { encodeAgentBatch, intrinsics } from './trace-v1-contract.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const resource: Resource = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' }
const options = { hash: (text: string) => createHash('sha256').update(text).digest(), resource }

const harvest = (items: unknown): Uint8Array =>
  new Uint8Array(Buffer.from(JSON.stringify(['run-1', { reservoir_size: 2000, events_seen: 1 }, items])))
const head = (more: Record<string, unknown> = {}) => intrinsics(SPAN, { traceId: TRACE, ...more })

function decode(body: Uint8Array): Span[] {
  const { batch, reason } = decodeSpanEventData(body, options)
  expect(reason).toBe('')
  return spansOf(batch)
}

function attributesOf(span: Span): Record<string, unknown> {
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, 'value' in value ? value.value : value.type]))
}

describe('span_event_data', () => {
  it('says of a span what a stream says of it', () => {
    const user = { tier: 'gold', cents: 5, ratio: 0.5, vip: false, quote: '"\n\u00e9' }
    const agent = { 'http.url': 'http://shop/', 'error.message': 'no stock', 'error.class': 'StockError' }
    const streamed = decodeSpanMessages(
      encodeAgentBatch([{ traceId: TRACE, intrinsics: intrinsics(SPAN), user, agent }]),
      options,
    )
    expect(decode(harvest([[head(), user, agent]]))).toEqual(spansOf(streamed.batch))
  })

  it('tells integers from numbers with a point, and keeps all 64 bits', () => {
    const body = `["run", {}, [[${JSON.stringify(head())}, {"a": 9007199254740993, "b": 1.0, "c": 1e3, "d": -5, "e": 1e400, "f": 9223372036854775808}]]]`
    expect(attributesOf(decode(Buffer.from(body))[0]!)).toMatchObject({
      a: 9_007_199_254_740_993n,
      b: 1,
      c: 1000,
      d: -5n,
      e: Number.POSITIVE_INFINITY,
      f: 2 ** 63,
    })
  })

  it('keeps lists and objects, which no agent sends, as their JSON, and passes over null', () => {
    const [span] = decode(harvest([[head({ parentId: null }), { list: [1, { 'a"b': 2 }], nothing: null }]]))
    expect(attributesOf(span!)).toMatchObject({ list: '[1,{"a\\"b":2}]' })
    expect(attributesOf(span!)).not.toHaveProperty('nothing')
    expect(span!.parentSpanId).toBe('')
  })

  it('puts links and events to their span', () => {
    const link = {
      type: 'SpanLink',
      id: SPAN,
      'trace.id': TRACE,
      linkedTraceId: TRACE,
      linkedSpanId: 'c8be7c8270314442',
    }
    const event = { type: 'SpanEvent', 'span.id': SPAN, 'trace.id': TRACE, name: 'retry', timestamp: 1_700_000_000_001 }
    expect(
      decode(
        harvest([
          [head(), {}, {}],
          [link, {}, {}],
          [event, { attempt: 2 }, {}],
        ]),
      ),
    ).toMatchObject([
      { links: [{ spanId: 'c8be7c8270314442' }], events: [{ name: 'retry', attributes: [{ key: 'attempt' }] }] },
    ])
  })

  it('takes a harvest without spans', () => {
    expect(decode(harvest([]))).toEqual([])
    expect(decode(Buffer.from('["run-1", {}]'))).toEqual([])
  })

  it('leaves out alone what is no span', () => {
    const items = [7, [], [null], [{}], [head({ guid: null })], [head(), null, 'x'], { no: 'list' }]
    const { batch, rejected, reason } = decodeSpanEventData(harvest(items), options)
    expect({ count: batch.count, rejected }).toEqual({ count: 1, rejected: 6 })
    expect(reason).toContain('item 0: expected [intrinsics, user attributes, agent attributes], got number')
  })

  it('does not look for long at what is no spans', () => {
    const body = Buffer.from(`["run", {}, [${'7,'.repeat(2_000_000)}7]]`)
    expect(() => decodeSpanEventData(body, options)).toThrow(/\[2\]\[10001\]: expected spans/)
  })

  it('leaves out a span with more intrinsics than any agent has', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, [i]]))
    const { batch, reason } = decodeSpanEventData(
      harvest([
        [head(many), {}, {}],
        [head(), {}, {}],
      ]),
      options,
    )
    expect(batch.count).toBe(1)
    expect(reason).toContain('item 0: intrinsics: expected at most 256, got more')
  })

  it.each(['', '{}', '[', '["run", {}, {}]', '["run", {}, [[{"guid": }]]]', '[] []'])(
    'refuses %s and says where',
    (body) => {
      expect(() => decodeSpanEventData(Buffer.from(body), options)).toThrow(/^span_event_data json: \S/)
    },
  )

  const text = fc.string({ unit: 'binary', maxLength: 12 })
  it('gives every attribute back', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.boolean()), { maxKeys: 5 }), (user) => {
        const [span] = decode(harvest([[{ traceId: TRACE, guid: SPAN, timestamp: 1, duration: 1 }, user, {}]]))
        expect(attributesOf(span!)).toEqual(user)
      }),
    )
  })
})

describeSpanCodec('span_event_data', { decodeSpans: (body) => decodeSpanEventData(body, options) }, [
  harvest([]),
  harvest([[head(), { a: 'x', b: 1, c: 0.5, d: true, e: '"\\' }, { 'error.message': 'broken' }]]),
  harvest([
    [head({ guid: 'ABC', traceId: '123', parentId: 'DEF' }), {}, {}],
    [{ type: 'SpanEvent', 'span.id': 'ABC', 'trace.id': '123', name: 'n', timestamp: 5 }, {}, {}],
  ]),
])
