import type { Span, SpanBatch } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySpan, mutationsOf, spansOf } from '../codec-contract.ts'
import { decodeOtlpSpans } from '../otlp/decode-spans.ts'
import { encodeBatchTraces } from '../otlp/encode-batch.ts'
import { encodeTraces } from '../otlp/encode-traces.ts'
import { SPAN_CODECS } from '../registry.ts'
import { readInputs } from '../samples-contract.ts'
import { SPAN_FORMATS, type SpanFormat, sniffFamily, sniffFormat } from './sniff.ts'
import { DOCUMENT_FORMATS, type DocumentFormat, SpanDocument } from './span-document.ts'
import { SpanReader } from './span-reader.ts'

const READ_AS: Readonly<Record<Exclude<DocumentFormat, 'chrome-trace'>, SpanFormat>> = {
  'otlp-protobuf': 'otlp-protobuf',
  'otlp-json': 'otlp-json',
  'otlp-json-lines': 'otlp-json',
  'zipkin-json-v2': 'zipkin-json-v2',
  'zipkin-json-v1': 'zipkin-json-v1',
  'zipkin-proto': 'zipkin-proto',
  'jaeger-json': 'jaeger-json',
  'jaeger-proto': 'jaeger-proto',
  newrelic: 'newrelic',
}
const WRITTEN = Object.keys(READ_AS) as (keyof typeof READ_AS)[]

function batchOf(spans: readonly Span[]): SpanBatch {
  return decodeOtlpSpans(encodeTraces(spans, 'protobuf'), 'protobuf').batch
}

function write(format: DocumentFormat, batches: readonly SpanBatch[]): Uint8Array {
  const document = new SpanDocument(format)
  const pieces = batches.flatMap((batch) => [...document.add(batch)])
  return Uint8Array.from(Buffer.concat([...pieces, document.end()]))
}

interface Read {
  readonly format: SpanFormat | undefined
  readonly spans: Span[]
  readonly rejected: number
  readonly problems: string[]
}

function read(bytes: Uint8Array, cuts: readonly number[], bodyBytes: number, format?: SpanFormat): Read {
  const reader = new SpanReader({ bodyBytes, itemBytes: 1e7, ...(format === undefined ? {} : { format }) })
  const places = [0, ...cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const parts = places.slice(1).flatMap((place, i) => [...reader.push(bytes.slice(places[i], place))])
  parts.push(...reader.end())
  return {
    format: reader.format,
    spans: parts.flatMap((part) => ('decoded' in part ? spansOf(part.decoded.batch) : [])),
    rejected: parts.reduce((sum, part) => sum + ('decoded' in part ? part.decoded.rejected : 0), 0),
    problems: parts.flatMap((part) => ('problem' in part ? [part.problem.at] : [])),
  }
}

/** Jaeger's bodies hold a trace together, and New Relic's a resource: the order of spans is not theirs to say. */
function sorted(spans: readonly Span[]): Span[] {
  const key = (span: Span) => span.traceId + span.spanId + span.name + span.startTimeUnixNano
  return spans.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** A start is always there, so that New Relic's "now" does not come in. */
const someSpans = fc.array(anySpan, { maxLength: 6 }).map((spans) =>
  spans.map((span, i) => ({
    ...span,
    spanId: (i + 1).toString(16).padStart(16, '0'),
    startTimeUnixNano: (span.startTimeUnixNano % 2n ** 60n) + 1_000_000n,
  })),
)

describe('a document', () => {
  it.each(WRITTEN)('of %s in pieces says the same as one', (format) => {
    fc.assert(
      fc.property(someSpans, fc.nat({ max: 6 }), fc.array(fc.nat(), { maxLength: 6 }), (spans, at, cuts) => {
        const document = write(format, [batchOf(spans.slice(0, at)), batchOf(spans.slice(at))])
        const expected = [spans.slice(0, at), spans.slice(at)]
          .filter((part) => part.length > 0)
          .flatMap((part) => spansOf(decode(READ_AS[format], write(format, [batchOf(part)]))))
        const { spans: got, rejected, problems } = read(document, cuts, 200, READ_AS[format])
        expect({ rejected, problems }).toEqual({ rejected: 0, problems: [] })
        expect(sorted(got)).toEqual(sorted(expected))
      }),
      { numRuns: 20 },
    )
  })

  it.each(DOCUMENT_FORMATS)('of %s is whole also without spans', (format) => {
    const empty = write(format, [batchOf([])])
    if (format === 'chrome-trace') expect(JSON.parse(Buffer.from(empty).toString())).toHaveProperty('traceEvents', [])
    else expect(read(empty, [], 100, READ_AS[format])).toMatchObject({ spans: [], problems: [] })
  })

  it('of OTLP keeps the bytes of each span', () => {
    fc.assert(
      fc.property(someSpans, (spans) => {
        const batch = batchOf(spans)
        const again = decodeOtlpSpans(encodeBatchTraces(batch), 'protobuf').batch
        expect(spansOf(again)).toEqual(spansOf(batch))
      }),
      { numRuns: 30 },
    )
  })

  it('mends strings that are no UTF-8, and counts the spans', () => {
    const body = new Uint8Array(encodeTraces([{ ...fc.sample(anySpan, 1)[0]!, name: 'caf#' }], 'protobuf'))
    body[body.indexOf('#'.charCodeAt(0), Buffer.from(body).indexOf('caf#'))] = 0xe9
    const document = new SpanDocument('otlp-json')
    const bytes = Buffer.concat([...document.add(decodeOtlpSpans(body, 'protobuf').batch), document.end()])
    expect(document.mended).toBe(1)
    expect(bytes.toString()).toContain('"name":"caf\ufffd"')
    expect(bytes.toString()).toContain('"clew.original.name"')
  })
})

function decode(format: SpanFormat, body: Uint8Array): SpanBatch {
  return SPAN_CODECS[format].decodeSpans(body, () => {}).batch
}

describe('sniffing', () => {
  it.each(WRITTEN)('knows %s by its bytes', (format) => {
    const withSpan = someSpans.filter((spans) => spans.length > 0)
    fc.assert(
      fc.property(withSpan, fc.array(fc.nat(), { maxLength: 3 }), (spans, cuts) => {
        // What Zipkin's versions share can be said in either; a tag makes it one.
        const tagged = spans.map((span) => ({
          ...span,
          attributes: [{ key: 'k', value: { type: 'string', value: 'v' } } as const],
        }))
        expect(read(write(format, [batchOf(tagged)]), cuts, 200).format).toBe(READ_AS[format])
      }),
      { numRuns: 12 },
    )
  })

  const samples = SPAN_FORMATS.flatMap((format) => samplesOf(format).map((body, i) => [format, i, body] as const))

  it.each(samples)('knows a sample of %s (%i)', (format, _, body) => {
    const family = sniffFamily(body.subarray(0, 64))!
    expect(sniffFormat(family, body)).toBe(format)
  })

  it('knows version 1 of Zipkin by its annotations alone', () => {
    const span = { traceId: 'a', id: 'b', annotations: [{ timestamp: 1, value: 'cs', endpoint: { serviceName: 's' } }] }
    expect(read(Buffer.from(JSON.stringify([span])), [], 100).format).toBe('zipkin-json-v1')
  })

  it('turns to the other version of Zipkin when the first spans said too little', () => {
    const bare = { traceId: '1', id: '2', name: 'a'.repeat(100) }
    const v1 = { traceId: '1', id: '3', name: 'b', binaryAnnotations: [] }
    const { format, spans } = read(Buffer.from(JSON.stringify([bare, v1])), [], 50)
    expect(format).toBe('zipkin-json-v1')
    expect(spans).toHaveLength(2)
  })

  it.each(['', ' ', '<trace/>', 'traceId,spanId\n', '[]', '{"hello":1}', '\x0a\x02\x08', '\x0cxyz', '\x7fELF'])(
    'says that %j is nothing it knows, or has no spans',
    (text) => {
      const { spans, format } = read(Buffer.from(text, 'latin1'), [], 100)
      expect({ spans, format }).toEqual({ spans: [], format: undefined })
    },
  )

  it('gives spans or problems for any bytes, the same wherever the chunks end', () => {
    const examples = SPAN_FORMATS.flatMap((format) => samplesOf(format).slice(0, 3))
    fc.assert(
      fc.property(mutationsOf(examples), fc.array(fc.nat(), { maxLength: 5 }), (body, cuts) => {
        const whole = read(body, [], 300)
        const inParts = read(body, cuts, 300)
        expect(inParts.spans.length).toBe(whole.spans.length)
        expect(inParts.problems).toEqual(whole.problems)
      }),
      { numRuns: 400 },
    )
  })
})

/** Bodies that hold spans of the format and nobody else's. */
function samplesOf(format: SpanFormat): Uint8Array[] {
  const folder = format.startsWith('jaeger-thrift') ? 'jaeger-thrift' : format.replace(/^otlp-.*/, 'otlp')
  return readSamples(folder).filter((body) => {
    try {
      const { batch } = SPAN_CODECS[format].decodeSpans(body, () => {})
      const family = sniffFamily(body.subarray(0, 64))
      return batch.count > 0 && (folder !== 'otlp' || (family === 'json') === (format === 'otlp-json'))
    } catch {
      return false
    }
  })
}

function readSamples(folder: string): Uint8Array[] {
  try {
    return readInputs(new URL(`../${folder}/samples/`, import.meta.url))
  } catch {
    return []
  }
}
