import type { AnyValue, Span } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, describeSpanCodec, spansOf } from '../codec-contract.ts'
import type { JaegerTag } from '../jaeger-model/jaeger-span.ts'
import {
  anySentSpan,
  carriedByJaeger,
  describeJaegerFormat,
  type SentSpan,
} from '../jaeger-model/jaeger-span-contract.ts'
import { SPAN_CODECS } from '../registry.ts'
import { decodeJaegerJson } from './decode-spans.ts'
import { encodeJaegerJson } from './encode-spans.ts'

const bytesOf = (document: unknown) => new Uint8Array(Buffer.from(JSON.stringify(document)))
const decode = (document: unknown): Span[] => spansOf(decodeJaegerJson(bytesOf(document)).batch)

// Bodies as Go writes them, from plain objects: only numbers beyond 2^53 need a hand.

function tagObject({ key, type, value }: JaegerTag) {
  if (type === 'binary') return { key, type, value: Buffer.from(value).toString('base64') }
  const isPlain =
    typeof value !== 'bigint' && (typeof value !== 'number' || (Number.isFinite(value) && !Object.is(value, -0)))
  // As text what JSON.stringify would write as another value.
  return { key, type, value: isPlain ? value : Object.is(value, -0) ? '-0' : String(value) }
}

function traceObject(sent: readonly SentSpan[]) {
  return {
    traceID: '',
    spans: sent.map(({ span }, index) => ({
      traceID: span.traceId.replace(/^0{16}/, ''),
      spanID: span.spanId,
      flags: span.flags,
      operationName: span.operationName,
      references: span.references.map(({ type, traceId, spanId }) => ({
        refType: type,
        traceID: traceId,
        spanID: spanId,
      })),
      startTime: String(span.startNano / 1000n),
      duration: String(span.durationNano! / 1000n),
      tags: span.tags.map(tagObject),
      logs: span.logs.map(({ timestampNano, fields }) => ({
        timestamp: String(timestampNano / 1000n),
        fields: fields.map(tagObject),
      })),
      processID: `p${index}`,
      warnings: span.warnings,
    })),
    processes: Object.fromEntries(
      sent.map(({ process }, index) => [
        `p${index}`,
        { serviceName: process.serviceName, tags: process.tags.map(tagObject) },
      ]),
    ),
    warnings: null,
  }
}

describeJaegerFormat('jaeger-json', {
  encode: (sent) => bytesOf({ data: [traceObject(sent)] }),
  decode: decodeJaegerJson,
})

/** Whole microseconds, and a duration always. */
function carriedByJson(span: Span): Span {
  const startTimeUnixNano = wholeMicros(span.startTimeUnixNano)
  const duration = wholeMicros(span.endTimeUnixNano === 0n ? 0n : span.endTimeUnixNano - span.startTimeUnixNano)
  const endTimeUnixNano = startTimeUnixNano + duration
  const hasEnd = endTimeUnixNano > 0n
  const carried = carriedByJaeger({
    ...span,
    startTimeUnixNano,
    endTimeUnixNano: hasEnd ? endTimeUnixNano : 0n,
    events: span.events.map((event) => ({ ...event, timeUnixNano: wholeMicros(event.timeUnixNano) })),
  })
  if (hasEnd || duration === 0n) return carried
  const kept = { key: 'clew.jaeger.duration', value: { type: 'int', value: duration / 1000n } } as const
  return { ...carried, attributes: [...carried.attributes, kept] }
}

function wholeMicros(nano: bigint): bigint {
  return (nano / 1000n) * 1000n
}

const spans = fc.sample(anySpan, { numRuns: 12, seed: 5 })
describeSpanCodec(
  'jaeger-json',
  SPAN_CODECS['jaeger-json'],
  [
    bytesOf({ data: [traceObject(fc.sample(anySentSpan, { numRuns: 8, seed: 4 }))] }),
    encodeJaegerJson(spans),
    encodeJaegerJson([]),
    bytesOf([]),
  ],
  carriedByJson,
)

describe('jaeger json', () => {
  const span = { traceID: 'abc', spanID: 'aa', operationName: 'get', processID: 'p1' }
  const trace = { traceID: 'abc', spans: [span], processes: { p1: { serviceName: 'cart', tags: [] } } }

  it.each([
    ['the envelope of the query API', { data: [trace], total: 0, errors: null }],
    ['a trace', trace],
    ['a list of traces', [trace]],
    ['a trace whose processes come first', { processes: trace.processes, spans: trace.spans }],
    ['spans that hold their process', { spans: [{ ...span, processID: '', process: { serviceName: 'cart' } }] }],
  ])('is %s', (_name, document) => {
    expect(decode(document)).toMatchObject([
      { traceId: '00000000000000000000000000000abc', spanId: '00000000000000aa', name: 'get', serviceName: 'cart' },
    ])
  })

  it.each([{ data: null }, { data: [] }, {}, [], { spans: null, processes: null }])('is empty as %j', (document) => {
    expect(decode(document)).toEqual([])
  })

  it('takes the parent from the field that older versions wrote', () => {
    const [read] = decode({ spans: [{ ...span, parentSpanID: 'bb', references: [] }] })
    expect(read!.parentSpanId).toBe('00000000000000bb')
  })

  it.each<[string, unknown, AnyValue]>([
    ['string', 'a\n"b"', { type: 'string', value: 'a\n"b"' }],
    ['string', 7, { type: 'string', value: '7' }],
    ['string', null, { type: 'string', value: '' }],
    ['string', { a: [1] }, { type: 'string', value: '{"a":[1]}' }],
    ['bool', 'true', { type: 'bool', value: true }],
    ['bool', 'perhaps', { type: 'string', value: 'perhaps' }],
    ['int64', '9223372036854775807', { type: 'int', value: 9223372036854775807n }],
    ['int64', '9223372036854775808', { type: 'string', value: '9223372036854775808' }],
    ['int64', 1.5, { type: 'double', value: 1.5 }],
    ['float64', '-0', { type: 'double', value: -0 }],
    ['float64', 5, { type: 'double', value: 5 }],
    ['float64', 'NaN', { type: 'double', value: Number.NaN }],
    ['binary', '/u3+', { type: 'bytes', value: Uint8Array.from([0xfe, 0xed, 0xfe]) }],
    ['binary', '!', { type: 'string', value: '!' }],
    ['', 5, { type: 'int', value: 5n }],
    ['number', 5.5, { type: 'double', value: 5.5 }],
    ['', false, { type: 'bool', value: false }],
  ])('reads a tag of type %j and value %j', (type, value, expected) => {
    const [read] = decode({ spans: [{ ...span, tags: [{ key: 'k', type, value }] }] })
    expect(read!.attributes).toEqual([{ key: 'k', value: expected }])
  })

  it('leaves out a span alone whose ids are no hex of their length', () => {
    const bad = [
      { ...span, traceID: 'xyz' },
      { ...span, spanID: '1'.repeat(17) },
    ]
    const { batch, rejected, reason } = decodeJaegerJson(bytesOf({ spans: [...bad, span] }))
    expect(batch.count).toBe(1)
    expect(rejected).toBe(2)
    expect(reason).toBe(
      '2 spans were rejected; the first is span 0 of the request: trace id: expected at most 32 hex digits, got "xyz"',
    )
  })

  it.each([
    ['{"data":7}', 'jaeger json: data: expected an array, got "7}"'],
    [
      '{"data":[{"spans":[{"tags":[{"key":7}]}]}]}',
      'jaeger json: data[0].spans[0].tags[0].key: expected a string, got "7}]}]"',
    ],
    ['{"spans":[{"startTime":"soon"}]}', 'jaeger json: spans[0].startTime: expected a whole number, got soon'],
    ['{"spans":[{"process":7}]}', 'jaeger json: spans[0].process: expected an object, got "7"'],
    ['[{}] x', 'jaeger json: byte 5: expected the end of the document, got "x"'],
  ])('says where %s is wrong', (document, problem) => {
    expect(() => decodeJaegerJson(new Uint8Array(Buffer.from(document)))).toThrow(problem)
  })

  it('writes what the query API of Jaeger writes', () => {
    const [read] = decode({
      ...trace,
      spans: [
        {
          ...span,
          flags: 1,
          startTime: 1_700_000_000_000_000,
          duration: 1500,
          references: [{ refType: 'CHILD_OF', traceID: 'abc', spanID: 'bb' }],
          tags: [
            { key: 'span.kind', type: 'string', value: 'server' },
            { key: 'error', type: 'bool', value: true },
            { key: 'big', type: 'int64', value: '9007199254740993' },
          ],
          logs: [{ timestamp: 1_700_000_000_000_001, fields: [{ key: 'event', type: 'string', value: 'retry' }] }],
        },
      ],
    })
    expect(JSON.parse(Buffer.from(encodeJaegerJson([read!])).toString())).toEqual({
      data: [
        {
          traceID: '0000000000000abc',
          spans: [
            {
              traceID: '0000000000000abc',
              spanID: '00000000000000aa',
              flags: 1,
              operationName: 'get',
              references: [{ refType: 'CHILD_OF', traceID: '0000000000000abc', spanID: '00000000000000bb' }],
              startTime: 1_700_000_000_000_000,
              duration: 1500,
              tags: [
                { key: 'span.kind', type: 'string', value: 'server' },
                { key: 'otel.status_code', type: 'string', value: 'ERROR' },
                { key: 'error', type: 'bool', value: true },
                { key: 'big', type: 'int64', value: '9007199254740993' },
              ],
              logs: [{ timestamp: 1_700_000_000_000_001, fields: [{ key: 'event', type: 'string', value: 'retry' }] }],
              processID: 'p1',
              warnings: null,
            },
          ],
          processes: { p1: { serviceName: 'cart', tags: [] } },
          warnings: null,
        },
      ],
      total: 0,
      limit: 0,
      offset: 0,
      errors: null,
    })
  })
})
