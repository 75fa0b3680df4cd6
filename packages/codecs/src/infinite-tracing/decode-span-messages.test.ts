import { createHash } from 'node:crypto'
import { attributeValue, type Resource, type Span } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { spansOf } from '../codec-contract.ts'
import { decodeSpanMessages } from './decode-span-messages.ts'
import { encodeAgentBatch, intrinsics, type TestSpan } from './trace-v1-contract.ts'

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

describe('a span of an agent', () => {
  it('has the ids, times and name that its intrinsics say, with what is left of them as attributes', () => {
    const span = decodeOne(spanWith({ intrinsics: intrinsics(SPAN, { parentId: 'c8be7c8270314442' }) }))
    expect(span).toMatchObject({
      traceId: TRACE,
      spanId: SPAN,
      parentSpanId: 'c8be7c8270314442',
      name: 'Nodejs/Middleware/Expressjs/query',
      kind: 'internal',
      startTimeUnixNano: 1_700_000_000_000_000_000n,
      endTimeUnixNano: 1_700_000_000_250_000_000n,
      status: { code: 'unset', message: '' },
    })
    expect(attributesOf(span)).toEqual({
      category: 'generic',
      priority: 1.5,
      sampled: true,
      transactionId: 'b6a9d0e2c8f14a53',
    })
  })

  it('keeps what the user and the agent said, typed, and lets the agent and then the intrinsics have the last word', () => {
    const span = decodeOne(
      spanWith({
        user: {
          tier: 'gold',
          cents: 9_007_199_254_740_993n,
          ratio: 0.5,
          vip: false,
          'http.method': 'mine',
          sampled: 'no',
        },
        agent: { 'http.method': 'GET', 'http.statusCode': 200 },
      }),
    )
    expect(attributesOf(span)).toMatchObject({
      tier: 'gold',
      cents: 9_007_199_254_740_993n,
      ratio: 0.5,
      vip: false,
      'http.method': 'GET',
      'http.statusCode': 200n,
      sampled: true,
    })
  })

  it('is a root without a parent id, also where the parent is written as nothing or zeros', () => {
    for (const parent of [{}, { parentId: '' }, { parentId: '0000000000000000' }])
      expect(decodeOne(spanWith({ intrinsics: intrinsics(SPAN, parent) })).parentSpanId).toBe('')
  })

  it('takes its trace id from the intrinsics where the message has none', () => {
    expect(decodeOne({ intrinsics: intrinsics(SPAN, { traceId: TRACE }) }).traceId).toBe(TRACE)
  })

  it('keeps a trace id of its own beside that of the message', () => {
    const span = decodeOne(spanWith({ intrinsics: intrinsics(SPAN, { traceId: 'other' }) }))
    expect(span.traceId).toBe(TRACE)
    expect(attributesOf(span)).toMatchObject({ traceId: 'other' })
  })

  it('takes ids of 16 hex digits in any case and ids that are no hex, whose text is kept', () => {
    expect(decodeOne({ traceId: '8448EB211C80319C', intrinsics: intrinsics('B7AD6B7169203331') })).toMatchObject({
      traceId: '00000000000000008448eb211c80319c',
      spanId: SPAN,
    })
    const [parent, child] = decode([
      { traceId: '123456', intrinsics: intrinsics('ABC') },
      { traceId: '123456', intrinsics: intrinsics('DEF', { parentId: 'ABC' }) },
    ])
    expect(child).toMatchObject({ traceId: parent!.traceId, parentSpanId: parent!.spanId })
    expect(attributesOf(child!)).toMatchObject({
      'clew.trace_id': '123456',
      'clew.span_id': 'DEF',
      'clew.parent_span_id': 'ABC',
    })
  })

  it.each([
    [{ 'span.kind': 'producer' }, 'producer'],
    [{ 'span.kind': 'CONSUMER' }, 'consumer'],
    [{ category: 'http' }, 'client'],
    [{ category: 'datastore' }, 'client'],
    [{ category: 'http', 'span.kind': 'internal' }, 'internal'],
    [{ 'nr.entryPoint': true, name: 'WebTransaction/Go/GET /' }, 'server'],
    [{ 'nr.entryPoint': true, name: 'own name', 'transaction.name': 'OtherTransaction/Message/Kafka' }, 'consumer'],
    [{ 'nr.entryPoint': true, 'transaction.name': 'OtherTransaction/Python/job' }, 'internal'],
    [{ 'nr.entryPoint': false }, 'internal'],
    [{}, 'internal'],
  ])('%o is of kind %s', (more, kind) => {
    expect(decodeOne(spanWith({ intrinsics: intrinsics(SPAN, more) })).kind).toBe(kind)
  })

  it('keeps a kind that OpenTelemetry has no word for', () => {
    const span = decodeOne(spanWith({ intrinsics: intrinsics(SPAN, { 'span.kind': 'robot' }) }))
    expect(span.kind).toBe('internal')
    expect(attributesOf(span)).toMatchObject({ 'span.kind': 'robot' })
  })

  it.each([
    [
      { 'error.message': 'no stock', 'error.class': 'StockError' },
      { code: 'error', message: 'no stock' },
    ],
    [{ 'error.class': 'StockError' }, { code: 'error', message: '' }],
    [{ error: true }, { code: 'error', message: '' }],
    [{ error: 'yes' }, { code: 'error', message: '' }],
    [{ error: false }, { code: 'unset', message: '' }],
    [{ errors: 3 }, { code: 'unset', message: '' }],
  ])('%o gives it the status %o', (agent, status) => {
    const span = decodeOne(spanWith({ agent }))
    expect(span.status).toEqual(status)
    expect(attributesOf(span)).toMatchObject(
      Object.fromEntries(Object.entries(agent).map(([key, value]) => [key, value === 3 ? 3n : value])),
    )
  })

  it('is of the application that it names, else of the one that sends', () => {
    const spans = decode([
      spanWith({ intrinsics: intrinsics(SPAN, { appName: 'billing' }) }),
      spanWith({ intrinsics: intrinsics('c8be7c8270314442') }),
      spanWith({ intrinsics: intrinsics('d8be7c8270314442', { appName: 'billing' }) }),
    ])
    expect(spans.map((span) => span.serviceName)).toEqual(['billing', 'shop', 'billing'])
    expect(attributesOf(spans[0]!)).not.toHaveProperty('appName')
  })

  it.each([
    [{ timestamp: 1_700_000_000_000.5 }, 1_700_000_000_000_500_000n],
    [{ timestamp: 0 }, 0n],
    [{ timestamp: 18_446_744_073_709 }, 18_446_744_073_709_000_000n],
  ])('%o starts at %s', (more, start) => {
    const span = decodeOne(spanWith({ intrinsics: intrinsics(SPAN, { ...more, duration: 0 }) }))
    expect(span.startTimeUnixNano).toBe(start)
    expect(span.endTimeUnixNano).toBe(start)
  })

  it.each([
    [{ timestamp: -1 }],
    [{ timestamp: 18_446_744_073_710 }],
    [{ timestamp: Number.NaN }],
    [{ timestamp: Number.POSITIVE_INFINITY }],
    [{ timestamp: '2023-11-14' }],
  ])('%o is no time, so the span has none and keeps what was said', (more) => {
    const { batch } = decodeSpanMessages(encodeAgentBatch([spanWith({ intrinsics: intrinsics(SPAN, more) })]), options)
    const [span] = spansOf(batch)
    expect(batch.marks[0]).not.toBe(0)
    expect(span!.startTimeUnixNano).toBe(0n)
    expect(attributeValue(span!.attributes, 'timestamp')).toBeDefined()
    expect(attributesOf(span!)).toMatchObject({ duration: 0.25 })
  })

  it('without a duration has no end', () => {
    const { batch } = decodeSpanMessages(
      encodeAgentBatch([{ traceId: TRACE, intrinsics: { guid: SPAN, timestamp: 1_700_000_000_000 } }]),
      options,
    )
    expect(batch.endUnixNano[0]).toBe(batch.startUnixNano[0])
    expect(spansOf(batch)[0]!.endTimeUnixNano).toBe(0n)
  })

  it('ends at the end of time when its duration is longer', () => {
    const span = decodeOne(spanWith({ intrinsics: intrinsics(SPAN, { duration: 18_000_000_000 }) }))
    expect(span.endTimeUnixNano).toBe(2n ** 64n - 1n)
  })

  it('passes over null', () => {
    const span = decodeOne(spanWith({ intrinsics: intrinsics(SPAN, { parentId: null }), user: { nothing: null } }))
    expect(span.parentSpanId).toBe('')
    expect(attributesOf(span)).not.toHaveProperty('nothing')
  })
})
