// What every Jaeger format must keep to, whatever its bytes: a span that was decoded and is put into Jaeger's words again
// says all it said before. What OpenTelemetry's mapping says in addition may be there too.
import type { AnyValue, Attributes, KeyValue, Resource, Span, SpanBatch } from '@clew/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decoded } from '../codec.ts'
import { spansOf } from '../codec-contract.ts'
import type { JaegerProcess, JaegerSpan, JaegerTag } from './jaeger-span.ts'
import { processFromResource } from './process-resource.ts'
import { EVENT_KEY, HOST_KEY, TAG_KEY } from './tag-keys.ts'
import { toJaegerSpan } from './to-jaeger-span.ts'

export interface SentSpan {
  readonly span: JaegerSpan
  readonly process: JaegerProcess
}

export interface JaegerFormat {
  /** By hands other than ours where there are any. */
  encode(sent: readonly SentSpan[]): Uint8Array
  decode(body: Uint8Array): Decoded<SpanBatch>
  /** What the format itself can say of a span: all of it unless given. */
  readonly said?: (span: JaegerSpan) => JaegerSpan
  /** Whether all spans of a body have one process. */
  readonly isOneProcess?: boolean
}

export function describeJaegerFormat(name: string, format: JaegerFormat): void {
  const { said = (span: JaegerSpan) => span, isOneProcess = false } = format
  describe(`${name}, through OTLP and back`, () => {
    it('loses nothing that Jaeger can say', () => {
      fc.assert(
        fc.property(fc.array(anySentSpan, { minLength: 1, maxLength: 4 }), (random) => {
          const sent = random.map(({ span, process }) => ({
            span,
            process: isOneProcess ? random[0]!.process : process,
          }))
          const { batch, rejected } = format.decode(format.encode(sent))
          expect(rejected).toBe(0)
          spansOf(batch).forEach((span, index) => {
            expectSame(toJaegerSpan(span), said(sent[index]!.span))
            expectSameProcess(span.resource, sent[index]!.process)
          })
          expect(batch.count).toBe(sent.length)
        }),
        { numRuns: 150 },
      )
    })

    it('leaves out spans whose ids are zero, and keeps the others', () => {
      const [first] = fc.sample(anySentSpan, { numRuns: 1, seed: 1 })
      const withId = (part: Partial<JaegerSpan>) => ({ ...first!, span: { ...first!.span, references: [], ...part } })
      const sent = [withId({ traceId: '0'.repeat(32) }), withId({}), withId({ spanId: '0'.repeat(16) })]
      const { batch, rejected, reason } = format.decode(format.encode(sent))
      expect(batch.count).toBe(1)
      expect(rejected).toBe(2)
      expect(reason).toMatch(
        /^2 spans were rejected; the first is span 0 of the request: trace id: expected .*, got zeros$/,
      )
    })
  })
}

function expectSame(got: JaegerSpan, sent: JaegerSpan): void {
  const { durationNano = 0n } = got
  expect({ ...got, durationNano, tags: [], logs: [] }).toEqual({ ...sent, tags: [], logs: [] })
  expectAllOf(got.tags, sent.tags)
  // A failed span says so in both ways afterwards; nothing else is ever added.
  const added = got.tags.length - sent.tags.length
  const mayAdd = new Set<string>([TAG_KEY.statusCode, TAG_KEY.error, TAG_KEY.scopeName, TAG_KEY.scopeVersion])
  expect(added).toBeLessThanOrEqual(got.tags.filter(({ key }) => mayAdd.has(key)).length)
  expect(got.logs.map(({ timestampNano }) => timestampNano)).toEqual(sent.logs.map((log) => log.timestampNano))
  got.logs.forEach(({ fields }, index) => {
    expectAllOf(fields, sent.logs[index]!.fields)
    expect(fields).toHaveLength(sent.logs[index]!.fields.length)
  })
}

function expectSameProcess(resource: Resource, sent: JaegerProcess): void {
  const got = processFromResource(resource)
  expect(got.serviceName).toBe(sent.serviceName)
  expect(got.tags).toEqual(sent.tags)
}

function expectAllOf(got: readonly JaegerTag[], sent: readonly JaegerTag[]): void {
  expect(got).toEqual(expect.arrayContaining([...sent]))
}

/** What comes back of any span of OTLP that was put into Jaeger's words: see README.md, "What is lost". */
export function carriedByJaeger(span: Span): Span {
  return {
    ...span,
    flags: span.flags & 1,
    attributes: [...flat(span.attributes), ...flat(span.scope.attributes)],
    events: span.events.map((event) => ({ ...event, attributes: flat(event.attributes) })),
    links: span.links.map(({ traceId, spanId }) => ({
      traceId,
      spanId,
      traceState: '',
      flags: 0,
      attributes: [{ key: 'opentracing.ref_type', value: { type: 'string', value: 'follows_from' } }],
      droppedAttributesCount: 0,
    })),
    resource: { ...span.resource, attributes: flat(span.resource.attributes), schemaUrl: '' },
    scope: { ...span.scope, attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  }
}

function flat(attributes: Attributes): KeyValue[] {
  return attributes.map(({ key, value }) => ({ key, value: flatValue(value) }))
}

function flatValue(value: AnyValue): AnyValue {
  if (value.type === 'array' || value.type === 'kvlist') return { type: 'string', value: plainJson(value) }
  return value.type === 'empty' ? { type: 'string', value: '' } : value
}

function plainJson(value: AnyValue): string {
  if (value.type === 'empty') return 'null'
  if (value.type === 'int') return `${value.value}`
  if (value.type === 'bytes') return `"${Buffer.from(value.value).toString('base64')}"`
  if (value.type === 'array') return `[${value.values.map(plainJson).join()}]`
  if (value.type === 'kvlist')
    return `{${value.values.map((item) => `${JSON.stringify(item.key)}:${plainJson(item.value)}`).join()}}`
  return JSON.stringify(value.value)
}

// Spans of every shape that Jaeger can say.

const text = fc.string({ unit: 'binary', maxLength: 12 })
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

const anyTagValue: fc.Arbitrary<JaegerTag> = fc.oneof(
  fc.record({ key: fc.constant(''), type: fc.constant('string' as const), value: text }),
  fc.record({ key: fc.constant(''), type: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({ key: fc.constant(''), type: fc.constant('int64' as const), value: int64 }),
  // Apache's library, which writes some of the bodies, turns -0 into 0.
  fc.record({ key: fc.constant(''), type: fc.constant('float64' as const), value: fc.double().map((n) => n + 0) }),
  fc.record({ key: fc.constant(''), type: fc.constant('binary' as const), value: fc.uint8Array({ maxLength: 9 }) }),
)

/** Keys that mean something, with values they know and others. */
const special = fc.constantFrom(...Object.values(TAG_KEY), 'otel.library.name', 'otel.library.version', EVENT_KEY)
const knownValue: fc.Arbitrary<JaegerTag> = fc
  .constantFrom('client', 'server', 'internal', 'OK', 'ERROR', 'true', 'false', '', 'CLIENT')
  .map((value) => ({ key: '', type: 'string', value }))
const anyTag: fc.Arbitrary<JaegerTag> = fc
  .tuple(fc.oneof(text, special), fc.oneof(anyTagValue, knownValue))
  .map(([key, value]) => ({ ...value, key }))

const anyTags = fc.uniqueArray(anyTag, { maxLength: 6, selector: ({ key }) => key })

function idOf(bytes: number): fc.Arbitrary<string> {
  return fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((id) => Buffer.from(id).toString('hex'))
    .filter((hex) => /[^0]/.test(hex))
}

/** Half of all traces have 64 bits, as old clients make them. */
const anyTraceId = fc.oneof(
  idOf(16),
  idOf(8).map((hex) => hex.padStart(32, '0')),
)
const MAX_MICROS = 2n ** 63n - 1n
const anyMicros = fc.oneof(
  fc.bigInt({ min: 1_500_000_000_000_000n, max: 1_900_000_000_000_000n }),
  fc.bigInt({ min: -MAX_MICROS, max: MAX_MICROS }),
  fc.constant(0n),
)
const anyNano = anyMicros.map((micros) => micros * 1000n)

const anyJaegerSpan: fc.Arbitrary<JaegerSpan> = fc
  .record({
    traceId: anyTraceId,
    spanId: idOf(8),
    operationName: text,
    references: fc.array(
      fc.record({
        type: fc.constantFrom('CHILD_OF', 'FOLLOWS_FROM'),
        isOwnTrace: fc.boolean(),
        traceId: anyTraceId,
        spanId: fc.oneof(idOf(8), fc.constantFrom('00000000000000aa', '00000000000000bb')),
      }),
      { maxLength: 4 },
    ),
    flags: fc.oneof(fc.constantFrom(0, 1, 2, 3, 8, 9), fc.nat({ max: 2 ** 32 - 1 })),
    startNano: anyNano,
    durationNano: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 10n }), anyMicros).map((micros) => micros * 1000n),
    tags: anyTags,
    logs: fc.array(fc.record({ timestampNano: anyNano, fields: anyTags }), { maxLength: 2 }),
    warnings: fc.array(text, { maxLength: 2 }),
  })
  .map(({ references, ...span }) => ({
    ...span,
    references: references.map(({ type, isOwnTrace, traceId, spanId }) => ({
      type,
      traceId: isOwnTrace ? span.traceId : traceId,
      spanId,
    })),
  }))

/** A process that names a host in both ways is Clew's own doing: see process-resource.ts. */
const anyProcess: fc.Arbitrary<JaegerProcess> = fc.record({
  serviceName: text.filter((name) => name !== ''),
  tags: anyTags.map((tags) => tags.filter(({ key }) => key !== HOST_KEY.resource && key !== TAG_KEY.droppedAttributes)),
})

export const anySentSpan: fc.Arbitrary<SentSpan> = fc.record({ span: anyJaegerSpan, process: anyProcess })
