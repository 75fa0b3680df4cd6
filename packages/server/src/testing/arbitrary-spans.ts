// Random spans out of a small world, so that what is rare meets often: shared low halves of trace ids, repeated spans,
// times at the ends of the scale, values that are cut or rounded in the search copy.
import type { AnyValue, Attributes, Span, SpanEvent, SpanLink } from '@clew/model'
import { SPAN_KINDS, STATUS_CODES } from '@clew/model'
import fc from 'fast-check'
import { exampleSpan, NO_SCOPE } from './example-spans.ts'

/** The newest of the plain times; a test's clock stands a second later. */
export const WORLD_NOW = 1_759_276_800_000_000_000n

const TRACE_IDS = [
  '00000000000000000000000000000001',
  '0af7651916cd43dd8448eb211c80319c',
  // Shares its low half with the one before.
  '1bf7651916cd43dd8448eb211c80319c',
  'ffffffffffffffffffffffffffffffff',
  '4bf92f3577b34da6a3ce929d0e0e4736',
  '4bf92f3577b34da6a3ce929d0e0e4735',
]
const TIMES = [
  0n,
  1n,
  WORLD_NOW - 86_400_000_000_000n * 400n,
  WORLD_NOW - 3_600_000_000_000n,
  WORLD_NOW - 130_000_000_000n,
  WORLD_NOW - 61_000_000_000n,
  WORLD_NOW - 60_000_000_000n,
  WORLD_NOW - 1n,
  WORLD_NOW,
  WORLD_NOW + 5_000_000_000n,
  2n ** 63n,
  2n ** 64n - 1n,
]
const DURATIONS = [0n, 1n, 1000n, 5_000_000n, 2_000_000_000n, -7n]
export const LONG = 'long '.repeat(205)
export const STRINGS = ['', 'x', 'X', 'xx', 'GET', 'get it', 'é', 'É', "it's", 'a\nb', '\\', `${LONG}A`, `${LONG}B`]
export const KEYS = ['a', 'b', '@a', 'http.status', "k'"]
export const INTS = [0n, 1n, -1n, 500n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n)]
export const DOUBLES = [0, 0.5, 1, 500, -1, 2 ** 53, Number.POSITIVE_INFINITY, Number.NaN]
export const NAMES = ['GET /', 'get /', 'SELECT', 'straße', '']
export const SERVICES = ['shop', 'stock', 'Shop']

const scalar: fc.Arbitrary<AnyValue> = fc.oneof(
  fc.constantFrom(...STRINGS).map((value): AnyValue => ({ type: 'string', value })),
  fc.constantFrom(...INTS).map((value): AnyValue => ({ type: 'int', value })),
  fc.constantFrom(...DOUBLES).map((value): AnyValue => ({ type: 'double', value })),
  fc.boolean().map((value): AnyValue => ({ type: 'bool', value })),
)
const value: fc.Arbitrary<AnyValue> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }).map((values): AnyValue => ({ type: 'array', values })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<AnyValue>(
      { type: 'empty' },
      { type: 'bytes', value: new Uint8Array([1, 255]) },
      { type: 'kvlist', values: [{ key: 'a', value: { type: 'string', value: 'x' } }] },
    ),
  },
)
/** Keys may repeat. */
const attributes: fc.Arbitrary<Attributes> = fc.array(fc.record({ key: fc.constantFrom(...KEYS), value }), {
  maxLength: 4,
})
const event: fc.Arbitrary<SpanEvent> = fc.record({
  timeUnixNano: fc.constantFrom(...TIMES),
  name: fc.constantFrom('exception', 'note', ''),
  attributes,
  droppedAttributesCount: fc.constant(0),
})
const link: fc.Arbitrary<SpanLink> = fc.record({
  traceId: fc.constantFrom(...TRACE_IDS),
  spanId: fc.constant('00000000000000aa'),
  traceState: fc.constant(''),
  flags: fc.constant(0),
  attributes,
  droppedAttributesCount: fc.constant(0),
})

export const arbitrarySpan: fc.Arbitrary<Span> = fc
  .record({
    traceId: fc.constantFrom(...TRACE_IDS),
    spanId: fc.constantFrom('0000000000000001', '0000000000000002', 'ffffffffffffffff'),
    parentSpanId: fc.constantFrom('', '0000000000000001'),
    name: fc.constantFrom(...NAMES),
    kind: fc.constantFrom(...SPAN_KINDS),
    start: fc.constantFrom(...TIMES),
    duration: fc.constantFrom(...DURATIONS),
    attributes,
    events: fc.array(event, { maxLength: 2 }),
    links: fc.array(link, { maxLength: 2 }),
    status: fc.record({ code: fc.constantFrom(...STATUS_CODES), message: fc.constantFrom('', 'x', 'not found', LONG) }),
    resource: attributes,
    scope: attributes,
    scopeName: fc.constantFrom('lib', 'x', '', LONG),
    serviceName: fc.constantFrom(...SERVICES),
  })
  .map(({ start, duration, resource, scope, scopeName, ...span }) =>
    exampleSpan({
      ...span,
      startTimeUnixNano: start,
      endTimeUnixNano: clampTime(start + duration),
      resource: {
        attributes: [...resource, { key: 'service.name', value: { type: 'string', value: span.serviceName } }],
        droppedAttributesCount: 0,
        schemaUrl: '',
      },
      scope: { ...NO_SCOPE, name: scopeName, attributes: scope },
    }),
  )

function clampTime(time: bigint): bigint {
  if (time < 0n) return 0n
  return time < 2n ** 64n ? time : 2n ** 64n - 1n
}
