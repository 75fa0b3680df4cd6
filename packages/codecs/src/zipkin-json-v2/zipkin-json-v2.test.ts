import { DecodeError, type Span } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSpanCodec, mutationsOf, spansOf } from '../codec-contract.ts'
import { SPAN_CODECS } from '../registry.ts'
import { describeSamples, readInputs } from '../samples-contract.ts'
import { toZipkinSpan } from '../zipkin-model/to-zipkin-span.ts'
import type { ZipkinSpan } from '../zipkin-model/zipkin-span.ts'
import { anyZipkinSpan, carriedByZipkin, decodedInputs, plainSpan } from '../zipkin-model/zipkin-span-contract.ts'
import { decodeZipkinJsonV2, ZipkinJsonV2Decoder } from './decode-spans.ts'
import { zipkinJsonV2 } from './encode-spans.ts'

const samples = new URL('samples/', import.meta.url)
const bytesOf = (text: string) => new TextEncoder().encode(text)
const decode = (text: string): Span[] => spansOf(decodeZipkinJsonV2(bytesOf(text)).batch)

describeSamples('zipkin json v2', samples, decodeZipkinJsonV2)

describeSpanCodec(
  'zipkin json v2',
  SPAN_CODECS['zipkin-json-v2'],
  decodedInputs(readInputs(samples), decodeZipkinJsonV2),
  carriedByZipkin,
)

describe('zipkin json v2', () => {
  it('comes back from OTLP as it was, whatever it says', () => {
    fc.assert(
      fc.property(fc.array(anyZipkinSpan, { maxLength: 3 }), (spans) => {
        const { batch, rejected } = decodeZipkinJsonV2(bytesOf(`[${spans.map(zipkinJsonV2).join(',')}]`))
        expect(rejected).toBe(0)
        expect(spansOf(batch).map((span) => plainSpan(toZipkinSpan(span)))).toEqual(spans.map(plainSpan))
      }),
      { numRuns: 500 },
    )
  })

  it('is read span by span where they stand in a document', () => {
    const text = '[{"traceId":"1","id":"1"} , {"traceId":"1","id":"2","name":"b"}]'
    const bytes = bytesOf(text)
    const decoder = new ZipkinJsonV2Decoder(64)
    decoder.decodeSpan(bytes, 1, text.indexOf(' ,'))
    decoder.decodeSpan(bytes, text.lastIndexOf('{'), text.length - 1)
    expect(spansOf(decoder.finish().batch)).toEqual(decode(text))
    expect(() => decoder.decodeSpan(bytes, 1, text.length - 1)).toThrow(DecodeError)
  })

  it('reads no further than the span that it was given', () => {
    const bytes = bytesOf('{"traceId":"000000000000000a","id":"000000000000000b"}')
    const decoder = new ZipkinJsonV2Decoder(64)
    expect(() => decoder.decodeSpan(bytes, 0, bytes.length - 1)).toThrow(/got the end of the document/)
  })

  it('reads the same whether a span stands as most write it or not', () => {
    const written = fc.array(anyZipkinSpan, { maxLength: 3 }).map((spans) => JSON.parse(jsonOf(spans)) as unknown)
    const bodies = fc.oneof(
      mutationsOf([...readInputs(samples), bytesOf(jsonOf([SPAN_OF_ALL_FIELDS]))]),
      written.map((spans) => bytesOf(JSON.stringify(spans, null, 1))),
    )
    fc.assert(
      fc.property(bodies, (body) => {
        expect(whatIsRead(body)).toEqual(whatIsRead(withSpaces(body)))
      }),
      { numRuns: 1000 },
    )
  })

  it('asks by trace id which spans to keep, but not about debug spans', () => {
    const text = '[{"traceId":"1","id":"1"},{"traceId":"2","id":"2"},{"traceId":"1","id":"3","debug":true},{"id":"4"}]'
    const { batch, rejected } = decodeZipkinJsonV2(bytesOf(text), { keep: (traceId) => traceId[15] === 2 })
    expect(spansOf(batch).map(({ spanId }) => spanId.slice(-1))).toEqual(['2', '3'])
    expect(rejected).toBe(1)
  })

  it('takes any text for an id where it is asked to, and keeps the text', () => {
    const hash = (text: string) => bytesOf(text.padEnd(16, '.')).slice(-16)
    const text = JSON.stringify([
      { traceId: 'trace-1', id: 'span-1', parentId: '00000000000000AB' },
      { traceId: '463AC35C9F6413AD48485A3953BB6124', id: 'span-1', parentId: 'span-1' },
      { traceId: 'trace-1' },
      { id: 'span-1' },
    ])
    const { batch, rejected } = decodeZipkinJsonV2(bytesOf(text), { textIds: hash })
    const [first, second] = spansOf(batch)
    expect(rejected).toBe(2)
    expect(first).toMatchObject({ parentSpanId: '00000000000000ab' })
    expect(first?.attributes.map(({ key, value }) => [key, value])).toEqual([
      ['clew.trace_id', { type: 'string', value: 'trace-1' }],
      ['clew.span_id', { type: 'string', value: 'span-1' }],
    ])
    expect(second).toMatchObject({ traceId: '463ac35c9f6413ad48485a3953bb6124', parentSpanId: '' })
  })

  it('types the values of tags where it is asked to', () => {
    const tags =
      '{"i":404,"f":0.5,"e":1e3,"big":1000000000000000000000000000000,"t":true,"n":false,"null":null,"o":{"a":1},"s":"x"}'
    const text = `[{"traceId":"1","id":"1","tags":${tags}}]`
    const [span] = spansOf(decodeZipkinJsonV2(bytesOf(text), { typedTags: true }).batch)
    expect(span?.attributes.map(({ key, value }) => [key, value.type, 'value' in value ? value.value : ''])).toEqual([
      ['i', 'int', 404n],
      ['f', 'double', 0.5],
      ['e', 'double', 1000],
      ['big', 'double', 1e30],
      ['t', 'bool', true],
      ['n', 'bool', false],
      ['o', 'string', '{"a":1}'],
      ['s', 'string', 'x'],
    ])
  })

  it('reads a tag of megabytes, and a hundred thousand of them, in time that grows with their size', () => {
    const long = 'x'.repeat(4_000_000)
    expect(decode(`[{"traceId":"1","id":"1","tags":{"a":"${long}\\n"}}]`)[0]?.attributes[0]?.value).toEqual({
      type: 'string',
      value: `${long}\n`,
    })
    const many = Array.from({ length: 100_000 }, (_, i) => `"k${i}":"\\u0041"`).join(',')
    expect(decode(`[{"traceId":"1","id":"1","tags":{${many}}}]`)[0]?.attributes).toHaveLength(100_000)
  })

  it('tells of the memory that one span takes before it takes it', () => {
    let reserved = 0
    const reserve = (bytes: number) => {
      reserved += bytes
      if (reserved > 2_000_000) throw new RangeError('no room')
    }
    const many = Array.from({ length: 50_000 }, (_, i) => `"k${i}":"v"`).join(',')
    expect(() => decodeZipkinJsonV2(bytesOf(`[{"traceId":"1","id":"1","tags":{${many}}}]`), { reserve })).toThrow(
      'no room',
    )
  })

  it.each([
    ['{"error.message":"no","error.class":"E"}', 'error', 'no'],
    ['{"error":true}', 'error', ''],
    ['{"error":false,"errors":"1"}', 'unset', ''],
    ['{"otel.status_code":"OK","error.type":"t"}', 'ok', ''],
  ])('with error tags fails by %s', (tags, code, message) => {
    const body = bytesOf(`[{"traceId":"1","id":"1","tags":${tags}}]`)
    const [span] = spansOf(decodeZipkinJsonV2(body, { typedTags: true, errorTags: true }).batch)
    expect(span!.status).toEqual({ code, message })
  })
})

const jsonOf = (spans: readonly ZipkinSpan[]) => `[${spans.map(zipkinJsonV2).join(',')}]`

const SPAN_OF_ALL_FIELDS: ZipkinSpan = {
  ...{ traceId: '463ac35c9f6413ad48485a3953bb6124', parentId: '48485a3953bb6124', id: 'a2fb4a1d1a96d312' },
  ...{ kind: 'CLIENT', name: 'get "it"', timestamp: 1_700_000_000_000_001n, duration: 0n, debug: true, shared: true },
  localEndpoint: { serviceName: 'shop', ipv4: '10.0.0.1', ipv6: '', port: 80 },
  remoteEndpoint: { serviceName: 'pay', ipv4: '', ipv6: '2001:db8::1', port: 65_535 },
  annotations: [{ timestamp: 1_700_000_000_000_002n, value: '"retry":{"attempt":2}' }],
  tags: new Map([
    ['http.path', '/ä'],
    ['error', ''],
  ]),
}

/** Spans and how many were left out, or that the body cannot be read. */
function whatIsRead(body: Uint8Array): unknown {
  try {
    const { batch, rejected, reason } = decodeZipkinJsonV2(body)
    return { spans: spansOf(batch), rejected, reason }
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError)
    return 'refused'
  }
}

/** A space before each colon that is not within a string: as hardly anybody writes JSON. */
function withSpaces(body: Uint8Array): Uint8Array {
  const spaced: number[] = []
  let isText = false
  let isEscaped = false
  for (const code of body) {
    if (code === 0x3a && !isText) spaced.push(0x20)
    if (code === 0x22 && !isEscaped) isText = !isText
    isEscaped = isText && code === 0x5c && !isEscaped
    spaced.push(code)
  }
  return Uint8Array.from(spaced)
}
