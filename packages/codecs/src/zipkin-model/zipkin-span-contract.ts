// Zipkin spans of every shape for tests, and what Zipkin can say of any span: shared by the tests of its formats.
import type { AnyValue, Attributes, KeyValue, Span, SpanBatch } from '@clew/model'
import fc from 'fast-check'
import type { Decoded } from '../codec.ts'
import { ENDPOINT_KEY, PEER_NAME_KEYS, TAG_KEY, ZIPKIN_KEY } from './attribute-keys.ts'
import { valueText } from './value-text.ts'
import { NO_ENDPOINT, ZIPKIN_KINDS, type ZipkinEndpoint, type ZipkinSpan } from './zipkin-span.ts'

/** Keys that mean something, beside any other. */
const tagKey = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...Object.values(ENDPOINT_KEY),
      ...Object.values(TAG_KEY),
      ...Object.values(ZIPKIN_KEY),
      ...PEER_NAME_KEYS,
      ...['zipkin.tag.error', 'zipkin.tag.zipkin.debug', 'http.method', 'service.version', 'host.name', 'otlp.link.0'],
      ...['otlp.link.1', 'otlp.link.x', 'otel.library.name', 'k8s.pod.name'],
    ),
  },
)

const tagValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'OK', 'ERROR', 'UNSET', 'true', 'false', '0', '7', '007', '4294967296', '10.0.0.1', '::1', '443'),
  fc.constant(`${'4b'.repeat(16)}|${'0f'.repeat(8)}|a=b|{"kind":"child","n":5,"d":5.0,"l":[true,null]}|3`),
)

const annotationValue = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.constantFrom('cache.miss', '"retry":{"attempt":2}', '"x":{}', '"\\"x\\":{}":{}', '"retry":{"attempt": 2}', '"a'),
)

const port = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 65_535 }))
const ipv4 = fc.oneof(fc.constant(''), fc.ipV4())
/** In the form that bytes of an address are printed in. */
const ipv6 = fc.constantFrom('', '::1', '2001:db8::c001', 'fe80::1:0:0:1', '1:2:3:4:5:6:7:8', '::')

export function anyEndpoint(serviceName: fc.Arbitrary<string>): fc.Arbitrary<ZipkinEndpoint> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(NO_ENDPOINT) },
    { weight: 3, arbitrary: fc.record({ serviceName, ipv4, ipv6, port }) },
  )
}

export const micros = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })
const usualMicros = fc.bigInt({ min: 1_500_000_000_000_000n, max: 1_900_000_000_000_000n })
const timestamp = fc.oneof({ weight: 3, arbitrary: usualMicros }, micros)
const duration = fc.oneof(
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 10_000_000n }) },
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
)
const serviceName = fc.oneof(fc.constant(''), fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }))

function id(digits: number): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map((hex) => hex.join(''))
    .filter((hex) => /[^0]/.test(hex))
}

const traceId = fc.oneof(
  id(16),
  id(32).filter((hex) => !hex.startsWith('0'.repeat(16))),
)

/** Whatever version 2 can say. */
export const anyZipkinSpan: fc.Arbitrary<ZipkinSpan> = fc
  .record({
    traceId,
    id: id(16),
    parentId: fc.oneof(fc.constant(''), id(16)),
    kind: fc.constantFrom(...ZIPKIN_KINDS),
    name: fc.string({ unit: 'binary', maxLength: 20 }),
    timestamp: fc.oneof(fc.constant(0n), { weight: 4, arbitrary: timestamp }),
    duration: fc.oneof(fc.constant(undefined), { weight: 3, arbitrary: duration }),
    localEndpoint: anyEndpoint(serviceName),
    remoteEndpoint: anyEndpoint(serviceName),
    annotations: fc.array(fc.record({ timestamp, value: annotationValue }), { maxLength: 3 }),
    tags: fc.array(fc.tuple(tagKey, tagValue), { maxLength: 6 }).map((tags) => new Map(tags)),
    debug: fc.boolean(),
    shared: fc.boolean(),
  })
  .filter((span) => span.id !== span.parentId)

/** What version 1 can say as well: kinds by their times, services by their names, no span shared but a server's. */
export const v1ZipkinSpan: fc.Arbitrary<ZipkinSpan> = anyZipkinSpan.map((span) => {
  const { kind, localEndpoint, remoteEndpoint } = span
  const timestamp = span.timestamp === 0n ? 1_500_000_000_000_000n : span.timestamp % 2n ** 62n
  const duration = span.duration === 0n || span.duration === undefined ? undefined : span.duration % 2n ** 62n
  return {
    ...span,
    timestamp: kind === '' ? span.timestamp : timestamp,
    duration: kind === '' && span.timestamp === 0n ? undefined : duration === 0n ? undefined : duration,
    localEndpoint: { ...localEndpoint, serviceName: 'here' },
    remoteEndpoint: remoteEndpoint === NO_ENDPOINT ? NO_ENDPOINT : { ...remoteEndpoint, serviceName: 'there' },
    shared: span.shared && kind === 'SERVER',
  }
})

/** Samples that hold spans: what mutations start from. */
export function decodedInputs(inputs: Uint8Array[], decode: (body: Uint8Array) => Decoded<SpanBatch>): Uint8Array[] {
  return inputs.filter((body) => {
    try {
      return decode(body).batch.count > 0
    } catch {
      return false
    }
  })
}

/** The parts of a span as plain data, in an order of their own: what two equal spans share. */
export function plainSpan(span: ZipkinSpan): unknown {
  const tags = [...span.tags].sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...span, tags, duration: String(span.duration), timestamp: String(span.timestamp) }
}

/** What comes back of a span that was written as version 2: see README.md for what is lost. */
export function carriedByZipkin(span: Span): Span {
  const start = cut(span.startTimeUnixNano)
  const duration = carriedDuration(span)
  const end = duration === undefined ? 0n : start + duration
  const isEndSaid = end < 2n ** 64n
  const texts = new Map<string, string>()
  for (const { key, value } of [...span.resource.attributes, ...span.attributes]) texts.set(key, valueText(value))
  const attributes: KeyValue[] = Array.from(texts, ([key, value]) => ({ key, value: { type: 'string', value } }))
  if (!isEndSaid) attributes.push({ key: ZIPKIN_KEY.duration, value: { type: 'int', value: duration! / 1000n } })
  return {
    ...span,
    flags: 0,
    kind: span.kind === 'unspecified' ? 'internal' : span.kind,
    startTimeUnixNano: start,
    endTimeUnixNano: isEndSaid ? end : 0n,
    attributes,
    events: span.events.map((event) => ({
      ...event,
      timeUnixNano: event.timeUnixNano === 0n ? start : cut(event.timeUnixNano),
      attributes: carriedAttributes(event.attributes),
      droppedAttributesCount: 0,
    })),
    links: span.links.map((link) => ({ ...link, flags: 0, attributes: carriedAttributes(link.attributes) })),
    status: { ...span.status, message: span.status.code === 'error' ? span.status.message : '' },
    resource: { attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    scope: { ...span.scope, attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
  }
}

/** The same of version 1: without a start there is no kind, and no time has no end. */
export function carriedByV1(span: Span): Span {
  const carried = carriedByZipkin(span)
  const { startTimeUnixNano: start, endTimeUnixNano: end } = carried
  return {
    ...carried,
    kind: start === 0n ? 'internal' : carried.kind,
    endTimeUnixNano: end === start ? 0n : end,
  }
}

/** Whole microseconds in nanoseconds. */
function cut(nanos: bigint): bigint {
  return nanos - (nanos % 1000n)
}

function carriedDuration({ startTimeUnixNano: start, endTimeUnixNano: end }: Span): bigint | undefined {
  if (cut(start) === 0n || end < start) return undefined
  return end > start && end - start < 1000n ? 1000n : cut(end - start)
}

/** JSON has strings for what it has no numbers for. */
function carriedAttributes(attributes: Attributes): Attributes {
  return attributes.map(({ key, value }) => ({ key, value: carriedValue(value) }))
}

function carriedValue(value: AnyValue): AnyValue {
  switch (value.type) {
    case 'bytes':
      return { type: 'string', value: valueText(value) }
    case 'double':
      return Number.isFinite(value.value) ? value : { type: 'string', value: String(value.value) }
    case 'array':
      return { type: 'array', values: value.values.map(carriedValue) }
    case 'kvlist':
      return { type: 'kvlist', values: value.values.map((item) => ({ ...item, value: carriedValue(item.value) })) }
    default:
      return value
  }
}
